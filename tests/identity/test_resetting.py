from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock, outbox
from app.core.log import without_secrets
from app.identity import actions, rules
from app.identity.models import PasswordReset, Person
from app.identity.proofs import reset
from app.web import installation
from jobs import identity as letters
from tests.browser import Browser
from tests.cast import Cast
from tests.identity.authenticator import enrol
from tests.identity.test_views import SECRET, alike, is_in, sign_in
from tests.web.observing import added, contents, counts, error_at, main_of

NEW = "a quiet harbour in november"
ASK = "/sign-in/reset"


def ask(app: Flask, browser: Browser, email: str) -> PasswordReset:
    """Ask for a letter and return the newest row."""
    assert browser.post(ASK, {"email": email}).headers["Location"] == f"{ASK}/letter"
    with installation.of(app).database.reading() as session:
        found = session.scalars(select(PasswordReset).order_by(PasswordReset.id.desc())).first()
        assert found is not None
        return found


def address(one: PasswordReset) -> str:
    return f"{ASK}/{reset.token(one.id)}"


def choose(browser: Browser, path: str, new: str = NEW) -> int:
    return browser.post(path, {"new": new, "again": new}).status_code


def test_a_letter_leads_to_a_new_password_once_and_ends_every_session(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ruth, nobody = browser("ruth"), browser("nobody")
    one, other = ask(app, nobody, cast.ruth.email), ask(app, nobody, cast.ruth.email)
    with installation.of(app).database.transaction():
        letter = letters.prepare_reset(one.id)
    assert letter is not None
    assert f"http://kontor.test{address(one)}" in letter.text
    assert letter.recipient_address == cast.ruth.email
    weak = nobody.post(address(one), {"new": "passwordpassword", "again": "passwordpassword"})
    assert weak.status_code == 422
    assert error_at(weak.text, "new").endswith(".")
    assert choose(nobody, address(one)) == 303, "the letter is still good"
    assert not is_in(ruth)
    assert sign_in(nobody, cast.ruth.email, NEW).status_code == 303
    for over in (one, other):
        assert choose(browser("nobody"), address(over), SECRET) == 410
        assert browser("nobody").get(address(over)).status_code == 410
        with installation.of(app).database.transaction():
            assert letters.prepare_reset(over.id) is None


def test_looking_at_the_link_does_nothing_and_tells_nobody_its_address(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    one = ask(app, browser("nobody"), cast.ruth.email)
    before = contents(installation.of(app))
    answer = browser("nobody").get(address(one))
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert contents(installation.of(app)) == before
    token = reset.token(one.id)
    assert token not in str(before)
    assert token not in without_secrets(f"GET {address(one)} 200")


def test_a_letter_is_over_after_half_an_hour_and_with_every_other_change(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    one = ask(app, browser("nobody"), cast.ruth.email)
    with clock.standing_at(clock.now() + rules.RESET_LIFE):
        assert choose(browser("nobody"), address(one)) == 410
    ruth = browser("ruth")
    changed = ruth.post("/account/password", {"present": "", "new": NEW, "again": NEW})
    assert changed.status_code == 303
    assert choose(browser("nobody"), address(one), SECRET) == 410
    assert is_in(ruth)


def test_a_second_factor_is_still_asked_for(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction() as session:
        enrol(session.get_one(Person, cast.ruth.id))
    nobody = browser("nobody")
    assert choose(nobody, address(ask(app, nobody, cast.ruth.email))) == 303
    answer = sign_in(nobody, cast.ruth.email, NEW)
    assert answer.headers["Location"].startswith("/sign-in/second-factor")
    assert not is_in(nobody)


def test_asking_never_tells_whether_somebody_is_known(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    seen, rows = [], []
    for email in (cast.ruth.email, "nobody@kunden.example", cast.paul.email):
        nobody = browser("nobody")
        before = counts(installation.of(app))
        rows.append(ask(app, nobody, email))
        grown = added(before, counts(installation.of(app)))
        seen.append((grown, alike(nobody.get(f"{ASK}/letter").text, email)))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][0] == {"counter": 1, "outbox": 1, "password_reset": 1}
    assert [row.person_id for row in rows] == [cast.ruth.id, None, None]
    for decoy in rows[1:]:
        assert choose(browser("nobody"), address(decoy)) == 410
        with installation.of(app).database.transaction():
            assert letters.prepare_reset(decoy.id) is None


def test_nobody_is_flooded_with_letters(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    nobody = browser("nobody")
    asked = [ask(app, nobody, cast.ruth.email).person_id for _ in range(rules.RESETS_PER_HOUR + 1)]
    assert asked == [cast.ruth.id] * rules.RESETS_PER_HOUR + [None]


def test_the_job_knows_the_id_only(app: Flask, cast: Cast) -> None:
    with installation.of(app).database.transaction() as session:
        actions.ask_for_reset(cast.ruth.email)
        session.flush()
        tasks = select(outbox.Promise).where(outbox.Promise.task == "identity.send_reset")
        promise = session.scalars(tasks).one()
        row = session.scalars(select(PasswordReset)).one()
        assert promise.arguments == {"reset": row.id}


@pytest.mark.parametrize("path", ["a" * 43, "-" * 43])
def test_a_link_that_never_was_says_what_one_says_that_is_over(
    browser: Callable[[str], Browser], path: str
) -> None:
    answer = browser("nobody").get(f"{ASK}/{path}")
    assert answer.status_code == 410
    assert "Your present password is unchanged." in main_of(answer.text)
