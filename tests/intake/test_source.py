"""By which way something came in stands in the list of intakes and on its page."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.core import ids
from app.documents.actions import keeping
from app.intake.actions import taking
from app.intake.models import Source
from app.web import installation
from app.words.states import SOURCE_NAMES
from tests.browser import Browser
from tests.cast import Cast
from tests.factories import BY
from tests.web.observing import main_of


@pytest.mark.parametrize("source", list(Source))
def test_the_way_is_named(
    app: Flask, cast: Cast, browser: Callable[[str], Browser], source: Source
) -> None:
    with installation.of(app).database.transaction():
        stored = keeping.store(cast.lindenhof.id, "1.xml", ids.new().encode())
        one = taking.start(cast.lindenhof.id, BY, [stored], creates_customers=False, source=source)
    for path in ("/intakes", f"/intakes/{one.id}"):
        assert SOURCE_NAMES[source] in main_of(browser("ben").get(path).text)
