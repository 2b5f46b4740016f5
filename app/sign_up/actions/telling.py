"""Who is written to, at every step: the one who asks, the owner of an address, the administrators (B2-08)."""

from collections.abc import Callable
from functools import partial

from sqlalchemy import or_, update

from app.core import clock, journal, outbox, text
from app.core.db import session
from app.core.languages import gettext as _
from app.core.languages import ngettext
from app.identity.models import Person
from app.notices import actions as notices
from app.notices.rules import Addressee, Said
from app.organisations import queries as organisations
from app.organisations.models import Customer, Organisation
from app.sign_up import proofs, queries, rules
from app.sign_up.actions.lines import KIND
from app.sign_up.models import AccessRequest

Words = Callable[[], Said]
"""Called while its reader’s language is spoken."""


def ask_to_confirm(house: Organisation, one: AccessRequest) -> None:
    """Mail the way to confirm an address."""

    def words() -> Said:
        return Said(
            subject=_("Confirm your request to %(organisation)s", organisation=house.name),
            sentences=(
                _(
                    "Somebody, probably you, asked %(organisation)s for access to its documents with "
                    "this address.",
                    organisation=house.name,
                ),
                _(
                    "Confirm it within 24 hours. After that %(organisation)s looks at it.",
                    **_of(house),
                ),
                _("It was not you? Then do nothing: your address is forgotten."),
            ),
            label=_("Confirm the request"),
            url=proofs.url(house.base_url, one.id),
        )

    _tell_address(house, one, words, "confirm")


def say_there_is_a_login(house: Organisation, one: AccessRequest, known: Person) -> None:
    """Tell the owner of an address, and nobody else, that it opens an account already."""
    is_own = known.organisation_id == house.id

    def words() -> Said:
        remedy = (
            _("You have an account there already. Sign in with this address: a code comes by mail.")
            if is_own
            else _(
                "This address has an account already, and belongs to one organisation only. Ask with "
                "another address that is yours alone."
            )
        )
        door = f"{house.base_url}/guest/signup/{house.slug}"
        return Said(
            subject=_("Access to %(organisation)s", organisation=house.name),
            sentences=(
                _(
                    "Somebody, perhaps you, asked %(organisation)s for access with this address.",
                    organisation=house.name,
                ),
                remedy,
                _("It was not you? Then you need not do anything: nobody was told about you."),
            ),
            label=_("Sign in") if is_own else _("Ask with another address"),
            url=f"{house.base_url}/sign-in/code" if is_own else door,
        )

    to = Addressee(known.email, known.name, known.language or one.language)
    notices.tell(house, to, words, key=f"sign-up:{one.id}:known", about=_about(one))


def say_it_waits(house: Organisation, one: AccessRequest) -> None:
    """Tell somebody who asks again that the organisation has their request already."""

    def words() -> Said:
        return Said(
            subject=_("Your request to %(organisation)s is waiting", organisation=house.name),
            sentences=(
                _(
                    "%(organisation)s has your request already. You get a mail as soon as somebody has "
                    "decided.",
                    organisation=house.name,
                ),
            ),
            label=_("To the portal"),
            url=f"{house.base_url}/o/{house.slug}/sign-in",
        )

    _tell_address(house, one, words, "waits")


def say_approved(
    house: Organisation, one: AccessRequest, customer: Customer, *, has_rights: bool
) -> None:
    """Tell somebody that they can come in."""

    def words() -> Said:
        names = {"organisation": house.name, "customer": customer.name}
        sentences = [
            _(
                "%(organisation)s has approved your request. Your account is open, for %(customer)s.",
                **names,
            ),
            _("Sign in with this address: a code comes by mail, no password is needed."),
        ]
        if not has_rights:
            sentences.append(_("You see documents as soon as they are released to you."))
        return Said(
            subject=_("You have access to %(organisation)s", organisation=house.name),
            sentences=tuple(sentences),
            label=_("Sign in"),
            url=f"{house.base_url}/sign-in/code",
        )

    _tell(house, one, words, "approved")


def say_refused(house: Organisation, one: AccessRequest, reason: str) -> None:
    """Tell somebody that they get no access; and why, where `reason` is for them."""

    def words() -> Said:
        return Said(
            subject=_("Your request to %(organisation)s", organisation=house.name),
            sentences=(
                _("%(organisation)s has not approved your request for access.", **_of(house)),
            ),
            label=_("To the portal"),
            url=f"{house.base_url}/o/{house.slug}/sign-in",
            quote=reason,
        )

    _tell(house, one, words, "refused")


def say_expired(house: Organisation, one: AccessRequest) -> None:
    """Tell somebody that nobody has decided in time."""

    def words() -> Said:
        return Said(
            subject=_("Your request to %(organisation)s has expired", organisation=house.name),
            sentences=(
                _(
                    "Nobody at %(organisation)s has decided on your request within 30 days. It is over.",
                    **_of(house),
                ),
                _("You can ask again, or ask %(organisation)s directly.", **_of(house)),
            ),
            label=_("Ask again"),
            url=f"{house.base_url}/guest/signup/{house.slug}",
        )

    _tell(house, one, words, "expired")


def tell_administrators(house: str) -> None:
    """Tell who runs an organisation who has asked since they were told last; at most once an hour."""
    row = organisations.organisation_by_id(house)
    before, now = row.guests_told_at, clock.now()
    new = queries.waiting(house, before)
    if not new:
        return
    last = Organisation.guests_told_at
    moved = session().execute(
        update(Organisation)
        .where(Organisation.id == house, or_(last.is_(None), last <= now - rules.TOLD_EVERY))
        .values(guests_told_at=now)
        .returning(Organisation.id)
    )
    if moved.first() is None:
        raise outbox.Again
    for person in organisations.administrators(house):
        to = Addressee(person.email, person.name, person.language)
        key = f"sign-up:{new[-1].id}:told:{person.id}"
        about = ("organisation", house)
        notices.tell(row, to, partial(_asked, row, new), key=key, about=about)


def _asked(house: Organisation, new: list[AccessRequest]) -> Said:
    count = min(len(new), queries.TOLD_OF)
    return Said(
        subject=_("Somebody asks for access"),
        sentences=(
            _("More than %(count)s people ask for access to your portal.", count=count)
            if len(new) > count
            else ngettext(
                "%(num)d person asks for access to your portal.",
                "%(num)d people ask for access to your portal.",
                count,
            ),
            _("They see nothing until you approve them and give them rights."),
        ),
        label=_("Look at the requests"),
        url=f"{house.base_url}/settings/guests",
        facts=tuple((text.moment(one.created_at), one.name) for one in new[:count]),
    )


def tell_of_support(
    house: Organisation, one: AccessRequest, by: journal.Actor, reason: str
) -> None:
    """Tell who runs an organisation that platform support has decided in their place (B2-07)."""

    def words() -> Said:
        return Said(
            subject=_("Platform support has decided on a request for access"),
            sentences=(
                _(
                    "%(supporter)s of the platform’s support has decided on the request of %(name)s in "
                    "your place.",
                    supporter=by.name,
                    name=one.name,
                ),
                _("If that is not right, end the access, or ask the platform’s support."),
            ),
            label=_("Look at the request"),
            url=f"{house.base_url}/settings/guests/{one.id}",
            quote=reason,
        )

    for person in organisations.administrators(house.id):
        to = Addressee(person.email, person.name, person.language)
        key = f"sign-up:{one.id}:support:{person.id}"
        notices.tell(house, to, words, key=key, about=_about(one))


def _tell(house: Organisation, one: AccessRequest, words: Words, what: str) -> None:
    to = Addressee(one.email, one.name, one.language)
    notices.tell(house, to, words, key=f"sign-up:{one.id}:{what}", about=_about(one))


def _tell_address(house: Organisation, one: AccessRequest, words: Words, what: str) -> None:
    """Write to an address that anybody may have typed: the name typed with it is nobody's words."""
    to = Addressee(one.email, one.email, one.language)
    notices.tell(house, to, words, key=f"sign-up:{one.id}:{what}", about=_about(one))


def _about(one: AccessRequest) -> tuple[str, str]:
    return KIND, one.id


def _of(house: Organisation) -> dict[str, str]:
    return {"organisation": house.name}
