"""Pauses, secrets, and what goes out."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.webhooks import rules
from app.words.happenings import HAPPENINGS

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_pauses_grow_and_end_after_three_days() -> None:
    pauses = [rules.pause_after(failures) for failures in range(1, 10)]
    assert pauses[0] == timedelta(seconds=5)
    assert pauses == sorted(pauses, key=lambda pause: pause or timedelta.max)
    assert sum((pause or timedelta() for pause in pauses), timedelta()) > timedelta(days=3)
    assert rules.pause_after(10) is None


@pytest.mark.parametrize(("days", "is_enough"), [(0, False), (4.99, False), (5, True), (80, True)])
def test_five_days_of_failures_are_enough(days: float, is_enough: bool) -> None:
    assert rules.has_failed_enough(NOW - timedelta(days=days), NOW) is is_enough


def test_the_secret_before_is_good_for_a_day() -> None:
    day = timedelta(hours=24)
    assert rules.old_secret_until(None, NOW) is None
    assert rules.old_secret_until(NOW, NOW) == NOW + day
    assert rules.old_secret_until(NOW, NOW + day - timedelta(seconds=1)) == NOW + day
    assert rules.old_secret_until(NOW, NOW + day) is None


def test_only_what_is_named_goes_out() -> None:
    data = {"answer": "a", "accepted_by": "Ruth", "words": "for you alone", "note": "internal"}
    assert rules.told("quote.accepted", data) == {"answer": "a", "accepted_by": "Ruth"}
    assert rules.told("quote.revision_asked", data) == {"answer": "a"}
    assert rules.told("something.else", data) == {}


def test_what_is_told_names_events_that_there_are() -> None:
    assert set(rules.TOLD) <= set(rules.EVENT_NAMES)
    assert {"document.opened", "dispatch.undeliverable"} <= set(HAPPENINGS) & set(rules.EVENT_NAMES)


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("CH9300762011623852957", "CH93 … 2957"),
        ("CH93 0076 2011 6238 5295 7", "CH93 … 2957"),
        ("ch9300762011623852957 and more", "ch93 … 2957 and more"),
        ("DE89370400440532013000", "DE89 … 3000"),
        ("to NO9386011117947 from now", "to NO93 … 7947 from now"),
        ("MT84MALT011000012345MTLCAST001S", "MT84 … 001S"),
    ],
)
def test_of_an_account_number_the_ends_are_left(written: str, left: str) -> None:
    assert rules.masked(written) == left


@pytest.mark.parametrize(
    "written", ["2026-0412", "DE12", "K-1", 7, None, "Seestrasse 12, 8002 Zürich"]
)
def test_what_is_no_account_number_stays(written: object) -> None:
    assert rules.masked(written) == written


@given(st.from_regex(r"\A[A-Z]{2}[0-9]{13,32}\Z"))
def test_no_account_number_stays_whole(iban: str) -> None:
    assert iban not in str(rules.masked(f"account {iban}."))


def test_the_journal_learns_no_more_than_the_host() -> None:
    assert rules.host_of("https://hooks.example:8443/secret/path?token=abc") == "hooks.example"
