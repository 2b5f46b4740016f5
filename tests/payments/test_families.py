"""A main customer pays what it sees, for one customer at a time."""

from collections.abc import Callable

from app.core import ids
from app.core.db import session
from app.core.runtime import Runtime
from app.organisations.models import Customer
from app.payments.models import Payment
from tests.browser import Browser
from tests.cast import Cast


def test_a_main_customer_pays_for_one_customer_at_a_time_and_it_counts_for_that_one(
    here: Runtime, paid: Cast, browser: Callable[[str], Browser]
) -> None:
    with here.database.transaction():
        session().get_one(Customer, paid.huber.id).parent_id = paid.keller.id
    ruth, attempt = browser("ruth"), ids.new()
    both = {"documents": [paid.invoice.id, paid.hubers.id], "attempt": attempt}
    refused = ruth.post("/payments", both)
    assert refused.status_code in (409, 422)
    assert "different customers" in refused.text
    started = ruth.post("/payments", {"documents": paid.hubers.id, "attempt": attempt})
    assert started.status_code == 303
    with here.database.reading():
        assert session().get_one(Payment, attempt).customer_id == paid.huber.id
    assert browser("dora").get(started.headers["Location"]).status_code == 404
    assert ruth.get(started.headers["Location"]).status_code in (200, 303)
