"""Ruth Keller is insured; Haus Lindenhof bills her insurer: settings, particulars, invoices."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from app.core import clock, runtime
from app.core.db import session
from app.core.runtime import Runtime
from app.delivery.channels.efaktura import composing, writing
from app.delivery.channels.efaktura.composing import Dunned, Envelope
from app.delivery.channels.efaktura.connection import connection
from app.delivery.channels.efaktura.facts import Named, Request, Version
from app.delivery.models import ChannelSettings
from app.documents.rules.einvoice import EInvoice, RemindedInvoice, Totals
from app.organisations import actions as organisations
from app.organisations.models import Customer, Organisation, Recipient
from app.organisations.rules import Channel, RecipientRole
from tests import corpus, factories

INSURER = "7601003000016"
OURS = "7601001302112"
SCHEMAS = corpus.ROOT / "forum-datenaustausch" / "xsd"
SAMPLES = corpus.ROOT / "forum-datenaustausch" / "samples-elexis"
SETTINGS: dict[str, Any] = {
    "version": "5.0",
    "folder": "medidata",
    "biller_gln": OURS,
    "biller_zsr": "C123456",
    "role": "nursingstaff",
    "place": "company",
    "canton": "ZH",
    "law": "KVG",
    "tiers": "payant",
    "tariffs": "PFL* 533 1\nMED 400",
    "bank_name": "Zürcher Kantonalbank",
    "bank_postcode": "8001",
    "bank_city": "Zürich",
}
PATIENT: dict[str, Any] = {
    "family_name": "Keller",
    "given_name": "Ruth",
    "born_on": "1941-03-09",
    "gender": "female",
    "insurance_number": "756.1234.5678.97",
    "insured_number": "80756001234567890123",
    "reason": "disease",
}
KNOWN = {
    **dict.fromkeys(("sex", "insurer_street", "case_number", "case_date", "is_stationary"), ""),
    "street": "Seestrasse 12",
    "postcode": "8002",
    "city": "Zürich",
    "country": "CH",
    "law": "KVG",
    "tiers": "payant",
    "canton": "ZH",
    "card_number": "",
    "insurer_postcode": "8081",
    "insurer_city": "Zürich",
    **PATIENT,
}
ENVELOPE = Envelope("01jd3v8q2k5w7x9y0z1a2b3c4d.1", 1793750400, INSURER, "Sanitas", "de", False)


def insured(customer: Customer, **changes: Any) -> Recipient:
    """Let a customer's insurer get its documents as data."""
    recipient = organisations.add_recipient(
        customer,
        factories.BY,
        role=RecipientRole.INSURER,
        name="Sanitas Grundversicherungen",
        channel=Channel.EFAKTURA,
        email=None,
        language="de",
        kinds=[],
    )
    recipient.endpoint = INSURER
    recipient.postal = {"street": "Postfach", "postcode": "8081", "city": "Zürich"}
    recipient.particulars = PATIENT | changes
    session().flush()
    return recipient


def connect(house: Organisation, *, is_test: bool = False, **changes: Any) -> ChannelSettings:
    """Let a house bill insurers."""
    made = ChannelSettings(
        organisation_id=house.id,
        channel=Channel.EFAKTURA,
        is_on=True,
        is_test=is_test,
        values=SETTINGS | changes,
        changed_at=clock.now(),
    )
    session().add(made)
    session().flush()
    return made


@contextmanager
def sharing(here: Runtime, root: Path) -> Iterator[Path]:
    """Work with partners' folders below `root`; what lies in them counts as complete at once."""
    settings = replace(here.settings, partner_folders=root, drop_folder_quiet=0)
    with runtime.using(replace(here, settings=settings)):
        yield root


def reminder(said: EInvoice, level: int, fee: str) -> EInvoice:
    """Return a reminder of an invoice, with a fee."""
    due = (said.totals.due or Decimal(0)) + Decimal(fee)
    return EInvoice(
        number=f"M-{said.number}",
        issue_date=date(2026, 12, 10),
        currency=said.currency,
        seller=said.seller,
        buyer=said.buyer,
        totals=Totals(with_vat=due, due=due),
        reminder_level=Decimal(level),
        reminded_invoices=(RemindedInvoice(said.number, said.issue_date, debit=said.totals.due),),
    )


def request(said: EInvoice, version: Version, fee: str | None = None, **known: Any) -> Request:
    """Return the request about an invoice; with a fee, about a second reminder of it."""
    there = connection(SETTINGS | {"version": version.value})
    dunned = None
    if fee is not None:
        named = Named("01jd3v8q2k5w7x9y0z1a2b3c4e.1", 1793750000, date(2026, 10, 30))
        dunned = Dunned(reminder(said, 2, fee), 2, named)
    return composing.request(said, there, KNOWN | known, ENVELOPE, dunned)


def parsed(content: bytes) -> Any:
    """Return the root of what was written."""
    return etree.fromstring(content)


def at(root: Any, path: str) -> Any:
    """Return the first element at a path of names, from anywhere in the tree."""
    found = root.find(".//" + "/".join(f"{{{writing.tree.SPACE}}}{one}" for one in path.split("/")))
    assert found is not None, path
    return found
