"""From a sample to an e-invoice with exact sums, and from there to the bytes that a seller sends."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from stdnum import luhn
from stdnum.ch import esr

from app.core import languages
from app.core.money import rounded
from app.demo import others
from app.demo.cast import Customer, Enclosure, Form, House, Position, Sample, Vat
from app.documents.formats import media_types
from app.documents.rules.description import Description
from app.documents.rules.einvoice import (
    Attachment,
    Delivery,
    EInvoice,
    Note,
    PaymentInstruction,
    PrecedingInvoice,
    Totals,
    VatBreakdown,
)
from app.documents.rules.kinds import Kind
from app.documents.rules.line import AllowanceCharge, Item, Line, Period, Price
from app.documents.rules.party import Identifier, Party
from app.renditions.formats import archive, cii, pdf, ubl, ubl_other
from app.renditions.formats.archive import Label

SPECIFICATION = "urn:cen.eu:en16931:2017"
ENCLOSED = "1"
"""BT-122 of the one attachment that a sample may have."""
CENTS = 2


def issued_on(sample: Sample, today: date) -> date:
    """Return BT-2: the last working day on or before the sample's age."""
    day = today - timedelta(days=sample.age)
    return day - timedelta(days=max(0, day.weekday() - 4))


def einvoice(house: House, sample: Sample, today: date) -> EInvoice:
    """Return what a sample says on the calendar day `today`, its sums exact but for its mistake."""
    reminded = _sample(house, sample.reminds)
    about = einvoice(house, reminded, today) if reminded else None
    return others.turned(_invoice(house, sample, today), sample, about)


def _invoice(house: House, sample: Sample, today: date) -> EInvoice:
    issued, buyer = issued_on(sample, today), house.buyer(sample.customer)
    lines = tuple(_line(place, one) for place, one in enumerate(sample.positions, start=1))
    breakdown = _breakdown(sample)
    is_credit = bool(sample.credits)
    return EInvoice(
        number=sample.number,
        issue_date=issued,
        type_code="381" if is_credit else "380",
        currency=house.currency,
        due_date=None if is_credit else issued + timedelta(days=sample.terms),
        payment_terms="" if is_credit else house.terms[buyer.language] % {"days": sample.terms},
        purchase_order=sample.order,
        notes=(Note(sample.note),) if sample.note else (),
        specification=SPECIFICATION,
        preceding_invoices=_preceding(house, sample, today),
        seller=house.seller,
        buyer=_party(buyer),
        delivery=_delivery(house, sample, buyer, issued),
        period=_month_before(issued) if sample.covers_month else None,
        payment_instructions=() if is_credit else (_instruction(house, sample.number),),
        totals=_totals(lines, breakdown, is_paid=sample.is_paid),
        vat_breakdown=breakdown,
        attachments=_attachments(sample.enclosure),
        lines=lines,
    )


def written(house: House, sample: Sample, today: date) -> tuple[str, bytes]:
    """Return the name and the bytes of the file that a sample arrives as."""
    found = einvoice(house, sample, today)
    if sample.kind in ubl_other.NAMES:
        return f"{sample.number}.xml", ubl_other.written(found, sample.kind)
    if sample.form is Form.UBL:
        enclosed = sample.enclosure
        embedded = {enclosed.name: _table(enclosed)} if enclosed else {}
        return f"{sample.number}.xml", ubl.written(found, embedded)
    if sample.form is Form.PDF:
        return f"{sample.number}.pdf", _drawn(house, found)
    xml = cii.written(found)
    if sample.form is Form.CII:
        return f"{sample.number}.xml", xml
    return f"{sample.number}.pdf", _sheet(house, found, xml)


def _sheet(house: House, said: EInvoice, xml: bytes) -> bytes:
    """Return the Factur-X PDF that a seller's own program would have made."""
    assert said.issue_date is not None
    moment = datetime.combine(said.issue_date, time(8), UTC)
    with languages.speaking(house.language, house.country):
        title = pdf.title_of(said, Kind.INVOICE)
    label = Label(title, house.name, house.language, moment)
    return archive.with_invoice(_drawn(house, said), xml, label)


def _drawn(house: House, said: EInvoice) -> bytes:
    with languages.speaking(house.language, house.country):
        return pdf.drawn(said, Kind.INVOICE, pdf.House(house.name, house.accent, house.country))


def described(house: House, sample: Sample, today: date) -> Description:
    """Return what a person reads off a sample that carries no data."""
    said = einvoice(house, sample, today)
    assert said.issue_date is not None
    return Description(
        kind=sample.kind,
        number=said.number,
        issue_date=said.issue_date,
        until=said.due_date,
        currency=said.currency,
        total=said.totals.with_vat,
    )


def corrected(sample: Sample) -> Sample:
    """Return the second version of a sample."""
    return replace(sample, positions=sample.corrected, corrected=())


def _line(place: int, one: Position) -> Line:
    full = rounded(one.quantity * one.price, CENTS)
    taken_off = rounded(full * one.discount / 100, CENTS)
    allowances: tuple[AllowanceCharge, ...] = ()
    if one.discount:
        allowances = (
            AllowanceCharge(amount=taken_off, base=full, percent=one.discount, reason_code="95"),
        )
    return Line(
        identifier=str(place),
        quantity=one.quantity,
        unit=one.unit,
        net=full - taken_off,
        allowances_charges=allowances,
        price=Price(net=one.price),
        vat_category=one.vat.category,
        vat_rate=one.vat.rate,
        item=Item(name=one.name, description=one.description, seller_identifier=one.article),
    )


def _breakdown(sample: Sample) -> tuple[VatBreakdown, ...]:
    bases: dict[Vat, Decimal] = {}
    for place, one in enumerate(sample.positions, start=1):
        net = _line(place, one).net or Decimal(0)
        bases[one.vat] = bases.get(one.vat, Decimal(0)) + net
    highest = max(bases, key=lambda vat: vat.rate, default=None)
    return tuple(
        VatBreakdown(
            base=base,
            amount=rounded(base * vat.rate / 100, CENTS)
            + (sample.mistake if vat is highest else Decimal(0)),
            category=vat.category,
            rate=vat.rate,
            exemption_reason=vat.reason,
            exemption_code=vat.code,
        )
        for vat, base in bases.items()
    )


def _totals(
    lines: tuple[Line, ...], breakdown: tuple[VatBreakdown, ...], *, is_paid: bool
) -> Totals:
    nets = sum((line.net or Decimal(0) for line in lines), start=Decimal(0))
    vat = sum((entry.amount or Decimal(0) for entry in breakdown), start=Decimal(0))
    whole = nets + vat
    return Totals(
        lines=nets,
        without_vat=nets,
        vat=vat,
        with_vat=whole,
        paid=whole if is_paid else None,
        due=Decimal("0.00") if is_paid else whole,
    )


def _preceding(house: House, sample: Sample, today: date) -> tuple[PrecedingInvoice, ...]:
    other = _sample(house, sample.credits)
    return (PrecedingInvoice(other.number, issued_on(other, today)),) if other else ()


def _sample(house: House, number: str) -> Sample | None:
    return next((one for one in house.samples if number and one.number == number), None)


def _party(buyer: Customer) -> Party:
    scheme, _, value = buyer.endpoint.partition(":")
    # A business is known by its VAT id; a person has the number that the seller gave (BT-46).
    number = () if buyer.vat_id else (Identifier(buyer.number),)
    return Party(
        name=buyer.name,
        identifiers=(Identifier(buyer.gln, "0088"),) if buyer.gln else number,
        vat_identifier=buyer.vat_id,
        electronic_address=Identifier(value, scheme) if value else None,
        address=buyer.address,
    )


def _delivery(house: House, sample: Sample, buyer: Customer, issued: date) -> Delivery | None:
    """Say when it was delivered where the law asks for it (§ 14 UStG), and where it went."""
    day = issued - timedelta(days=2)
    if any(one.vat.category in house.sold_goods for one in sample.positions):
        return Delivery(name=buyer.name, day=day, address=buyer.address)
    return Delivery(day=day) if house.country == "DE" else None


def _month_before(issued: date) -> Period:
    last = issued.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


def _instruction(house: House, number: str) -> PaymentInstruction:
    """Return how to pay: in Switzerland with a QR reference, in Sweden with an OCR number."""
    digits = "".join(char for char in number if char.isdigit())
    reference = number
    if house.country == "CH":
        body = digits.rjust(26, "0")
        reference = body + esr.calc_check_digit(body)
    elif house.country == "SE":
        reference = digits + luhn.calc_check_digit(digits)
    return replace(house.payment, remittance=reference)


def _attachments(enclosure: Enclosure | None) -> tuple[Attachment, ...]:
    if enclosure is None:
        return ()
    one = Attachment(
        ENCLOSED,
        enclosure.description,
        name=enclosure.name,
        media_type=media_types.CSV,
        size=len(_table(enclosure)),
    )
    return (one,)


def _table(enclosure: Enclosure) -> bytes:
    # With a byte order mark, spreadsheet programs read the letters as they are.
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(enclosure.rows)
    return text.getvalue().encode("utf-8-sig")
