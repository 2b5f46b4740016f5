"""A reminder about an invented invoice, as one of a level would look."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from app.core import runtime
from app.documents.formats.official_rules import RuleEngine
from app.documents.rules.einvoice import EInvoice, PaymentInstruction, Totals
from app.documents.rules.party import Address, Contact, Party
from app.dunning import queries
from app.dunning.formats.letter import Client, Debt, House, Letter
from app.dunning.rules.interest import DayCount
from app.dunning.rules.levels import USUAL, Level
from app.organisations.models import Organisation
from app.renditions.formats import apart
from app.renditions.formats.wanted import Wish
from app.renditions.rules import Form

OWED: Final = 128_450
"""Minor units."""
TERM: Final = timedelta(days=30)
NAME: Final = "Ruth Keller"
NUMBER: Final = "K-1001"


def wish(house: Organisation, number: int, language: str, today: date) -> Wish:
    """Return the order to draw a reminder of a level in a language, made today."""
    of = queries.settings_of(house.id)
    levels = of.steps if of is not None else USUAL
    level = next((one for one in levels if one.number == number), Level(number, 14))
    # As it would be if every level came on its day.
    late = sum(one.days for one in levels if one.number <= number)
    due = today - timedelta(days=late)
    letter = Letter(
        number=f"{of.prefix if of else 'M-'}{today.year}-0001",
        day=today,
        level=level,
        count=of.day_count if of else DayCount.ACTUAL_365,
        currency=house.currency,
        fee_currency=house.currency,
        body=queries.text_of(house.id, number, language),
        house=House.of(house),
        client=Client(NUMBER, NAME, language, house.country),
        debts=(Debt(_invoice(house, due), OWED),),
    )
    return letter.wish(house, Form.PDF)


def _invoice(house: Organisation, due: date) -> EInvoice:
    contact = Contact(telephone=house.contact_phone, email=house.contact_email)
    return EInvoice(
        number=f"{due.year}-0412",
        issue_date=due - TERM,
        due_date=due,
        currency=house.currency,
        seller=Party(
            name=house.name,
            vat_identifier=house.vat_id or "",
            address=Address(country=house.country),
            contact=contact,
        ),
        buyer=Party(name=NAME, address=Address(country=house.country)),
        payment_instructions=(PaymentInstruction("30"),),
        totals=Totals(due=Decimal("1284.50")),
    )


def drawn(wanted: Wish) -> bytes:
    """Return it as PDF; slow, and outside of any transaction."""
    engine = RuleEngine(runtime.current().settings.runtime_dir)
    return apart.made(wanted, engine)
