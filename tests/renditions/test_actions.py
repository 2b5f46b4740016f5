"""Wanted once, made outside of any transaction, written down once."""

from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest
from PIL import Image
from pypdfium2 import PdfDocument
from sqlalchemy.orm import Session

from app.acceptance.actions import answering
from app.core import journal, outbox, runtime, storage
from app.core.db import session as opened
from app.core.errors import Refused
from app.documents.actions import publication
from app.documents.formats.examine import examine
from app.documents.formats.official_rules import NotChecked, RuleEngine
from app.documents.models import Document
from app.documents.rules.kinds import Kind
from app.documents.rules.line import Line
from app.organisations.models import Customer, Organisation
from app.organisations.rules.branding import Ending, Logo
from app.renditions import queries
from app.renditions.actions import making, wishes
from app.renditions.models import Rendition
from app.renditions.rules import RENDERER, Form, Reason, State, is_of_today
from tests import cast, factories
from tests.acceptance.quotes import contact_of, quote_for
from tests.factories import BY
from tests.renditions.formats.samples import document as sample
from tests.renditions.formats.samples import invoice as sound


@pytest.fixture
def house(session: Session) -> Organisation:
    return cast.found("lindenhof", "Haus Lindenhof")


@pytest.fixture
def keller(house: Organisation, session: Session) -> Customer:
    made = cast.customer(house, "K-1", "Ruth Keller", "ruth@kunden.example")
    made.language = "de"
    session.flush()
    return made


@pytest.fixture
def invoice(keller: Customer) -> Document:
    return factories.invoice_for(keller, "2026-0412")


def taken_in(keller: Customer, said: object, **details: object) -> Document:
    named = replace(said, buyer=replace(sound().buyer, name=keller.name))  # type: ignore[type-var]
    return factories.take_in(
        keller.organisation_id,
        named,  # type: ignore[arg-type]
        creates_customers=True,
        **details,  # type: ignore[arg-type]
    )


def made(document: Document, form: Form) -> Rendition:
    """Do what a worker does; returns the rendition as it stands afterwards."""
    found = queries.in_form(document.id, form)
    assert found is not None
    asked = making.order(found.id)
    assert asked is not None
    making.keep(asked, making.make(asked))
    opened().refresh(found)
    return found


def bytes_of(rendition: Rendition) -> bytes:
    assert rendition.sha256 is not None
    return runtime.current().storage.read(rendition.organisation_id, rendition.sha256)


def test_a_published_invoice_gets_a_pdf_with_the_e_invoice_inside(invoice: Document) -> None:
    wishes.wish_sheet(invoice.id)
    rendition = made(invoice, Form.FACTURX)
    content = bytes_of(rendition)
    assert rendition.state is State.MADE
    assert (rendition.size, rendition.sha256) == (len(content), storage.address(content))
    assert rendition.renderer == RENDERER
    found = examine(content, "a.pdf", size_limit=10**7, engine=None)
    assert found.einvoice is not None
    assert found.einvoice.totals == sound().totals
    with PdfDocument(content) as drawn:
        assert "Rechnung 2026-0412" in drawn[0].get_textpage().get_text_bounded()
    assert journal.about("document", invoice.id)[0].name == "document.form_made"


def test_a_wish_is_one_wish_however_often_it_is_said(invoice: Document) -> None:
    for _ in range(3):
        wishes.wish_sheet(invoice.id)
        wishes.wish(invoice, Form.CII, BY)
    assert [one.form for one in queries.of_document(invoice.id)] == [Form.FACTURX, Form.CII]
    ordered = [one for one in journal.about("document", invoice.id) if "ordered" in one.name]
    assert len(ordered) == 1


def test_what_was_made_twice_is_written_down_once(invoice: Document) -> None:
    wishes.wish_sheet(invoice.id)
    (found,) = queries.of_document(invoice.id)
    one, other = making.order(found.id), making.order(found.id)
    assert one is not None
    assert other is not None
    first, second = making.make(one), making.make(other)
    assert first == second
    making.keep(one, first)
    making.keep(other, making.Result(reason=Reason.GIVEN_UP))
    opened().refresh(found)
    assert (found.state, found.sha256) == (State.MADE, first.sha256)
    assert making.order(found.id) is None
    made_lines = [one for one in journal.about("document", invoice.id) if "form_" in one.name]
    assert len(made_lines) == 1


def test_the_original_is_not_touched(invoice: Document) -> None:
    before = runtime.current().storage.read(invoice.organisation_id, invoice.original)
    wishes.wish_sheet(invoice.id)
    made(invoice, Form.FACTURX)
    assert runtime.current().storage.read(invoice.organisation_id, invoice.original) == before
    opened().refresh(invoice)
    assert storage.address(before) == invoice.original


def test_data_that_break_the_rules_give_a_plain_pdf_and_the_reason(keller: Customer) -> None:
    broken = replace(sound(), totals=replace(sound().totals, with_vat=sound().totals.lines))
    document = taken_in(keller, broken)
    wishes.wish_sheet(document.id)
    rendition = made(document, Form.FACTURX)
    assert (rendition.state, rendition.reason) == (State.IMPOSSIBLE, Reason.FINDINGS)
    assert "BR-CO-16" in rendition.detail
    plain = made(document, Form.PDF)
    assert plain.state is State.MADE
    assert examine(bytes_of(plain), "a.pdf", size_limit=10**7, engine=None).einvoice is None


def test_lines_below_lines_and_unknown_letters_are_reasons(keller: Customer) -> None:
    lines = (*sound().lines, Line(identifier="1.1", is_information=True))
    nested = taken_in(keller, replace(sound(), number="N-1", lines=lines))
    wishes.wish_sheet(nested.id)
    assert made(nested, Form.FACTURX).reason is Reason.SUB_LINES
    assert made(nested, Form.PDF).state is State.MADE
    foreign = taken_in(keller, replace(sound(), number="N-2", payment_terms="請求書"))
    wishes.wish_sheet(foreign.id)
    assert made(foreign, Form.FACTURX).reason is Reason.LETTERS
    assert made(foreign, Form.PDF).reason is Reason.LETTERS


def test_without_the_official_rules_it_is_tried_again(
    invoice: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    wishes.wish_sheet(invoice.id)
    (found,) = queries.of_document(invoice.id)
    asked = making.order(found.id)
    assert asked is not None
    monkeypatch.setattr(RuleEngine, "ask", lambda *_: NotChecked("time"))
    with pytest.raises(outbox.Again):
        making.make(asked)
    making.give_up(found.id)
    opened().refresh(found)
    assert (found.state, found.reason) == (State.IMPOSSIBLE, Reason.GIVEN_UP)
    assert queries.in_form(invoice.id, Form.PDF) is not None


@pytest.mark.parametrize("form", [Form.UBL, Form.CII])
def test_an_invoice_is_converted_and_says_the_same(
    invoice: Document, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    wishes.want(invoice, form)
    rendition = made(invoice, form)
    assert rendition.state is State.MADE
    found = examine(bytes_of(rendition), "a.xml", size_limit=10**7, engine=None)
    assert found.einvoice is not None
    assert found.einvoice.lines == sound().lines


def test_a_form_that_is_not_offered_is_refused(invoice: Document) -> None:
    with pytest.raises(Refused):
        wishes.wish(invoice, Form.UBL, BY)  # it came as UBL
    with pytest.raises(Refused):
        wishes.wish(invoice, Form.PDF, BY)
    assert queries.of_document(invoice.id) == []


def test_what_is_not_published_is_not_made(house: Organisation, keller: Customer) -> None:
    house.publishes_at_once = False
    ready = factories.invoice_for(keller, "2026-0500")
    wishes.wish_sheet(ready.id)
    with pytest.raises(Refused):
        wishes.wish(ready, Form.CII, BY)
    assert queries.of_document(ready.id) == []
    publication.publish(ready, BY)
    wishes.wish_sheet(ready.id)
    assert len(queries.of_document(ready.id)) == 1


def test_what_came_as_a_pdf_keeps_it(keller: Customer) -> None:
    document = taken_in(keller, sound(), media_type="application/pdf")
    wishes.wish_sheet(document.id)
    assert queries.of_document(document.id) == []


def test_a_later_version_gets_its_own(invoice: Document, keller: Customer) -> None:
    wishes.wish_sheet(invoice.id)
    second = factories.invoice_for(keller, "2026-0412")
    wishes.wish_sheet(second.id)
    assert second.version == 2
    assert len(queries.of_document(second.id)) == len(queries.of_document(invoice.id)) == 1


@pytest.mark.parametrize("kind", [Kind.QUOTE, Kind.REMINDER, Kind.DELIVERY_NOTE])
def test_other_kinds_get_a_plain_pdf(keller: Customer, kind: Kind) -> None:
    document = taken_in(keller, sample(kind), kind=kind)
    wishes.wish_sheet(document.id)
    assert made(document, Form.PDF).state is State.MADE


def test_a_quote_that_was_no_ubl_becomes_ubl(keller: Customer) -> None:
    document = taken_in(keller, sample(Kind.QUOTE), kind=Kind.QUOTE)
    wishes.want(document, Form.UBL)
    found = examine(bytes_of(made(document, Form.UBL)), "a.xml", size_limit=10**6, engine=None)
    assert found.kind is Kind.QUOTE
    assert "KT-SCHEMA" not in {one.rule for one in found.findings}


def accepted(keller: Customer, **details: object) -> Document:
    quote = quote_for(keller, **details)  # type: ignore[arg-type]
    wishes.wish_sheet(quote.id)
    opened().flush()
    ruth = contact_of(keller, cast.contact(keller, "Ruth Keller"))
    answering.accept(quote, ruth, "Ruth Keller", order_number="4711")
    return quote


def text_of(rendition: Rendition) -> str:
    with PdfDocument(bytes_of(rendition)) as drawn:
        return str(drawn[0].get_textpage().get_text_bounded())


def test_an_accepted_quote_gets_a_stamped_pdf_and_keeps_the_one_before(keller: Customer) -> None:
    quote = accepted(keller)
    before = made(quote, Form.PDF)
    plain = bytes_of(before)
    for _again in range(2):
        wishes.wish_stamp(quote.id)
    stamped = made(quote, Form.STAMPED)
    assert [one.form for one in queries.of_document(quote.id)] == [Form.PDF, Form.STAMPED]
    said = text_of(stamped)
    assert "Angenommen am" in said
    assert "Ruth Keller" in said
    assert "4711" in said
    assert "Angenommen" not in text_of(before)
    assert bytes_of(before) == plain
    assert journal.about("document", quote.id)[0].data == {"form": "PDF"}


def test_a_stamp_made_twice_is_the_same_bytes(keller: Customer) -> None:
    quote = accepted(keller)
    wishes.wish_stamp(quote.id)
    found = queries.in_form(quote.id, Form.STAMPED)
    assert found is not None
    one, other = making.order(found.id), making.order(found.id)
    assert one is not None
    assert other is not None
    assert making.make(one) == making.make(other)


def test_what_came_as_a_pdf_gets_no_stamp(keller: Customer) -> None:
    quote = accepted(keller, media_type="application/pdf")
    wishes.wish_stamp(quote.id)
    assert queries.of_document(quote.id) == []


def test_an_acceptance_after_another_has_a_stamp_of_its_own(keller: Customer) -> None:
    quote = accepted(keller)
    wishes.wish_stamp(quote.id)
    first = made(quote, Form.STAMPED)
    old = bytes_of(first)
    answering.reopen(quote, BY, "Wrong order number")
    wishes.wish_stamp(quote.id)
    assert len(queries.of_document(quote.id)) == 2, "no stamp without an acceptance"
    assert not is_of_today(first.form, first.wanted_at, quote.answered_at)
    ruth = contact_of(keller, cast.contact(keller, "Tina Keller"))
    answering.accept(quote, ruth, "Tina Keller", order_number="4712")
    wishes.wish_stamp(quote.id)
    second = queries.of_document(quote.id)[-1]
    asked = making.order(second.id)
    assert asked is not None
    making.keep(asked, making.make(asked))
    opened().refresh(second)
    assert "4712" in text_of(second)
    assert bytes_of(first) == old
    shown = [
        one.id
        for one in queries.of_document(quote.id)
        if is_of_today(one.form, one.wanted_at, quote.answered_at)
    ]
    assert shown[-1] == second.id
    assert first.id not in shown


def test_the_houses_logo_stands_on_what_is_made_from_then_on(
    house: Organisation, invoice: Document
) -> None:
    image = Image.new("RGB", (400, 100), "#c00000")
    target = BytesIO()
    image.save(target, "PNG")
    sha256 = runtime.current().storage.put(house.id, target.getvalue())
    house.logo = Logo(sha256, Ending.PNG, 400, 100).to_json()
    wishes.want(invoice, Form.PDF)
    with pikepdf.open(BytesIO(bytes_of(made(invoice, Form.PDF)))) as document:
        assert len(document.pages[0].get_images()) == 1
        assert "GTS_PDFA1" in str(document.Root.OutputIntents[0].S)


def test_a_drawn_logo_is_no_picture_on_a_sheet(house: Organisation, invoice: Document) -> None:
    house.logo = Logo("a" * 64, Ending.SVG, 400, 100).to_json()
    wishes.want(invoice, Form.PDF)
    with pikepdf.open(BytesIO(bytes_of(made(invoice, Form.PDF)))) as document:
        assert len(document.pages[0].get_images()) == 0
