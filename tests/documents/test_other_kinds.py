"""The page of a quote, a reminder, an order confirmation and a delivery note."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.documents.formats.examine import examine
from app.web import installation
from tests import factories
from tests.browser import Browser
from tests.cast import Cast
from tests.documents.other_documents import other
from tests.web.observing import main_of

SHOWN = {
    "Quotation": ["Valid 2 Mar 2026", "Total 310.00 CHF", "Your enquiry ASK-7", "expired"],
    "Reminder": ["level 2", "R-1001", "335.11", "To be paid 345.11 CHF", "please pay"],
    "OrderResponse": ["Order accepted with changes: PO-7", "changed", "for your information"],
    "OrderResponseSimple": ["Order declined: PO-8", "Sold out"],
    "DespatchAdvice": ["90 kg", "10 kg", "Out of stock", "Your order PO-7"],
}


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_the_sheet_says_what_matters_and_nothing_of_vat(
    app: Flask, cast: Cast, browser: Callable[[str], Browser], name: str
) -> None:
    found = examine(other(name), name, size_limit=1_000_000, engine=None)
    assert found.kind is not None
    with installation.of(app).database.transaction():
        document = factories.take_in(
            cast.lindenhof.id,
            found.einvoice,
            kind=found.kind,
            findings=found.findings,
            content=other(name),
        )
    text = main_of(browser("ruth").get(f"/documents/{document.id}").text)
    plain = text.replace(" ", "")
    assert [part for part in SHOWN[name] if part.replace(" ", "") not in plain] == []
    assert "VAT" not in text
    assert "nothing to pay" not in text
