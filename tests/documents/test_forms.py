from datetime import date
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from app.core import languages
from app.documents.forms import Filters
from app.documents.rules.kinds import Kind
from app.documents.rules.life import FOR_CUSTOMERS, State

WEB = Flask("forms")
"""All that a form needs of the web: a request."""


def filled(*, for_staff: bool = True, **given: Any) -> Filters:
    with WEB.test_request_context():
        form = Filters(MultiDict(given), for_staff=for_staff)
        form.validate()
        return form


def offered(choices: list[object]) -> set[str]:
    return {one.value for one in choices} - {""}  # type: ignore[attr-defined]


def test_staff_filter_by_every_state_and_customers_by_what_they_see() -> None:
    staff, customer = filled(), filled(for_staff=False)
    assert offered(staff.state.choices) == set(State)
    assert offered(customer.state.choices) == set(FOR_CUSTOMERS)
    assert offered(staff.kind.choices) == offered(customer.kind.choices) == set(Kind)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("kind", "nonsense"),
        ("state", "HELD"),
        ("since", "2026-13-45"),
        ("since", "yesterday"),
        ("until", "31.12.2026"),
        ("q", "x" * 101),
    ],
)
def test_a_filter_that_makes_no_sense_is_said_at_its_field(field: str, given: str) -> None:
    values: dict[str, Any] = {field: given}
    assert list(filled(**values).errors) == [field]


def test_a_customer_cannot_filter_by_what_only_staff_see() -> None:
    assert list(filled(for_staff=False, state="held").errors) == ["state"]


def test_without_filters_there_is_nothing_to_say() -> None:
    form = filled(q="", kind="", state="", since="", until="")
    assert form.errors == {}
    assert (form.since.data, form.until.data) == (None, None)
    assert filled(since="2026-10-30").since.data == date(2026, 10, 30)


def test_choices_are_named_in_the_language_of_now() -> None:
    with languages.speaking("en"):
        names = [one.label for one in filled().kind.choices]
    assert names[:2] == ["All", "Invoice"]
