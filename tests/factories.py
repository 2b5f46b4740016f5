"""Things that tests are about, made through the real actions."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from app.core import ids, runtime
from app.core.db import session
from app.core.journal import Actor
from app.documents.actions import keeping
from app.documents.actions.keeping import Stored
from app.documents.formats.examination import Examination, Syntax
from app.documents.models import Document, FileRole
from app.documents.queries import files_of
from app.documents.rules.einvoice import EInvoice, PaymentInstruction, Totals, VatBreakdown
from app.documents.rules.findings import Finding
from app.documents.rules.kinds import Kind
from app.documents.rules.line import Item, Line, Price
from app.documents.rules.party import Address, Contact, Identifier, Party
from app.intake.actions import taking
from app.intake.actions.taking import Examined, Waiting
from app.intake.queries import waiting_items
from app.organisations.models import Customer
from app.previews import actions as previews
from app.previews import queries as preview_queries
from app.previews.formats.drawing import Drawing, Picture

BY = Actor("command", "tests", "Tests")


def einvoice(
    number: str = "2026-0412",
    *,
    buyer: str = "Ruth Keller",
    customer_number: str = "",
    issued: date = date(2026, 10, 30),
    due: date | None = date(2026, 11, 29),
    net: Decimal = Decimal("594.12"),
    currency: str = "CHF",
    seller: str = "Haus Lindenhof",
) -> EInvoice:
    """Return a small invoice over `net` plus 8.1 % VAT."""
    vat = (net * Decimal("0.081")).quantize(Decimal("0.01"))
    identifiers = (Identifier(customer_number),) if customer_number else ()
    return EInvoice(
        number=number,
        issue_date=issued,
        due_date=due,
        type_code="380",
        currency=currency,
        payment_terms="30 Tage netto",
        seller=Party(
            name=seller,
            vat_identifier="CHE-107.787.577 MWST",
            address=Address(line_1="Lindenweg 4", postcode="8001", city="Zürich", country="CH"),
        ),
        buyer=Party(
            name=buyer,
            identifiers=identifiers,
            address=Address(line_1="Seestrasse 12", postcode="8002", city="Zürich", country="CH"),
            contact=Contact(email="neu@kunden.example"),
        ),
        payment_instructions=(
            PaymentInstruction(
                means_code="30", iban="CH9300762011623852957", remittance="RF18539007547034"
            ),
        ),
        totals=Totals(lines=net, without_vat=net, vat=vat, with_vat=net + vat, due=net + vat),
        vat_breakdown=(VatBreakdown(base=net, amount=vat, category="S", rate=Decimal("8.1")),),
        lines=(
            Line(
                identifier="1",
                quantity=Decimal(1),
                unit="C62",
                net=net,
                vat_category="S",
                vat_rate=Decimal("8.1"),
                item=Item(name="Pension und Pflege", description="Oktober 2026"),
                price=Price(net=net),
            ),
        ),
    )


def ordered(said: EInvoice, order: str) -> EInvoice:
    """Return an invoice that names the buyer's order (BT-13)."""
    return replace(said, purchase_order=order)


def take_in(
    organisation_id: str,
    said: EInvoice | None,
    *,
    kind: Kind = Kind.INVOICE,
    findings: tuple[Finding, ...] = (),
    content: bytes | None = None,
    creates_customers: bool = False,
    media_type: str = "application/xml",
) -> Document:
    """Take in a document that says `said`; its files lie in the storage of the installation at work."""
    content = content if content is not None else f"<Invoice>{ids.new()}</Invoice>".encode()
    stored = keeping.store(organisation_id, "invoice.xml", content)
    batch = taking.start(organisation_id, BY, [stored], creates_customers=creates_customers)
    session().flush()
    (item_id,) = waiting_items(batch.id)
    examination = Examination(
        syntax=Syntax.UBL_INVOICE,
        media_type=media_type,
        kind=kind,
        einvoice=said,
        findings=findings,
        xml=content,
    )
    sha256 = runtime.current().storage.put(organisation_id, content)
    files = (Stored("invoice.xml", len(content), sha256, FileRole.ORIGINAL, media_type),)
    document = taking.keep(
        Examined(Waiting(item_id, organisation_id, "invoice.xml", sha256), examination, files), BY
    )
    assert document is not None
    return document


def invoice_for(customer: Customer, number: str, **details: object) -> Document:
    """Publish an invoice for a customer of an organisation that publishes at once."""
    said = einvoice(
        number,
        buyer=customer.name,
        customer_number=customer.number,
        **details,  # type: ignore[arg-type]
    )
    return take_in(customer.organisation_id, said)


def preview_of(document: Document) -> None:
    """Give a document's first file the picture of a page, as if it were a PDF of one."""
    (file, *_others) = files_of(document)
    previews.wish(document.organisation_id, file.sha256)
    preview = preview_queries.of_bytes(document.organisation_id, file.sha256)
    assert preview is not None
    task = previews.begin(preview.id)
    assert task is not None
    picture = Picture(1, 8, 8, "Rechnung", b"RIFF....WEBP" + document.id.encode())
    sha256 = runtime.current().storage.put(document.organisation_id, picture.content)
    drawn = previews.Drawn(Drawing(1, (picture,)), (previews.Stored(picture, sha256),))
    previews.keep(task, drawn)
