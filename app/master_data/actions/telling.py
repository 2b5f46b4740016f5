"""The mails around a change: to who may know better, to former addresses, to who proposed it."""

from collections.abc import Callable, Sequence
from functools import partial

from app.core.languages import gettext as _
from app.identity.models import Person
from app.master_data import rules
from app.master_data.models import DataChange, DataProposal
from app.notices import actions as notices
from app.notices.rules import Addressee, Said
from app.organisations import queries as organisations
from app.organisations.models import Customer, Organisation
from app.organisations.rules.own_data import ACCOUNT, FIELD_NAMES, Field


def ask_primary_contact(
    customer: Customer, proposal: DataProposal, waits: Sequence[DataChange]
) -> None:
    """Tell the first contact that a change waits, unless it is their own."""
    house = organisations.organisation_by_id(customer.organisation_id)
    risky = [one for one in waits if rules.tells(one.field)]
    for person in _primary_contact(customer):
        if risky and person.id != proposal.by_id:
            words = partial(_proposed, house, customer, proposal, risky)
            key = f"data.proposed:{proposal.id}"
            _tell(house, _addressee(person, customer), customer, key, words)


def warn(customer: Customer, proposal: DataProposal, change: DataChange) -> None:
    """Tell the former address and the first contact what was changed: it may not have been them."""
    house = organisations.organisation_by_id(customer.organisation_id)
    told: dict[str, Addressee] = {}
    if former := (change.before if change.field is Field.EMAIL else proposal.former_email):
        told[former] = Addressee(former, customer.name, customer.language)
    for person in _primary_contact(customer):
        told.setdefault(person.email, _addressee(person, customer))
    for place, addressee in enumerate(told.values()):
        words = partial(_accepted, house, customer, proposal, change)
        _tell(house, addressee, customer, f"data.accepted:{change.id}:{place}", words)


def say_no(customer: Customer, proposal: DataProposal, change: DataChange, reason: str) -> None:
    """Tell who proposed a change that it was refused, and why."""
    house = organisations.organisation_by_id(customer.organisation_id)
    for _contact, person in organisations.contacts_of(customer.id):
        if person.id == proposal.by_id:
            words = partial(_refused, house, customer, change, reason)
            key = f"data.refused:{change.id}"
            _tell(house, _addressee(person, customer), customer, key, words)


def _tell(
    house: Organisation, to: Addressee, customer: Customer, key: str, words: Callable[[], Said]
) -> None:
    notices.tell(house, to, words, key=key, about=("customer", customer.id))


def _primary_contact(customer: Customer) -> list[Person]:
    people = organisations.contacts_of(customer.id)
    return [person for contact, person in people if contact.is_primary and not contact.ended_at]


def _addressee(person: Person, customer: Customer) -> Addressee:
    return Addressee(person.email, person.name, person.language or customer.language)


def _url(house: Organisation) -> str:
    return f"{house.base_url}/own-data"


def _fact(change: DataChange) -> tuple[str, str]:
    before, after = (rules.told(change.field, one) or "–" for one in (change.before, change.after))
    return _(FIELD_NAMES[change.field]), f"{before} → {after}"


def _was_it_you(house: Organisation) -> str:
    phone = f", {house.contact_phone}" if house.contact_phone else ""
    return _("Was this not you? Tell us at once: %(way)s.", way=f"{house.contact_email}{phone}")


def _proposed(
    house: Organisation,
    customer: Customer,
    proposal: DataProposal,
    waits: Sequence[DataChange],
) -> Said:
    return Said(
        subject=_("A change of your data waits for a second pair of eyes"),
        sentences=(
            _(
                "%(name)s wants to change data of %(customer)s. Nothing is changed before somebody"
                " else has accepted it.",
                name=proposal.by_name,
                customer=customer.name,
            ),
            _was_it_you(house),
        ),
        label=_("See the change"),
        url=_url(house),
        facts=tuple(_fact(one) for one in waits),
    )


def _accepted(
    house: Organisation, customer: Customer, proposal: DataProposal, change: DataChange
) -> Said:
    if change.field in ACCOUNT:
        subject = _("Your bank account was changed")
    else:
        subject = _("Changed: %(field)s", field=_(FIELD_NAMES[change.field]))
    return Said(
        subject=subject,
        sentences=(
            _(
                "%(name)s wanted data of %(customer)s changed, and the change was accepted.",
                name=proposal.by_name,
                customer=customer.name,
            ),
            _was_it_you(house),
        ),
        label=_("See your data"),
        url=_url(house),
        facts=(_fact(change),),
    )


def _refused(house: Organisation, customer: Customer, change: DataChange, reason: str) -> Said:
    return Said(
        subject=_("Not changed: %(field)s", field=_(FIELD_NAMES[change.field])),
        sentences=(
            _(
                "The change that you proposed for %(customer)s was not accepted. The reason:",
                customer=customer.name,
            ),
        ),
        label=_("See your data"),
        url=_url(house),
        quote=reason,
        facts=(_fact(change),),
    )
