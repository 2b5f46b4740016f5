import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identity import rules
from app.identity.proofs import strength

NOON = datetime(2026, 10, 30, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    "address",
    [
        "info@x.example",
        "INFO@x.example",
        " info@x.example ",
        "info+ruth@x.example",
        "administration@x.example",
        "finanzen@x.example",
        "office@x.example",
        "faktura@x.example",
        "rechnung@x.example",
        "noreply@x.example",
        "no-reply@x.example",
        "Do.Not_Reply@x.example",
        "info.zuerich@x.example",
        "info2@x.example",
        "rechnung-2026@x.example",
        "büro@x.example",
        "buero+ch@x.example",
        "bu\u0308ro@x.example",
        "kundtjänst@x.example",
        "okonomi@x.example",
        "økonomi@x.example",
        "comptabilité@x.example",
        "post.team@x.example",
        '"info"@x.example',
    ],
)
def test_an_office_is_no_person(address: str) -> None:
    assert rules.is_role_mailbox(address)


@pytest.mark.parametrize(
    "address",
    [
        "ruth@x.example",
        "infobel@x.example",
        "ruth.info@x.example",
        "ruth+info@x.example",
        "emily.post@x.example",
        "post.emily@x.example",
        "ruth@info.example",
        "lon.jobs@x.example",
        "инфо@x.example",
        "@x.example",
    ],
)
def test_a_person_is_no_office(address: str) -> None:
    assert not rules.is_role_mailbox(address)


def test_an_installation_has_offices_of_its_own() -> None:
    own = {"küche", "empfang-nord"}
    for address in ("Kueche@x.example", "kuche+1@x.example", "empfang.nord@x.example"):
        assert not rules.is_role_mailbox(address)
        assert rules.is_role_mailbox(address, own), address
    assert not rules.is_role_mailbox("ruth.kueche@x.example", own)


def test_the_list_of_offices_can_be_compared() -> None:
    assert all(re.fullmatch("[a-z]+", name) for name in rules.ROLE_MAILBOXES)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "eleven char",
        "passwordpassword",
        "Passwort123456",
        "123456789012",
        "012345678901234",
        "aaaaaaaaaaaaaa",
        "Qwertz123456!",
        "Sommer2026!!",
        "willkommen2026",
        "kontorkontor1",
        "i am Ruth Keller",
        "my dog ruth.keller",
        "P@ssw0rd2026!",
        "qwertzuiop123",
        "abcdefghijklmnop",
        "hej hej hej hej",
        "x" * 190 + "yz",
        "Haus Lindenhof 1",
        "lindenhof-haus",
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str) -> None:
    reason = strength.weakness(
        password, "Ruth Keller", "ruth.keller@kunden.example", "Haus Lindenhof"
    )
    assert reason is not None
    assert reason.endswith(".")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "twelve chars",
        "Δεν υπάρχει λόγος",
        "          x y          ",
        "no digit and no sign at all",
    ],
)
def test_length_decides_and_not_the_kinds_of_characters(password: str) -> None:
    assert strength.weakness(password, "Ruth Keller", "ruth.keller@kunden.example") is None


def test_a_short_name_may_be_part_of_a_password() -> None:
    assert strength.weakness("a fine day to be eve", "Eve", "e@x.example") is None


@pytest.mark.parametrize(
    ("seen", "ends", "ended", "alive"),
    [
        (NOON, LATER, None, True),
        (NOON - rules.IDLE_LIMIT + timedelta(seconds=1), LATER, None, True),
        (NOON - rules.IDLE_LIMIT, LATER, None, False),
        (NOON, NOON, None, False),
        (NOON, NOON + timedelta(seconds=1), None, True),
        (NOON, LATER, NOON - timedelta(hours=1), False),
        (NOON, LATER, NOON, False),
    ],
)
def test_a_session_lives_until_it_is_idle_old_or_ended(
    seen: datetime, ends: datetime, ended: datetime | None, alive: bool
) -> None:
    assert rules.is_session_alive(NOON, seen, ends, ended) is alive


@pytest.mark.parametrize(
    ("expires", "revoked", "is_open"),
    [
        (LATER, None, True),
        (NOON, None, False),
        (LATER, NOON, False),
        (LATER, NOON - timedelta(days=1), False),
        (NOON - timedelta(days=1), NOON, False),
    ],
)
def test_a_link_is_open_until_it_expires_or_is_revoked(
    expires: datetime, revoked: datetime | None, is_open: bool
) -> None:
    assert rules.is_link_open(NOON, expires, revoked) is is_open


def test_addresses_are_compared_without_case_and_blanks() -> None:
    assert rules.normal_email("  Ruth@Kunden.Example\n") == "ruth@kunden.example"


TODAY = date(2026, 10, 30)


@pytest.mark.parametrize(
    ("days", "due", "last"),
    [
        (30, None, date(2026, 11, 29)),
        (30, date(2026, 11, 10), date(2026, 12, 10)),
        (30, date(2026, 10, 20), date(2026, 11, 19)),
        (30, date(2020, 1, 1), date(2026, 11, 13)),
        (1, date(2026, 10, 30), date(2026, 11, 13)),
        (400, date(2026, 11, 1), date(2027, 3, 1)),
        (120, None, date(2027, 2, 27)),
    ],
)
def test_a_link_ends_some_days_after_its_document_is_due(
    days: int, due: date | None, last: date
) -> None:
    end = rules.link_end(NOON, days, due, "Europe/Zurich").astimezone(ZoneInfo("Europe/Zurich"))
    assert (end.date(), end.hour, end.minute) == (last, 23, 59)


@given(st.integers(-10, 500), st.none() | st.dates(date(1990, 1, 1), date(2050, 1, 1)))
def test_no_link_is_over_when_it_is_made_nor_open_for_longer_than_it_may(
    days: int, due: date | None
) -> None:
    last = rules.link_end(NOON, days, due, "UTC").date()
    assert last >= TODAY + timedelta(days=14)
    assert last <= max(due or TODAY, TODAY - timedelta(days=106)) + timedelta(days=120)
