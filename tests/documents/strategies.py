"""Any e-invoice that the readers could give, small enough to make many of them."""

from decimal import Decimal

from hypothesis import strategies as st

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
from app.documents.rules.line import AllowanceCharge, Attribute, Item, Line, Period, Price
from app.documents.rules.party import Address, Contact, Identifier, Party

texts = st.sampled_from(
    ["", "a", "Ü %(name)s %", "0088", "0160", "RF18539007547034", "4000001123452"]
)
numbers = (
    st.none()
    | st.decimals(
        min_value=Decimal(-(10**15)), max_value=Decimal(10**15), allow_nan=False, places=2
    )
    | st.sampled_from([Decimal(0), Decimal("1E-30"), Decimal("0.00"), Decimal("19")])
)
days = st.none() | st.dates()
categories = st.sampled_from(["", "S", "E", "O"])


def some(*entries: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(st.one_of(*entries), max_size=2).map(tuple)


identifiers = st.builds(Identifier, texts, texts)
addresses = st.none() | st.builds(Address, line_1=texts, country=texts)
parties = st.builds(
    Party,
    name=texts,
    identifiers=some(identifiers),
    legal_identifier=st.none() | identifiers,
    vat_identifier=texts | st.just("CHE-107.787.577 MWST"),
    address=addresses,
    contact=st.none() | st.builds(Contact, texts, texts, texts),
)
allowances_charges = st.builds(
    AllowanceCharge,
    is_charge=st.booleans(),
    amount=numbers,
    vat_category=categories,
    vat_rate=numbers,
    reason=texts,
)
lines = st.builds(
    Line,
    identifier=texts,
    quantity=numbers,
    net=numbers,
    period=st.none() | st.builds(Period, days, days),
    allowances_charges=some(allowances_charges),
    price=st.none() | st.builds(Price, net=numbers, gross=numbers, base_quantity=numbers),
    vat_category=categories,
    vat_rate=numbers,
    item=st.builds(
        Item,
        name=texts,
        standard_identifier=st.none() | identifiers,
        attributes=some(st.builds(Attribute, texts, texts)),
    ),
    is_information=st.booleans(),
)
einvoices = st.builds(
    EInvoice,
    number=texts,
    issue_date=days,
    currency=st.sampled_from(["", "CHF", "JPY", "XYZ", "KWD"]),
    due_date=days,
    invoiced_object=st.none() | identifiers,
    notes=some(st.builds(Note, texts, texts)),
    preceding_invoices=some(st.builds(PrecedingInvoice, texts, days)),
    seller=parties,
    buyer=parties,
    payee=st.none() | parties,
    delivery=st.none() | st.builds(Delivery, texts, st.none() | identifiers, days, addresses),
    payment_instructions=some(st.builds(PaymentInstruction, iban=texts, remittance=texts)),
    allowances_charges=some(allowances_charges),
    totals=st.builds(
        Totals, lines=numbers, without_vat=numbers, vat=numbers, with_vat=numbers, due=numbers
    ),
    vat_breakdown=some(st.builds(VatBreakdown, numbers, numbers, categories, numbers)),
    attachments=some(st.builds(Attachment, name=texts, size=st.integers(0, 10**9))),
    lines=some(lines),
)
