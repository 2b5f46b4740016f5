from datetime import UTC, datetime, timedelta

import pytest

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
    ],
)
def test_an_office_is_no_person(address: str) -> None:
    assert rules.is_role_mailbox(address)


@pytest.mark.parametrize(
    "address", ["ruth@x.example", "infobel@x.example", "ruth.info@x.example", "ruth+info@x.example"]
)
def test_a_person_is_no_office(address: str) -> None:
    assert not rules.is_role_mailbox(address)


def test_the_list_of_offices_can_be_compared() -> None:
    assert all(name == rules.normal_email(name) for name in rules.ROLE_MAILBOXES)


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
