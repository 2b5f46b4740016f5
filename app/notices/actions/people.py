"""Who of a customer's people is told of what: asked in, about to end."""

from collections.abc import Callable

from app.core import clock, text
from app.core.languages import gettext as _
from app.identity import queries as identity
from app.identity.models import Person
from app.notices.actions.telling import tell
from app.notices.rules import Addressee, Said
from app.organisations import queries as organisations
from app.organisations.models import Contact, Customer, Organisation
from app.organisations.rules import granting


def welcome(person_id: str) -> None:
    """Tell somebody that the primary contact of a customer has asked them in."""
    found = _found(person_id)
    if found is None:
        return
    one, person, customer, house = found
    if organisations.is_over(one, clock.today(house.timezone)):
        return
    inviter = one.invited_by or house.name

    def words() -> Said:
        names = {"inviter": inviter, "organisation": house.name, "customer": customer.name}
        sentences = [
            _(
                "%(inviter)s has invited you to the portal of %(organisation)s, to the documents of "
                "%(customer)s.",
                **names,
            ),
            _("Sign in with this address: a code comes by mail, no password is needed."),
        ]
        if one.ends_on is not None:
            sentences.append(
                _("Your access ends after %(day)s.", day=text.day(one.ends_on, "long"))
            )
        return Said(
            subject=_("%(inviter)s has invited you to %(organisation)s", **names),
            sentences=tuple(sentences),
            label=_("Sign in"),
            url=f"{house.base_url}/sign-in/code",
        )

    tell(
        house,
        _addressee(person, customer),
        words,
        key=f"contact-invited:{person.id}",
        about=("person", person.id),
    )


def tell_of_end(person_id: str) -> None:
    """Tell somebody, and the customer's primary contact, that an access ends within a week."""
    found = _found(person_id)
    if found is None:
        return
    one, person, customer, house = found
    today = clock.today(house.timezone)
    if one.ends_on is None or organisations.is_over(one, today):
        return
    if one.ends_on - today > granting.NOTICE:
        return
    day = one.ends_on
    told: list[tuple[Person, Callable[[], Said]]] = [
        (person, lambda: _ends(house, person, day_text=text.day(day, "long"), is_own=True))
    ]
    told += [
        (first, lambda: _ends(house, person, day_text=text.day(day, "long"), is_own=False))
        for other, first in organisations.contacts_of(customer.id)
        if other.is_primary and first.id != person.id
    ]
    for to, words in told:
        key = f"contact-end:{person.id}:{day}:{to.id}"
        tell(house, _addressee(to, customer), words, key=key, about=("person", person.id))


def _ends(house: Organisation, person: Person, *, day_text: str, is_own: bool) -> Said:
    if is_own:
        sentence = _(
            "Your access to the portal of %(organisation)s ends after %(day)s.",
            organisation=house.name,
            day=day_text,
        )
        return Said(
            subject=_("Your access ends after %(day)s", day=day_text),
            sentences=(sentence,),
            label=_("Open the portal"),
            url=f"{house.base_url}/home",
        )
    return Said(
        subject=_("The access of %(name)s ends after %(day)s", name=person.name, day=day_text),
        sentences=(
            _("The access of %(name)s ends after %(day)s.", name=person.name, day=day_text),
            _("You need not do anything. If it is to go on, choose a later day."),
        ),
        label=_("Open their rights"),
        url=f"{house.base_url}/contacts/{person.id}",
    )


def _found(person_id: str) -> tuple[Contact, Person, Customer, Organisation] | None:
    person = identity.person_by_id(person_id)
    found = organisations.contact_by_id(person_id)
    customer = organisations.customer_by_id(found.customer_id) if found else None
    if person is None or found is None or customer is None:
        return None
    return found, person, customer, organisations.organisation_by_id(person.organisation_id)


def _addressee(person: Person, customer: Customer) -> Addressee:
    return Addressee(person.email, person.name, person.language or customer.language)
