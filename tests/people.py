"""Two more of Keller's people, for tests that ask what little rights mean; the cast stays as it is.

Lena may view quotes and nothing else; Theo's time as a tax adviser is over. Both are signed in.
"""

from datetime import date, timedelta

from app.core import clock
from app.core.db import session
from app.identity.models import Person
from app.organisations.models import Contact
from tests import cast as stage
from tests.cast import Cast

QUOTES = ["quote:view"]
INVOICES = ["invoice:view"]


def join(cast: Cast) -> tuple[Person, Person]:
    """Let Lena and Theo join the cast, in the transaction that is open."""
    lena = contact(cast, "Lena Keller", rights=QUOTES)
    yesterday = clock.today(cast.lindenhof.timezone) - timedelta(days=1)
    theo = contact(cast, "Theo Treuhand", rights=INVOICES, ends_on=yesterday)
    session().flush()
    cast.tokens |= {"lena": stage.sign_in(lena), "theo": stage.sign_in(theo)}
    cast.contact_id = lena.id
    return lena, theo


def contact(
    cast: Cast, name: str, *, rights: list[str] | None = None, ends_on: date | None = None
) -> Person:
    """Give Keller one more contact."""
    person = stage.contact(cast.keller, name)
    session().flush()
    found = session().get_one(Contact, person.id)
    found.rights, found.ends_on = rights, ends_on
    return person
