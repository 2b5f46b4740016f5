"""Make, renew, revoke and send the addresses under which a customer finds documents."""

from app.access.principal import Principal
from app.core import journal, languages
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.documents.models import Document
from app.identity import actions as identity
from app.identity.models import CapabilityLink
from app.identity.rules import LinkPurpose
from app.notices import actions as notices
from app.notices.rules import Addressee, Said
from app.organisations import queries as organisations
from app.organisations.models import Customer, Organisation
from app.portal.queries import addresses
from app.portal.queries.addresses import Address

Thing = Customer | Document
"""What an address leads to: all of a customer's, or one document."""


def make(house: Organisation, thing: Thing, who: Principal) -> Address:
    """Make an address where there is none; raises `Refused` where the portal is closed."""
    customer = _customer_of(thing)
    organisations.hold_customer(customer.id)
    found = _address(house, thing, customer)
    if not found.may_be_made:
        return _open(found)
    _make(house, thing, customer)
    _note("portal.address_made", thing, who.actor)
    return _address(house, thing, customer)


def renew(house: Organisation, thing: Thing, who: Principal, link_id: str | None = None) -> Address:
    """Make another address in the place of the one with `link_id`; without an id, of the present one.

    Whoever came in by the old one is out. Where somebody has renewed it meanwhile, theirs is kept.
    Raises `Refused` where the portal is closed.
    """
    customer = _customer_of(thing)
    organisations.hold_customer(customer.id)
    found = _open(_address(house, thing, customer))
    if found.link is None or (link_id is not None and found.link.id != link_id):
        return found
    if identity.revoke_link(found.link.id):
        _make(house, thing, customer)
        _note("portal.address_renewed", thing, who.actor)
    return _address(house, thing, customer)


def send_anew(house: Organisation, customer: Customer, to: Addressee, *, key: str) -> None:
    """Mail the address of all documents to somebody of the customer who asks for it (UX-02).

    Where its time is over another one takes its place; where there is none, nobody gets one.
    """
    organisations.hold_customer(customer.id)
    found = addresses.of_customer(house, customer)
    if found.link is None:
        return
    if found.is_over and identity.revoke_link(found.link.id):
        _make(house, customer, customer)
        _note("portal.address_renewed", customer, journal.SYSTEM)
    url = addresses.of_customer(house, customer).url
    if url is not None:
        _tell(house, customer, to, url, is_secret=True, key=key)


def revoke(thing: Thing, who: Principal) -> bool:
    """Close the address; whoever came in by it is out. False where there is none."""
    customer = _customer_of(thing)
    organisations.hold_customer(customer.id)
    link = _link(thing)
    if link is None or not identity.revoke_link(link.id):
        return False
    _note("portal.address_revoked", thing, who.actor)
    return True


def send(
    house: Organisation, customer: Customer, to: Addressee, who: Principal, *, key: str
) -> None:
    """Mail the address of all of a customer's documents, once for each `key`.

    Raises `Refused` where there is none.
    """
    found = addresses.of_customer(house, customer)
    url = found.url
    if url is None or found.is_over:
        raise Refused(_("There is no address to send. Make it first."))
    _tell(house, customer, to, url, is_secret=found.link is not None, key=key)
    _note("portal.address_sent", customer, who.actor, to=to.address)


def _tell(
    house: Organisation, customer: Customer, to: Addressee, url: str, *, is_secret: bool, key: str
) -> None:
    notices.tell(
        house,
        to,
        lambda: _words(house, url, is_secret=is_secret),
        key=f"portal:{key}",
        about=("customer", customer.id),
    )


def _words(house: Organisation, url: str, *, is_secret: bool) -> Said:
    sentence = (
        _("This address is only for you. Whoever has it can read all your documents.")
        if is_secret
        else _("You sign in there with your e-mail address.")
    )
    keeps = _("%(organisation)s keeps your documents here.", organisation=house.name)
    subject = _("Your documents at %(organisation)s", organisation=house.name)
    return Said(subject, (keeps, sentence), _("Open your documents"), url)


def _make(house: Organisation, thing: Thing, customer: Customer) -> CapabilityLink:
    is_one = isinstance(thing, Document)
    return identity.make_link(
        house.id,
        customer.id,
        thing.lineage_id if isinstance(thing, Document) else None,
        thing.id if is_one else None,
        email=customer.email or "",
        name=customer.name,
        language=languages.choose(customer.language, house.language),
        purpose=LinkPurpose.DOCUMENT if is_one else LinkPurpose.CUSTOMER,
        expires_at=addresses.link_end(house, thing if isinstance(thing, Document) else None),
    )


def _address(house: Organisation, thing: Thing, customer: Customer) -> Address:
    if isinstance(thing, Document):
        return addresses.of_document(house, thing, customer)
    return addresses.of_customer(house, thing)


def _link(thing: Thing) -> CapabilityLink | None:
    if isinstance(thing, Document):
        return addresses.link_of_document(thing)
    return addresses.link_of_customer(thing.id)


def _customer_of(thing: Thing) -> Customer:
    """Return whose it is; raises `Refused` for a document that is nobody's yet."""
    if isinstance(thing, Customer):
        return thing
    found = organisations.customer_by_id(thing.customer_id or "")
    if found is None:
        raise Refused(_("This document belongs to no customer yet."))
    return found


def _open(found: Address) -> Address:
    if found.closed_by is not None or found.is_unpublished:
        raise Refused(_("Customers do not see this in the portal: it has no address."))
    return found


def _note(name: str, thing: Thing, by: journal.Actor, **data: object) -> None:
    is_one = isinstance(thing, Document)
    journal.record(
        name,
        by,
        organisation_id=thing.organisation_id,
        about=("document" if is_one else "customer", thing.id),
        version=thing.version if isinstance(thing, Document) else None,
        **data,
    )
