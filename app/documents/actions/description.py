"""Describing: a person enters what a file says whose data cannot be read."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.core import journal
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.documents import queries
from app.documents.actions import indexing, keeping, publication
from app.documents.models import Document
from app.documents.rules import description as rules
from app.documents.rules import life
from app.documents.rules.description import Description
from app.documents.rules.findings import Finding, is_held
from app.documents.rules.life import State
from app.documents.rules.party import Address, Party
from app.organisations import queries as organisations
from app.organisations.models import Customer


def describe(document: Document, said: Description, customer: Customer, by: journal.Actor) -> None:
    """Keep what a person read off a file; it becomes ready unless something else holds it.

    Raises `Refused` where the document is no such file, or is decided already.
    """
    findings = refuse_others(document)
    organisation = organisations.organisation_by_id(document.organisation_id)
    einvoice = rules.described(said, Party(name=organisation.name), buyer_of(customer))
    after = rules.findings_after(findings)
    _change(
        document,
        state=State.HELD if is_held(after) else State.READY,
        kind=said.kind,
        customer_id=customer.id,
        number=said.number,
        number_sort=said.number.lower()[:100],
        issue_date=said.issue_date,
        listed_on=said.issue_date,
        due_date=life.open_until(said.kind, einvoice),
        seller_name=einvoice.seller.name[:200],
        buyer_name=einvoice.buyer.name[:200],
        **keeping.amounts_of(einvoice, said.kind),
        **_lineage(document, keeping.lineage_key(einvoice, said.kind, document.original)),
    )
    indexing.hand_over(document)
    indexing.note_currency(document)
    content = queries.content_of(document)
    content.einvoice = einvoice.to_json()
    content.findings = [finding.to_json() for finding in after]
    publication.note("document.described", document, by, number=said.number)


def refuse_others(document: Document) -> list[Finding]:
    """Return the findings; raises `Refused` where no person may enter the data."""
    findings = queries.findings_of(queries.content_of(document))
    if not rules.is_describable(document.state, findings):
        raise Refused(_("The data of this document cannot be entered by hand."))
    return findings


def buyer_of(customer: Customer) -> Party:
    """Return a customer as the buyer (BG-7) of what is described."""
    address = Address(
        line_1=customer.street,
        postcode=customer.postcode,
        city=customer.city,
        country=customer.country,
    )
    return Party(name=customer.name, vat_identifier=customer.vat_id or "", address=address)


def _lineage(document: Document, key: str) -> dict[str, Any]:
    """Return where the document belongs now: a number that is known makes it a newer version."""
    if key == document.lineage_key:
        return {}
    others = [one for one in queries.in_lineage(document.lineage_id) if one.id != document.id]
    if others and document.lineage_id == document.id:
        raise Refused(_("Newer versions hang on this kind, number and date. They stay."))
    before = queries.latest_with_key(document.organisation_id, key)
    return {
        "lineage_key": key,
        "lineage_id": before.lineage_id if before else document.id,
        "version": before.version + 1 if before else 1,
    }


def _change(document: Document, **values: Any) -> None:
    """Write the new values where nobody has decided in the meantime."""
    undecided = Document.state.in_([State.HELD, State.READY])
    wanted = update(Document).where(Document.id == document.id, undecided)
    try:
        changed = (
            session()
            .execute(
                wanted.values(**values)
                .returning(Document.id)
                .execution_options(synchronize_session=False)
            )
            .first()
        )
    except IntegrityError as error:
        raise Refused(
            _("Another document got this number at the same moment. Please try again.")
        ) from error
    session().refresh(document)
    if changed is None:
        raise Refused(_("This document was decided in the meantime. Nothing was changed."))
