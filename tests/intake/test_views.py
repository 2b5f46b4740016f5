"""Watching what becomes of files."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from app.core import outbox
from app.documents.actions.keeping import Stored
from app.documents.formats.official_rules import LARGE
from app.intake.actions import taking
from app.intake.queries import waiting_items
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast
from tests.factories import BY


def test_the_list_says_what_is_being_examined_and_what_takes_long(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    files = [Stored(f"{n}.xml", size, str(n) * 64) for n, size in enumerate((10, 10, LARGE + 1))]
    database = installation.of(app).database
    with database.transaction():
        batch = taking.start(cast.lindenhof.id, BY, files, creates_customers=False)
    with database.transaction():
        first, _second, third = waiting_items(batch.id)
        for item in (first, third):
            assert outbox.claim_by_key(taking.promise_key(item), timedelta(seconds=60))
    text = browser("ben").get(f"/intakes/{batch.id}").text
    assert text.count("being examined") == 2
    assert text.count('data-testid="item-long"') == 1
    assert text.count("waiting") >= 1
