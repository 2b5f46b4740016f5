import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.core import clock
from app.identity import actions, rules
from app.identity.proofs import mailed_code
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast
from tests.installation import BASE_URL
from tests.web.observing import added, counts, error_at, main_of, typed_in

SECRET = "correct horse battery staple"
FOREIGN = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "https://evil.example",
    "http:evil.example",
    "https:///evil.example",
    "HTTPS://evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "/\t/evil.example",
    "/\r\n/evil.example",
    "//kontor.test@evil.example",
    "//evil.example/%2f..",
]


@pytest.fixture
def with_password(app: Flask, cast: Cast) -> Cast:
    """The cast, where Ruth, Max and Paul have a password."""
    with installation.of(app).database.transaction() as session:
        for person in (cast.ruth, cast.max, cast.paul):
            actions.set_password(session.merge(person), SECRET)
    return cast


def sign_in(browser: Browser, email: str, password: str = SECRET, next_: str = "") -> TestResponse:
    return browser.post("/sign-in", {"email": email, "password": password, "next": next_})


def ask(browser: Browser, email: str) -> str:
    """Ask for a code and return its row's id, as only this browser's cookie knows it."""
    answer = browser.post("/sign-in/code", {"email": email})
    assert answer.status_code == 303
    with browser.client.session_transaction(base_url=BASE_URL) as cookie:
        return str(cookie["pending_code"])


def is_in(browser: Browser) -> bool:
    return browser.client.get("/account", base_url=BASE_URL).status_code == 200


def alike(page: str, email: str) -> str:
    """Return a page without what differs between any two: token, reference, what was typed."""
    text = re.sub(r'name="csrf_token"[^>]*', "", page).replace(email, "")
    return re.sub(r"[0-9a-f]{12}", "", text)


def test_one_comes_in_with_a_password(
    with_password: Cast, browser: Callable[[str], Browser]
) -> None:
    nobody = browser("nobody")
    answer = sign_in(nobody, " RUTH@kunden.example ", next_="/documents?kind=invoice")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/documents?kind=invoice")
    assert is_in(nobody)
    assert "Ruth Keller" in nobody.get("/home").text


def test_one_comes_in_with_a_mailed_code(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    nobody = browser("nobody")
    code_id = ask(nobody, cast.ruth.email)
    code = mailed_code.code(code_id)
    assert nobody.get("/sign-in/code/answer").status_code == 200
    answer = nobody.post("/sign-in/code/answer", {"code": f"{code[:3]} {code[3:]}"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert is_in(nobody)


def test_a_code_is_worth_nothing_in_another_browser(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    one, other = browser("nobody"), browser("nobody")
    code = mailed_code.code(ask(one, cast.ruth.email))
    for thief in (other, browser("nobody")):
        assert thief.post("/sign-in/code/answer", {"code": code}).status_code == 422
        assert not is_in(thief)
    ask(other, cast.max.email)
    assert other.post("/sign-in/code/answer", {"code": code}).status_code == 422
    assert one.post("/sign-in/code/answer", {"code": code}).status_code == 303


def test_what_is_no_code_is_said_at_the_field(browser: Callable[[str], Browser]) -> None:
    for code in ("", "12345", "1234567", "abcdef", "12 34 5"):
        answer = browser("nobody").post("/sign-in/code/answer", {"code": code})
        assert answer.status_code == 422
        assert error_at(answer.text, "code")
        assert typed_in(answer.text, "code") == code


def test_a_failed_password_never_tells_whether_somebody_is_known(
    app: Flask, with_password: Cast, browser: Callable[[str], Browser]
) -> None:
    tries = {
        "right address, wrong password": (with_password.ruth.email, "wrong horse battery"),
        "unknown address": ("nobody@kunden.example", SECRET),
        "no password yet": (with_password.ben.email, SECRET),
        "disabled": (with_password.paul.email, SECRET),
    }
    seen = {}
    for name, (email, password) in tries.items():
        before = counts(installation.of(app))
        answer = sign_in(browser("nobody"), email, password)
        rows = added(before, counts(installation.of(app)))
        # The first line ever that belongs to nobody begins a chain.
        rows.pop("journal_head", None)
        seen[name] = (answer.status_code, alike(answer.text, email), rows)
    first = seen["unknown address"]
    assert first[0] == 422
    assert first[2] == {"counter": 1, "journal_entry": 1, "journal_origin": 1, "journal_seal": 1}
    assert all(one == first for one in seen.values()), [(n, s[0], s[2]) for n, s in seen.items()]


def test_a_locked_out_address_is_answered_like_any_other(
    with_password: Cast, browser: Callable[[str], Browser]
) -> None:
    nobody = browser("nobody")
    pages = {
        alike(sign_in(nobody, email, "wrong").text, email)
        for email in (with_password.ruth.email, "nobody@kunden.example")
        for _ in range(rules.PASSWORD_TRIES + 2)
    }
    assert len(pages) == 1
    assert sign_in(nobody, with_password.ruth.email).status_code == 422
    code = mailed_code.code(ask(nobody, with_password.ruth.email))
    assert nobody.post("/sign-in/code/answer", {"code": code}).status_code == 303


def test_asking_for_a_code_never_tells_whether_somebody_is_known(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    seen = []
    for email in (cast.ruth.email, "nobody@kunden.example", cast.paul.email):
        nobody = browser("nobody")
        ask(nobody, email)
        before = counts(installation.of(app))
        asked = nobody.post("/sign-in/code", {"email": email})
        rows = added(before, counts(installation.of(app)))
        tried = nobody.post("/sign-in/code/answer", {"code": "000000"})
        seen.append((asked.status_code, asked.headers["Location"], rows, alike(tried.text, email)))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][2] == {"mailed_code": 1, "outbox": 1}


def test_what_is_no_address_is_said_at_the_field(browser: Callable[[str], Browser]) -> None:
    for email in ("", "ruth", "ruth@", "ruth@x", "a b@x.example", "x" * 250 + "@x.ch"):
        answer = browser("nobody").post("/sign-in/code", {"email": email})
        assert answer.status_code == 422
        assert error_at(answer.text, "email")
        assert typed_in(answer.text, "email") == email


def test_signing_in_leads_to_no_other_host(
    with_password: Cast, browser: Callable[[str], Browser]
) -> None:
    places = set()
    for wanted in FOREIGN:
        nobody = browser("nobody")
        assert 'value="/"' in nobody.get("/sign-in", query_string={"next": wanted}).text
        places.add(sign_in(nobody, with_password.ruth.email, next_=wanted).headers["Location"])
        asked = nobody.post("/sign-in/code", {"email": "x@y.example", "next": wanted})
        places.add(asked.headers["Location"].removeprefix("/sign-in/code/answer?next="))
        chosen = nobody.post("/language", {"language": "en", "next": wanted})
        places.add(chosen.headers["Location"])
    assert places == {"/"}
    assert len(FOREIGN) == 16


def test_a_cookie_from_before_signing_in_is_worth_nothing_after(
    with_password: Cast, browser: Callable[[str], Browser]
) -> None:
    """Whoever planted a cookie in a browser must not be inside when its owner signs in (ASVS 7.2.4)."""
    victim, attacker = browser("nobody"), browser("nobody")
    attacker.get("/sign-in")
    planted = attacker.client.get_cookie("kontor", domain="kontor.test")
    assert planted is not None
    victim.client.set_cookie("kontor", planted.value, domain="kontor.test")
    token = victim.csrf_token()
    assert sign_in(victim, with_password.ruth.email).status_code == 303
    fresh = victim.client.get_cookie("kontor", domain="kontor.test")
    assert fresh is not None
    assert fresh.value != planted.value
    assert is_in(victim)
    assert not is_in(attacker)
    # The form token of before is void too.
    assert victim.post("/sign-out", {"csrf_token": token}).status_code == 400


def test_signing_in_as_another_replaces_who_one_was(
    with_password: Cast, browser: Callable[[str], Browser]
) -> None:
    shared = browser("max")
    sign_in(shared, with_password.ruth.email)
    home = shared.get("/home").text
    assert "Ruth Keller" in home
    assert "Max Huber" not in home


def test_signing_out_ends_the_session_and_not_only_the_cookie(
    with_password: Cast, browser: Callable[[str], Browser]
) -> None:
    nobody = browser("nobody")
    sign_in(nobody, with_password.ruth.email)
    kept = nobody.client.get_cookie("kontor", domain="kontor.test")
    assert kept is not None
    answer = nobody.post("/sign-out")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert "You are signed out." in main_of(nobody.get("/sign-in").text)
    nobody.client.set_cookie("kontor", kept.value, domain="kontor.test")
    assert not is_in(nobody)
    assert nobody.post("/sign-out").status_code == 303


def test_a_session_is_over_in_time(with_password: Cast, browser: Callable[[str], Browser]) -> None:
    nobody = browser("nobody")
    sign_in(nobody, with_password.ruth.email)
    with clock.standing_at(clock.now() + rules.IDLE_LIMIT):
        assert not is_in(nobody)
