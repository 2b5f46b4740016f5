"""The public form: what it asks, what it never tells, and what one letter can do."""

import re
from collections.abc import Callable
from statistics import median
from time import perf_counter

import pytest
from flask import Flask
from sqlalchemy import delete
from werkzeug.test import TestResponse

from app.core.counters import Counter
from app.core.db import session
from app.core.runtime import Runtime
from app.sign_up import proofs, rules
from app.sign_up.rules import State
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast
from tests.installation import BASE_URL
from tests.sign_up import guests
from tests.sign_up.guests import GUEST

Browsers = Callable[[str], Browser]
SAMPLES = 40
ALIKE = 1.5


@pytest.fixture
def here(app: Flask, cast: Cast) -> Runtime:
    one = installation.of(app)
    guests.welcome(one, cast.lindenhof, "k7q-4m")
    return one


def fields(email: str = GUEST, code: str = "lindenhof", **more: str) -> dict[str, str]:
    return {"code": code, "name": "Gina Gast", "email": email, "language": "en"} | more


def path(request_id: str) -> str:
    return f"/guest/signup/confirmation/{proofs.token(request_id)}"


def test_the_link_names_the_house_and_hides_the_code(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    for address in ("/guest/signup/lindenhof", "/guest/signup/K7Q-4M"):
        shown = browser("nobody").get(address).text
        assert "Ask Haus Lindenhof for access" in shown
        assert re.search(r'type="hidden"[^>]*value="lindenhof"|value="lindenhof"[^>]*hidden', shown)
    for closed in ("brandt", "nothing-like-it"):
        assert "Code of the organisation" in browser("nobody").get(f"/guest/signup/{closed}").text


def test_the_sign_in_page_leads_there_only_where_guests_may_ask(
    here: Runtime, browser: Browsers
) -> None:
    assert "sign-in-sign-up" in browser("nobody").get("/o/lindenhof/sign-in").text
    assert "sign-in-sign-up" not in browser("nobody").get("/o/brandt/sign-in").text


@pytest.mark.parametrize("code", ["brandt", "nothing-like-it"])
def test_a_house_that_is_closed_is_like_one_that_is_not_there(
    here: Runtime, browser: Browsers, code: str
) -> None:
    said = browser("nobody").post("/guest/signup", fields(code=code))
    assert (said.status_code, "No organisation takes requests" in said.text) == (422, True)
    assert guests.requests(here) == []
    assert browser("nobody").get(f"/guest/signup/{code}/letter").status_code == 404


def test_an_office_is_refused_with_the_reason(here: Runtime, browser: Browsers) -> None:
    said = browser("nobody").post("/guest/signup", fields("Info.Zuerich@gast.example"))
    assert (said.status_code, "shared by several people" in said.text) == (422, True)
    assert guests.requests(here) == []


def test_a_name_holds_no_address(here: Runtime, browser: Browsers) -> None:
    said = browser("nobody").post("/guest/signup", fields(name="Win at https://x.example"))
    assert said.status_code == 422
    assert "Ask Haus Lindenhof for access" in said.text


def test_everybody_gets_the_same_answer(here: Runtime, cast: Cast, browser: Browsers) -> None:
    """Unknown, a login of the house, one of another house, one who waits, one written to too often."""
    guests.waiting(here, cast, "wanda@gast.example")
    addresses = (GUEST, cast.ruth.email, cast.dora.email, "wanda@gast.example", "olaf@gast.example")
    for _time in range(rules.PER_ADDRESS):
        guests.answer(here, guests.ask(here, cast.lindenhof, "olaf@gast.example"))
    forget_limits(here)
    told = {said(browser("nobody").post("/guest/signup", fields(email))) for email in addresses}
    assert len(told) == 1
    assert next(iter(told))[:2] == (303, "/guest/signup/lindenhof/letter")


def said(answer: TestResponse) -> tuple[int, str, str]:
    return answer.status_code, answer.headers["Location"], answer.text


def forget_limits(here: Runtime) -> None:
    with here.database.transaction():
        network = Counter.key.startswith("sign-up:") | Counter.key.startswith("sign-up-house:")
        session().execute(delete(Counter).where(network))


def test_an_answer_takes_as_long_for_somebody_as_for_nobody(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    one = browser("nobody")
    token, took = one.csrf_token(), {cast.ruth.email: [], "nobody@kunden.example": []}  # type: ignore[var-annotated]
    for number in range(SAMPLES * 2):
        email = list(took)[number % 2]
        forget_limits(here)
        begin = perf_counter()
        one.client.post(
            "/guest/signup", data={"csrf_token": token, **fields(email)}, base_url=BASE_URL
        )
        took[email].append(perf_counter() - begin)
    known, unknown = (median(times) for times in took.values())
    assert max(known, unknown) / min(known, unknown) < ALIKE
    assert len(guests.requests(here)) == SAMPLES * 2, "none was refused"


def test_who_has_a_login_is_told_alone_and_not_where(here: Runtime, cast: Cast) -> None:
    for person in (cast.ruth, cast.dora):
        guests.answer(here, guests.ask(here, cast.lindenhof, person.email.upper()))
    (own,), (other,) = guests.mails(here, cast.ruth.email), guests.mails(here, cast.dora.email)
    assert "You have an account there already" in own.said["sentences"][1]
    assert "belongs to one organisation only" in other.said["sentences"][1]
    assert "Brandt" not in str(other.said)
    assert (own.name, other.name) == ("Ruth Keller", "Dora Brandt"), "not what a stranger typed"
    assert guests.requests(here) == [], "nothing is kept of what was typed about them"


def test_a_letter_says_nothing_that_a_stranger_typed(here: Runtime, cast: Cast) -> None:
    request_id = guests.ask(here, cast.lindenhof)
    guests.answer(here, request_id)
    guests.answer(here, request_id)
    (letter,) = guests.mails(here, GUEST)
    assert proofs.token(request_id) in letter.said["url"]
    assert (letter.name, "Gina" in str(letter.said)) == (GUEST, False)


def test_one_address_is_written_to_so_often_and_no_more(here: Runtime, cast: Cast) -> None:
    for _time in range(rules.PER_ADDRESS + 2):
        guests.answer(here, guests.ask(here, cast.lindenhof))
    assert len(guests.mails(here, GUEST)) == rules.PER_ADDRESS


def test_looking_at_the_letter_confirms_nothing_and_once_is_enough(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    request_id, reader = guests.ask(here, cast.lindenhof), browser("nobody")
    for _time in range(2):
        shown = reader.get(path(request_id))
        assert (shown.status_code, GUEST in shown.text) == (200, True)
        assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert guests.requests(here)[0].state is State.ASKED
    for _time in range(2):
        done = reader.post(path(request_id))
        assert (done.status_code, done.headers["Location"]) == (
            303,
            "/guest/signup/lindenhof/decision",
        )
    assert guests.requests(here)[0].state is State.WAITING
    assert len(guests.lines(here, "access_request.confirmed")) == 1
    assert "you get a mail" in reader.get("/guest/signup/lindenhof/decision").text


def test_a_letter_that_is_over_or_never_was_confirms_nothing(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    request_id = guests.ask(here, cast.lindenhof)
    with here.database.transaction():
        guests.load(request_id).created_at -= rules.CONFIRM_WITHIN
    for address in (path(request_id), f"/guest/signup/confirmation/{'a' * 43}"):
        for answer in (browser("nobody").get(address), browser("nobody").post(address)):
            assert (answer.status_code, "This link has expired" in answer.text) == (410, True)
    assert guests.requests(here)[0].state is State.ASKED


def test_a_network_and_a_house_have_limits(here: Runtime, browser: Browsers) -> None:
    one = browser("nobody")
    for number in range(rules.PER_NETWORK):
        assert one.post("/guest/signup", fields(f"g{number}@gast.example")).status_code == 303
    refused = one.post("/guest/signup", fields("more@gast.example"))
    assert (refused.status_code, "from your network" in refused.text) == (422, True)
    with here.database.transaction():
        session().execute(delete(Counter).where(Counter.key.startswith("sign-up:")))
        rows = session().query(Counter).filter(Counter.key.startswith("sign-up-house:"))
        rows.one().count = rules.PER_HOUSE
    refused = one.post("/guest/signup", fields("more@gast.example"))
    assert (refused.status_code, "Try again tomorrow" in refused.text) == (422, True)
    assert len(guests.requests(here)) == rules.PER_NETWORK


def test_it_is_in_the_language_of_the_house_until_somebody_chooses(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    with here.database.transaction():
        session().merge(cast.lindenhof, load=True).language = "de"
    assert '<html lang="de"' in browser("nobody").get("/guest/signup/lindenhof").text
