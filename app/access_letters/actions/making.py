"""What staff do with access letters: make, renew, revoke, download."""

from datetime import datetime

from app.access.principal import Principal
from app.access_letters import proofs, queries, rules
from app.access_letters.models import AccessLetter
from app.access_letters.queries import Found
from app.core import clock, ids, journal, languages
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.documents import queries as documents
from app.documents.models import Document
from app.identity import actions as identity
from app.identity.rules import LinkPurpose, link_end
from app.notices.rules import Addressee
from app.organisations import queries as organisations
from app.organisations.models import Customer, Organisation
from app.portal.rules.released import REASONS


def make(
    house: Organisation,
    customer: Customer,
    to: Addressee,
    document: Document | None,
    who: Principal,
    *,
    letter_id: str,
) -> AccessLetter:
    """Make a letter to one document in all its versions, or to all; once for each `letter_id`.

    Raises `Refused` where the portal is closed, or where the customer has as many as it may.
    """
    organisations.hold_customer(customer.id)
    known = queries.by_id(letter_id)
    if known is not None and known.customer_id == customer.id:
        return known
    if known is not None or not ids.is_id(letter_id):
        raise Refused(_("Look at the letter first. Nothing was made."))
    if len(queries.of_customer(customer.id)) >= rules.MOST:
        raise Refused(_("There are %(most)s letters. Revoke some of them first.", most=rules.MOST))
    made = _make(house, customer, to, document, who, letter_id)
    _note("letter.made", made, to.name, who.actor)
    return made


def renew(house: Organisation, customer: Customer, found: Found, who: Principal) -> AccessLetter:
    """Make another letter in the place of one, which opens nothing from now on.

    Raises `Refused` where the portal is closed, or where somebody closed the old one meanwhile.
    """
    organisations.hold_customer(customer.id)
    old = found.link
    document = documents.by_id(old.document_id) if old.document_id else None
    if not identity.revoke_link(old.id):
        raise Refused(_("This letter was renewed or revoked already."))
    to = Addressee(old.email, old.name, old.language)
    made = _make(house, customer, to, document, who, ids.new())
    _note("letter.renewed", made, old.name, who.actor, former=found.letter.id)
    return made


def revoke(found: Found, who: Principal) -> bool:
    """Close a letter; whoever came in by it is out. False where somebody else has closed it."""
    if not identity.revoke_link(found.link.id):
        return False
    _note("letter.revoked", found.letter, found.link.name, who.actor)
    return True


def note_download(letter_id: str, name: str, by: journal.Actor) -> None:
    """Note that somebody who works here has got the secrets of a letter in a file."""
    letter = queries.by_id(letter_id)
    if letter is not None:
        _note("letter.downloaded", letter, name, by)


def _make(
    house: Organisation,
    customer: Customer,
    to: Addressee,
    document: Document | None,
    who: Principal,
    letter_id: str,
) -> AccessLetter:
    rule = queries.closed_by(house, customer)
    if rule is not None:
        raise Refused(_("A letter would open nothing. %(reason)s", reason=_(REASONS[rule])))
    now = clock.now()
    link = identity.make_link(
        house.id,
        customer.id,
        document.lineage_id if document else None,
        document.id if document else None,
        email=to.address,
        name=to.name,
        language=languages.choose(to.language, customer.language, house.language),
        purpose=LinkPurpose.LETTER,
    )
    link.expires_at = _end(document, house)
    letter = AccessLetter(
        id=letter_id,
        organisation_id=house.id,
        customer_id=customer.id,
        link_id=link.id,
        code_hash=proofs.fingerprint(proofs.code(letter_id)),
        made_by=who.name[:200],
        created_at=now,
        tries=0,
        locks=0,
    )
    session().add(letter)
    return letter


def _end(document: Document | None, house: Organisation) -> datetime:
    """Return when a letter is over, as a link would be."""
    due = document.due_date if document else None
    return link_end(clock.now(), house.link_days, due, house.timezone)


def _note(
    name: str, letter: AccessLetter, to: str, by: journal.Actor, former: str | None = None
) -> None:
    journal.record(
        name,
        by,
        organisation_id=letter.organisation_id,
        about=("customer", letter.customer_id),
        letter=letter.id,
        to=to,
        former=former,
    )
