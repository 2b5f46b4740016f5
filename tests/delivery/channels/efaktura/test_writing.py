from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from app.delivery.channels.efaktura import apart, composing, writing
from app.delivery.channels.efaktura.amounts import Impossible
from app.delivery.channels.efaktura.composing import Dunned
from app.delivery.channels.efaktura.facts import Law, Named, Request, Tiers, Version
from app.documents.rules.einvoice import EInvoice, PaymentInstruction
from app.documents.rules.line import Item, Line, Period
from app.documents.rules.party import Address
from app.documents.rules.plain import from_plain, to_plain
from tests import corpus, factories
from tests.delivery.channels.efaktura import cases
from tests.delivery.channels.efaktura.cases import at, parsed, request
from tests.delivery.channels.efaktura.test_amounts import invoices

QR = PaymentInstruction(iban="CH44 3199 9123 0008 8901 2", remittance="210000000003139471430009017")
RF = PaymentInstruction(iban="CH9300762011623852957", remittance="RF18539007547034")
PLAIN = PaymentInstruction(iban="CH9300762011623852957")
POSSIBLE = [
    (version, tiers)
    for version in Version
    for tiers in Tiers
    if (version, tiers) != (Version.V450, Tiers.SOLDANT)
]


def payable(*accounts: PaymentInstruction) -> EInvoice:
    return replace(factories.einvoice(), payment_instructions=accounts)


@cache
def original(name: str) -> Any:
    """Return a schema as Forum Datenaustausch publishes it, not as it is shipped."""
    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
    return etree.XMLSchema(etree.parse(cases.SCHEMAS / name, parser))


def is_valid(made: Request) -> bool:
    """Say whether a request is right by the shipped schema, once it travelled into the cell."""
    travelled = from_plain(Request, to_plain(made))
    assert travelled == made
    assert writing.mistakes(writing.written(travelled), made.version) == []
    return True


@pytest.mark.parametrize(("version", "tiers"), POSSIBLE)
def test_every_request_is_what_its_schema_asks_for(version: Version, tiers: Tiers) -> None:
    """Of invoices, reminders, and reminders with a fee, under every law, to every account."""
    for law, account, fee in product(Law, (QR, RF, PLAIN), (None, "0", "20.00")):
        known = {"tiers": tiers.value, "law": law.value, "case_number": "123456"}
        assert is_valid(request(payable(account), version, fee, **known))


@corpus.needed
@pytest.mark.parametrize("version", Version)
def test_the_shipped_schemas_are_the_published_ones_to_the_byte(version: Version) -> None:
    for path in writing.SCHEMAS.glob("*.xsd"):
        assert path.read_bytes() == (cases.SCHEMAS / path.name).read_bytes()
    number = version.value.replace(".", "") + "0"
    root = writing.written(request(payable(QR), version))
    schema = original(f"generalInvoiceRequest_{number}.xsd")
    assert schema.validate(root), schema.error_log


@settings(max_examples=60, deadline=None)
@given(
    invoices(),
    st.sampled_from(POSSIBLE),
    st.text(max_size=60),
    st.text(max_size=400),
    st.sampled_from([None, "0", "12.50"]),
)
def test_whatever_an_invoice_says_its_request_is_valid_or_says_why_not(
    said: EInvoice, form: tuple[Version, Tiers], name: str, text: str, fee: str | None
) -> None:
    version, tiers = form
    whole = factories.einvoice()
    line = replace(said.lines[0], item=Item(name=text, seller_identifier=name, description=text))
    said = replace(
        said,
        number=name,
        issue_date=whole.issue_date,
        seller=replace(whole.seller, name=name, address=Address(text, name, "", text, "8001")),
        payment_instructions=(QR,),
        lines=(line, *said.lines[1:]),
    )
    try:
        made = request(said, version, fee, tiers=tiers.value)
    except Impossible:
        return
    assert is_valid(made)


def test_a_request_names_the_lines_in_the_insurers_terms() -> None:
    said = replace(
        payable(QR),
        lines=(
            Line(
                quantity=Decimal(31),
                net=Decimal("594.12"),
                vat_rate=Decimal("8.1"),
                period=Period(date(2026, 10, 1), date(2026, 10, 31)),
                item=Item(name="Pflege Stufe 6", seller_identifier="PFL6"),
            ),
        ),
    )
    root = writing.written(request(said, Version.V500))
    service = dict(at(root, "services/service").attrib)
    assert service == {
        "record_id": "1",
        "tariff_type": "533",
        "code": "1",
        "name": "Pflege Stufe 6",
        "quantity": "31",
        "unit": "20.717419",
        "amount": "642.24",
        "vat_rate": "8.1",
        "date_begin": "2026-10-01T00:00:00",
        "date_end": "2026-10-31T00:00:00",
        "provider_id": cases.OURS,
        "responsible_id": cases.OURS,
    }
    balance = at(root, "tiers_payant/balance")
    assert dict(balance.attrib) == {
        "currency": "CHF",
        "amount": "642.24",
        "amount_reminder": "0.00",
        "amount_due": "642.24",
    }
    rate = at(root, "balance/vat/vat_rate")
    assert dict(rate.attrib) == {"vat_rate": "8.1", "amount": "642.24", "vat": "48.12"}
    assert at(root, "payload/invoice").get("request_id") == cases.ENVELOPE.reference
    assert at(root, "debitor").get("gln") == cases.INSURER
    assert at(root, "body/remark").text == "2026-0412"
    assert at(root, "esrQR").get("reference_number") == QR.remittance


def test_a_reminder_names_the_invoice_its_level_and_its_fee() -> None:
    root = writing.written(request(payable(QR), Version.V500, "20.00"))
    assert at(root, "payload").get("request_type") == "reminder"
    assert at(root, "payload/invoice").get("request_id") == "01jd3v8q2k5w7x9y0z1a2b3c4e.1"
    assert at(root, "payload/reminder").get("request_id") == cases.ENVELOPE.reference
    assert at(root, "payload/reminder").get("reminder_level") == "2"
    balance = at(root, "balance")
    assert (balance.get("amount_reminder"), balance.get("amount_due")) == ("20.00", "662.24")


def test_a_reminder_says_apart_what_was_paid_and_what_it_costs() -> None:
    said = payable(QR)
    owed = cases.reminder(said, 1, "0")
    rest = replace(owed.reminded_invoices[0], debit=Decimal("42.24"))
    interest = replace(rest, debit=Decimal("1.50"))
    owed = replace(
        owed,
        totals=replace(owed.totals, due=Decimal("63.74")),
        reminded_invoices=(rest, interest),
    )
    there = cases.connection(cases.SETTINGS)
    named = Named("01jd3v8q2k5w7x9y0z1a2b3c4e.1", 1793750000, date(2026, 10, 30))
    known = cases.KNOWN | {"tiers": "garant"}
    made = composing.request(said, there, known, cases.ENVELOPE, Dunned(owed, 1, named))
    assert is_valid(made)
    assert (made.balance.amount, made.balance.due) == (Decimal("642.24"), Decimal("63.74"))
    assert (made.balance.prepaid, made.balance.reminder) == (Decimal(600), Decimal("21.50"))
    with pytest.raises(Impossible):
        composing.request(said, there, cases.KNOWN, cases.ENVELOPE, Dunned(owed, 1, named))


def test_the_copy_of_a_patients_invoice_says_so_and_who_pays_it() -> None:
    made = request(payable(RF), Version.V500, tiers="garant")
    root = writing.written(replace(made, is_test=True))
    assert at(root, "payload").get("request_subtype") == "copy"
    assert at(root, "debitor/person/familyname").text == "Keller"
    assert root.get("modus") == "test"
    older = writing.written(request(payable(RF), Version.V450, tiers="garant"))
    assert at(older, "payload").get("copy") == "true"


@pytest.mark.parametrize(
    ("changes", "known"),
    [
        ({"currency": "EUR"}, {}),
        ({"issue_date": None}, {}),
        ({"payment_instructions": ()}, {}),
        ({"payment_instructions": (PaymentInstruction(iban="DE02120300000000202051"),)}, {}),
        ({"seller": factories.Party(name="Haus Lindenhof")}, {}),
        ({"lines": ()}, {}),
    ],
)
def test_what_cannot_be_told_is_refused_with_its_reason(
    changes: dict[str, Any], known: dict[str, Any]
) -> None:
    with pytest.raises(Impossible) as refusal:
        request(replace(payable(QR), **changes), Version.V500, **known)
    assert refusal.value.sentence.endswith(".")


def test_what_a_version_does_not_know_is_refused() -> None:
    with pytest.raises(Impossible):
        request(payable(QR), Version.V450, tiers="soldant")
    late = replace(cases.ENVELOPE, timestamp=1924902001)
    there = cases.connection(cases.SETTINGS | {"version": "4.5"})
    with pytest.raises(Impossible):
        composing.request(payable(QR), there, cases.KNOWN, late)
    paid = payable(QR)
    paid = replace(paid, totals=replace(paid.totals, paid=Decimal(100), due=Decimal("542.24")))
    assert is_valid(request(paid, Version.V500, tiers="garant"))
    with pytest.raises(Impossible):
        request(paid, Version.V500, tiers="payant")


def test_a_cell_writes_it_and_refuses_what_is_against_the_schema() -> None:
    made = request(payable(QR), Version.V500)
    root = parsed(apart.written(made))
    assert root.get("guid") == made.guid
    assert etree.tostring(root) == etree.tostring(writing.written(made))
    with pytest.raises(apart.AgainstSchema, match="canton"):
        apart.written(replace(made, case=replace(made.case, canton="XX")))
