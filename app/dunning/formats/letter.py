"""A reminder in the words of the e-invoice: fee and interest are lines of its own (UBL Reminder-2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from app.core import clock, languages, text
from app.core.languages import gettext as _
from app.core.money import Money
from app.documents.rules.einvoice import (
    EInvoice,
    Note,
    PaymentInstruction,
    RemindedInvoice,
    Totals,
)
from app.documents.rules.kinds import Kind
from app.documents.rules.line import AllowanceCharge
from app.documents.rules.party import Identifier, Party
from app.dunning.rules import words
from app.dunning.rules.interest import DayCount, days_between, interest
from app.dunning.rules.levels import Level
from app.organisations.models import Organisation
from app.renditions.formats import wanted
from app.renditions.formats.wanted import Wish
from app.renditions.rules import Form
from app.texts.rules.placeholders import ADDRESS


@dataclass(frozen=True, slots=True)
class Debt:
    """An invoice that is still open: what it says, and what is owed of it, in minor units."""

    said: EInvoice
    open_minor: int


@dataclass(frozen=True, slots=True)
class House:
    """Who reminds, as far as a reminder says it."""

    name: str
    email: str
    phone: str
    url: str
    country: str

    @classmethod
    def of(cls, organisation: Organisation) -> "House":
        """Return an organisation as a reminder names it."""
        return cls(
            organisation.name,
            organisation.contact_email,
            organisation.contact_phone,
            organisation.base_url,
            organisation.country,
        )


@dataclass(frozen=True, slots=True)
class Client:
    """Who is reminded: number and name, and the language and country that they read."""

    number: str
    name: str
    language: str
    country: str


@dataclass(frozen=True, slots=True)
class Letter:
    """All that a reminder says. `fee_currency` is that of the level's fee."""

    number: str
    day: date
    level: Level
    count: DayCount
    currency: str
    fee_currency: str
    body: str
    house: House
    client: Client
    debts: tuple[Debt, ...]

    @property
    def interests(self) -> list[int]:
        """The interest of each debt since its due date, in minor units."""
        return [
            interest(
                one.open_minor,
                self.level.interest,
                one.said.due_date or self.day,
                self.day,
                self.count,
            )
            for one in self.debts
        ]

    @property
    def fee(self) -> int:
        """The fee in minor units; none is asked for in another currency than its own."""
        return self.level.fee if self.currency == self.fee_currency else 0

    @property
    def due_date(self) -> date:
        """Until when the reminder gives time."""
        return self.day + timedelta(days=self.level.payment_days)

    def einvoice(self) -> EInvoice:
        """Return the reminder, in the language of who is reminded."""
        with languages.speaking(self.client.language, self.client.country or self.house.country):
            return _written(self)

    def wish(self, organisation: Organisation, form: Form) -> Wish:
        """Return the order to write or to draw it."""
        client = self.client
        region = client.country or self.house.country
        return Wish(
            form=form,
            kind=Kind.REMINDER,
            einvoice=self.einvoice(),
            embedded={},
            house=wanted.House(organisation.name, organisation.accent, organisation.country),
            reader=wanted.Reader(client.language, region, organisation.timezone),
            moment=clock.midnight(self.day, organisation.timezone),
        )


def _written(letter: Letter) -> EInvoice:
    first = letter.debts[0].said
    lines = tuple(_lines(letter))
    asked = sum((one.debit for one in lines if one.debit), start=Decimal(0))
    fee = Money(letter.fee, letter.currency).amount
    charges = (AllowanceCharge(is_charge=True, amount=fee, reason=_("Reminder fee")),)
    return EInvoice(
        number=letter.number,
        issue_date=letter.day,
        due_date=letter.due_date,
        currency=letter.currency,
        notes=tuple(
            Note(one) for one in words.paragraphs(letter.body, _values(letter, asked + fee))
        ),
        seller=first.seller,
        buyer=_buyer(first.buyer, letter.client),
        payment_instructions=_instructions(letter.debts),
        allowances_charges=charges if letter.fee else (),
        totals=Totals(lines=asked, charges=fee if letter.fee else None, due=asked + fee),
        reminder_level=Decimal(letter.level.number),
        reminded_invoices=lines,
    )


def _lines(letter: Letter) -> Iterator[RemindedInvoice]:
    """Yield what is open of each invoice, and after it the interest since its due date."""
    for debt, owed in zip(letter.debts, letter.interests, strict=True):
        said = debt.said
        yield RemindedInvoice(
            said.number,
            said.issue_date,
            debit=Money(debt.open_minor, letter.currency).amount,
            note=_("Payable until %(day)s", day=text.day(said.due_date)) if said.due_date else "",
        )
        if owed and said.due_date:
            note = _(
                "Interest at %(rate)s a year since %(day)s, days: %(days)s",
                rate=text.percent(letter.level.interest),
                day=text.day(said.due_date),
                days=days_between(said.due_date, letter.day, letter.count),
            )
            interest_due = Money(owed, letter.currency).amount
            yield RemindedInvoice(said.number, said.issue_date, debit=interest_due, note=note)


def _buyer(named: Party, client: Client) -> Party:
    """Return the buyer as the invoice names it, with the number that leads to the same customer."""
    others = tuple(one for one in named.identifiers if one.value != client.number)
    return replace(named, identifiers=(Identifier(client.number), *others))


def _instructions(debts: Sequence[Debt]) -> tuple[PaymentInstruction, ...]:
    """Return how to pay: as the invoice says, without its reference where there are several."""
    ways = debts[0].said.payment_instructions[:1]
    if len(debts) == 1:
        return ways
    return tuple(replace(one, remittance="") for one in ways)


def _values(letter: Letter, asked: Decimal) -> dict[str, str]:
    """Return the value of every placeholder of a reminder's text."""
    house, client = letter.house, letter.client
    amount = text.money(Money.of(asked, letter.currency))
    return {
        f"document.{ADDRESS}": f"{house.url}/documents",
        "document.title": _(Kind.REMINDER.label),
        "document.number": letter.number,
        "document.date": text.day(letter.day),
        "document.due_date": text.day(letter.due_date),
        "document.order_number": "",
        "document.total": amount,
        "document.open_amount": amount,
        "document.currency": letter.currency,
        "client.name": client.name,
        "client.number": client.number,
        f"client.{ADDRESS}": f"{house.url}/home",
        "company.name": house.name,
        "company.email": house.email,
        "company.phone": house.phone,
        "recipient.name": client.name,
    }
