"""Tell a person what happened to the security of their account: it may have been somebody else."""

from collections.abc import Callable
from typing import Final

from app.core import text
from app.core.journal import Entry
from app.core.languages import gettext as _
from app.identity import queries as identity
from app.identity.rules import device_words
from app.notices.actions.telling import tell
from app.notices.rules import Addressee, Said
from app.organisations import queries as organisations
from app.organisations.models import Organisation

Words = Callable[[Entry], tuple[str, str]]
"""Returns the subject, and the first sentence."""


def _new_device(_entry: Entry) -> tuple[str, str]:
    return (
        _("Signed in from a new device"),
        _("Somebody has signed in to your account from a device that was not used before."),
    )


def _password_changed(_entry: Entry) -> tuple[str, str]:
    return (
        _("Your password was changed"),
        _("Your account has a new password. All other devices were signed out."),
    )


def _password_reset(_entry: Entry) -> tuple[str, str]:
    return (
        _("Your password was changed"),
        _("Your password was set anew by a link in a mail. All devices were signed out."),
    )


def _factor_added(entry: Entry) -> tuple[str, str]:
    return (
        _("A second factor was added"),
        _("Signing in to your account asks for “%(factor)s” from now on.", **_factor(entry)),
    )


def _factor_removed(entry: Entry) -> tuple[str, str]:
    return (
        _("A second factor was removed"),
        _("Signing in to your account does not ask for “%(factor)s” any more.", **_factor(entry)),
    )


def _passkey_copied(entry: Entry) -> tuple[str, str]:
    return (
        _("A passkey was refused"),
        _(
            "“%(factor)s” was refused: it seems that there is a copy of it. Remove it from your "
            "account, and add a new one.",
            **_factor(entry),
        ),
    )


def _factors_forgotten(_entry: Entry) -> tuple[str, str]:
    return (
        _("Your second factors were removed"),
        _("The organisation has removed your second factors, so that you can set up new ones."),
    )


def _recovery_codes_made(_entry: Entry) -> tuple[str, str]:
    return (
        _("New recovery codes"),
        _("Your account has new recovery codes. Those of before are worth nothing any more."),
    )


def _recovery_code_used(entry: Entry) -> tuple[str, str]:
    return (
        _("A recovery code was used"),
        _(
            "A recovery code was used for your account. %(left)s of them are left.",
            left=entry.data.get("left", 0),
        ),
    )


def _factor(entry: Entry) -> dict[str, object]:
    return {"factor": entry.data.get("factor", "")}


SECURITY: Final[dict[str, Words]] = {
    "person.new_device": _new_device,
    "person.password_changed": _password_changed,
    "person.password_reset": _password_reset,
    "person.factor_added": _factor_added,
    "person.factor_removed": _factor_removed,
    "person.factors_forgotten": _factors_forgotten,
    "person.passkey_copied": _passkey_copied,
    "person.recovery_codes_made": _recovery_codes_made,
    "person.recovery_code_used": _recovery_code_used,
}
"""Name of a journal entry → what its person is told."""


def tell_of_security(entry: Entry) -> None:
    """Mail the person whom an entry is about what happened, when, and where to look after it."""
    person = identity.person_by_id(entry.object_id)
    if person is None or entry.name not in SECURITY:
        return
    house = organisations.organisation_by_id(person.organisation_id)
    contact = organisations.contact_by_id(person.id) if person.language is None else None
    customer = organisations.customer_by_id(contact.customer_id) if contact else None
    language = person.language or (customer.language if customer else None)
    tell(
        house,
        Addressee(person.email, person.name, language),
        lambda: _said(house, entry),
        key=f"security:{entry.id}",
        about=("person", person.id),
    )


def _said(house: Organisation, entry: Entry) -> Said:
    subject, sentence = SECURITY[entry.name](entry)
    facts = [(_("When"), text.moment(entry.at))]
    if "agent" in entry.data:
        facts.append((_("Device"), device_words(entry.data["agent"]) or _("Unknown browser")))
    if "address" in entry.data:
        facts.append((_("Network address"), entry.data["address"]))
    return Said(
        subject=_("%(subject)s: %(organisation)s", subject=subject, organisation=house.name),
        sentences=(
            sentence,
            _(
                "Was it you? Then you need not do anything. If it was not, sign out all devices and "
                "choose a new password."
            ),
        ),
        label=_("Look after the account"),
        url=f"{house.base_url}/account",
        facts=tuple(facts),
    )
