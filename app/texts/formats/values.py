"""What stands in the place of placeholders: data of a document, in the language spoken now."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.core import text
from app.core.languages import gettext as _
from app.core.money import Money
from app.documents.models import Document
from app.documents.rules.kinds import KINDS, NAMES, Kind
from app.organisations.models import Organisation
from app.texts.rules.placeholders import ADDRESS


@dataclass(frozen=True, slots=True)
class Facts:
    """What texts say of a document."""

    kind: Kind
    number: str
    issue_date: date | None
    due_date: date | None
    total: Money | None
    payable: Money | None
    order_number: str | None = None
    is_invented: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a text is filled, and the addresses that lead them on."""

    name: str
    client_name: str
    client_number: str
    document_url: str
    client_url: str
    link_ends_on: date | None = None


def facts_of(document: Document) -> Facts:
    """Return what texts say of a document."""
    return Facts(
        kind=document.kind,
        number=document.number,
        issue_date=document.issue_date,
        due_date=document.due_date,
        total=document.total,
        payable=document.payable if document.open_minor is None else document.open,
        order_number=document.order_number,
    )


SAMPLE_NAME: Final = "Ruth Keller"
SAMPLE_CLIENT: Final = "K-1001"
SAMPLE_TERM: Final = timedelta(days=30)


def sample(kind: Kind, currency: str, today: date) -> Facts:
    """Return an invented document, for a preview where there is none of a kind yet."""
    total = Money(128450, currency)
    return Facts(
        kind=kind,
        number=f"{today.year}-0001",
        issue_date=today,
        due_date=today + SAMPLE_TERM,
        total=total,
        payable=total,
        order_number="4711",
        is_invented=True,
    )


def amounts(facts: Facts) -> list[tuple[str, str]]:
    """Return what a letter says of amount and time, each with its label."""
    payable, traits = facts.payable, KINDS[facts.kind]
    asks = payable is not None and payable.minor > 0
    is_reminder = facts.kind is Kind.REMINDER and asks
    total, label = (payable, _("To be paid")) if is_reminder else (facts.total, _("Total"))
    found = [] if not total else [(label, text.money(total))]
    if facts.due_date is not None and (traits.has_validity or asks):
        found.append((_(traits.until_name), text.day(facts.due_date)))
    return found


def values(facts: Facts, house: Organisation, reader: Reader) -> dict[str, str]:
    """Return the value of every placeholder by its key; "" where there is nothing to say."""
    issued = text.day(facts.issue_date) if facts.issue_date else ""
    due = text.day(facts.due_date) if facts.due_date else ""
    title = _(NAMES[facts.kind])
    told = [", ".join(part for part in (f"{title} {facts.number}", issued) if part)]
    told += [f"{label}: {value}" for label, value in amounts(facts)]
    return {
        f"document.{ADDRESS}": reader.document_url,
        "document.title": title,
        "document.number": facts.number,
        "document.date": issued,
        "document.due_date": due,
        "document.valid_until": due,
        "document.order_number": facts.order_number or "",
        "document.total": text.money(facts.total) if facts.total else "",
        "document.open_amount": text.money(facts.payable) if facts.payable else "",
        "document.currency": facts.total.currency if facts.total else "",
        "document.summary": " · ".join(told),
        "client.name": reader.client_name,
        "client.number": reader.client_number,
        f"client.{ADDRESS}": reader.client_url,
        "company.name": house.name,
        "company.email": house.contact_email,
        "company.phone": house.contact_phone,
        "recipient.name": reader.name,
        "link.valid_until": text.day(reader.link_ends_on) if reader.link_ends_on else "",
    }
