"""What the sheet of a document shows: the e-invoice in the words and numbers of its reader."""

from collections.abc import Iterator
from decimal import Decimal

from babel.numbers import format_decimal
from flask import Flask

from app.core import languages, text
from app.core.errors import Invalid
from app.core.languages import N_
from app.core.languages import gettext as _
from app.core.money import Money, exponent
from app.documents.rules.einvoice import EInvoice, PaymentInstruction
from app.documents.rules.kinds import Kind
from app.documents.rules.line import AllowanceCharge, Line, Period
from app.documents.rules.party import Address, Party
from app.paper.codes import ANSWERS, LINE_STATES, SILENT_LINE_STATES, UNITS

Fact = tuple[str, str]
"""Label and value, as `ui.facts` takes them."""


def init_app(app: Flask) -> None:
    """Offer the sheet's parts to templates."""
    app.jinja_env.globals.update(
        amount=amount,
        price=price,
        unit=unit,
        country=text.country,
        address_lines=address_lines,
        line_remarks=line_remarks,
        paper_answer=answer,
        paper_dates=dates,
        paper_has_amounts=has_amounts,
        paper_parties=parties,
        paper_payment=payment,
        paper_references=references,
        paper_totals=totals,
    )


def amount(value: Decimal | None, currency: str) -> Money | None:
    """Return an amount of an e-invoice as money; None without a value or a known currency."""
    if value is None:
        return None
    try:
        return Money.of(value, currency)
    except Invalid:
        return None


def price(value: Decimal, currency: str) -> str:
    """Write an amount without its currency: at least the currency's decimals, and all it has."""
    try:
        digits = exponent(currency)
    except Invalid:
        digits = 2
    pattern = f"#,##0.{'0' * digits}" if digits else "#,##0"
    return format_decimal(
        value, format=pattern, locale=languages.locale(), decimal_quantization=False
    )


def unit(code: str) -> str:
    """Return the short word for a unit of measure (BT-130); an unknown code as it is."""
    return _(UNITS[code]) if code in UNITS else code


def address_lines(party: Party) -> list[str]:
    """Return a party's address as it stands on an envelope (BG-5, BG-8)."""
    return written(party.address) if party.address else []


def written(here: Address) -> list[str]:
    """Return the lines of an address that have something in them."""
    town = f"{here.postcode} {here.city}".strip()
    lines = (here.line_1, here.line_2, here.line_3, town, here.subdivision)
    return [line for line in (*lines, text.country(here.country)) if line]


def dates(einvoice: EInvoice) -> list[Fact]:
    """Return the days of a document: issued, due, delivered, period."""
    delivered = einvoice.delivery.day if einvoice.delivery else None
    return [
        *((_("Date"), text.day(day)) for day in [einvoice.issue_date] if day),
        *((_("Due"), text.day(day)) for day in [einvoice.due_date] if day),
        *((_("Delivered"), text.day(day)) for day in [delivered] if day),
        *_known(
            {
                N_("Delivery"): _period(einvoice.delivery.planned) if einvoice.delivery else "",
                N_("Period"): _period(einvoice.period),
                N_("Valid"): _period(einvoice.validity),
                N_("Reminder level"): _level(einvoice.reminder_level),
            }
        ),
    ]


def parties(einvoice: EInvoice) -> list[tuple[str, Party]]:
    """Return who takes part, each with what they are here."""
    named = (
        (_("From"), einvoice.seller),
        (_("To"), einvoice.buyer),
        (_("Payable to"), einvoice.payee),
        (_("Tax representative"), einvoice.tax_representative),
    )
    return [(label, party) for label, party in named if party is not None]


def references(einvoice: EInvoice) -> list[Fact]:
    """Return the references that a document gives (BT-10 to BT-19, BG-3)."""
    preceding = ", ".join(one.number for one in einvoice.preceding_invoices if one.number)
    asks = not einvoice.type_code and einvoice.validity is not None
    return _known(
        {
            N_("Your reference"): einvoice.buyer_reference,
            N_("Your order"): einvoice.purchase_order,
            N_("Our order"): einvoice.sales_order,
            N_("Contract"): einvoice.contract,
            N_("Project"): einvoice.project,
            N_("Your enquiry") if asks else N_("Tender"): einvoice.tender,
            N_("Despatch advice"): einvoice.despatch_advice,
            N_("Receiving advice"): einvoice.receiving_advice,
            N_("Cost centre"): einvoice.buyer_accounting_reference,
            N_("Preceding invoice"): preceding,
        }
    )


def answer(einvoice: EInvoice) -> tuple[str, str] | None:
    """Return tone and words of what an order confirmation answers, None where it says nothing."""
    if not einvoice.response_code:
        return None
    tone, name = ANSWERS.get(einvoice.response_code, ("neutral", ""))
    order = einvoice.purchase_order or einvoice.sales_order
    said = _(name) if name else _("Answer %(code)s", code=einvoice.response_code)
    return tone, f"{said}: {order}" if order else said


def has_amounts(einvoice: EInvoice) -> bool:
    """Say whether any line has a price or an amount."""
    return any(line.net is not None or line.price is not None for line in einvoice.lines)


def line_remarks(line: Line, currency: str) -> Iterator[str]:
    """Say what else stands on a line: description, note, number, period, allowances."""
    if line.item.description and line.item.description != line.item.name:
        yield line.item.description
    if line.note:
        yield line.note
    if line.status not in SILENT_LINE_STATES:
        yield _(LINE_STATES[line.status]) if line.status in LINE_STATES else line.status
    if line.item.seller_identifier:
        yield _("Article %(number)s", number=line.item.seller_identifier)
    for one in line.item.attributes:
        yield f"{one.name}: {one.value}"
    if line.period:
        yield _period(line.period)
    for change in line.allowances_charges:
        yield f"{_reason(change)} {_signed(change, currency)}"


def totals(einvoice: EInvoice, kind: Kind) -> list[tuple[str, str, bool]]:
    """Return label, amount and whether it is the one to pay, from the lines to the amount due."""
    shown, currency = einvoice.totals, einvoice.currency
    rows: list[tuple[str, Decimal | None]] = [(_("Sum of lines"), shown.lines)]
    rows += [
        (_reason(one), one.amount if one.is_charge or one.amount is None else -one.amount)
        for one in einvoice.allowances_charges
    ]
    rows.append((_("Without VAT"), shown.without_vat))
    rows += [
        (_vat_label(one.rate, one.base, one.exemption_reason, currency), one.amount)
        for one in einvoice.vat_breakdown
    ]
    other = einvoice.vat_accounting_currency
    rows += [(_("With VAT"), shown.with_vat)]
    rows += [(_("Paid already"), -shown.paid)] if shown.paid else []
    rows += [(_("Rounding"), shown.rounding)] if shown.rounding else []
    written = [
        (label, _money(value, currency), False) for label, value in rows if value is not None
    ]
    if shown.vat_accounting is not None and other:
        label = _("VAT in %(currency)s", currency=other)
        written.append((label, _money(shown.vat_accounting, other), False))
    last = _(kind.traits.sum)
    due = [] if shown.due is None else [(last, _money(shown.due, currency), True)]
    return written + due


def payment(way: PaymentInstruction) -> list[Fact]:
    """Return how to pay (BG-16); a card's number is masked by the sender (BT-87)."""
    return _known(
        {
            N_("Account"): _grouped(way.iban),
            N_("BIC"): way.bic,
            N_("In the name of"): way.account_name,
            N_("Payment reference"): way.remittance,
            N_("Direct debit mandate"): way.mandate,
            N_("Debited account"): _grouped(way.debited_iban),
            N_("Card"): way.card_number,
        }
    )


def _known(values: dict[str, str]) -> list[Fact]:
    return [(_(label), value) for label, value in values.items() if value]


def _period(period: Period | None) -> str:
    days = [text.day(day) for day in (period.start, period.end) if day] if period else []
    return " – ".join(days)


def _level(level: Decimal | None) -> str:
    return "" if level is None else f"{level:f}"


def _reason(change: AllowanceCharge) -> str:
    name = change.reason or (_("Charge") if change.is_charge else _("Allowance"))
    return name if change.percent is None else f"{name} ({text.percent(change.percent)})"


def _signed(change: AllowanceCharge, currency: str) -> str:
    value = change.amount or Decimal(0)
    return _money(value if change.is_charge else -value, currency)


def _vat_label(rate: Decimal | None, base: Decimal | None, reason: str, currency: str) -> str:
    named = _("VAT %(rate)s", rate=text.percent(rate)) if rate is not None else _("VAT")
    if base is not None:
        named = _("%(vat)s on %(amount)s", vat=named, amount=price(base, currency))
    return f"{named} · {reason}" if reason else named


def _money(value: Decimal, currency: str) -> str:
    known = amount(value, currency)
    return f"{price(value, currency)} {currency}".strip() if known is None else text.money(known)


def _grouped(account: str) -> str:
    """Write an IBAN in groups of four (ISO 13616); other account numbers as they are."""
    plain = account.replace(" ", "")
    if len(plain) < 15 or not plain[:2].isalpha():
        return account
    return " ".join(plain[place : place + 4] for place in range(0, len(plain), 4))
