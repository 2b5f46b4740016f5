"""Proving in a browser: the way there and back, which method it is, what pages show before and after."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.access.proof import Level, Method
from app.core import clock, runtime
from app.core.db import session
from app.identity.proofs import capability
from app.organisations.rules import CustomerKind
from app.sms.models import TextMessage
from app.sms.rules.life import State
from app.step_up import rules
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast
from tests.step_up import asking
from tests.step_up.asking import RIGHT, WRONG, ask

Entered = Callable[[str], Browser]


@pytest.mark.parametrize("who", ["ruth", "guest"])
def test_postcode_and_number_open_files_and_bring_a_new_token(
    app: Flask, cast: Cast, browser: Entered, who: str
) -> None:
    ask(app, cast)
    one, former = browser(who), cast.tokens[who]
    page = one.get(f"/documents/{cast.invoice.id}")
    assert 'data-testid="proof-start"' in page.text
    assert "Seestrasse" not in page.text, "the page tells nobody the answer"
    assert "8002" not in page.text
    assert 'data-testid="page-picture"' not in page.text
    assert 'data-testid="files"' not in page.text
    sent = one.get(asking.file_of(cast))
    assert sent.headers["Location"].startswith("/proof?next=/documents/")
    form = one.get(sent.headers["Location"])
    assert form.status_code == 200
    answer = one.post(
        "/proof/address", {"postcode": " CH-8002", "number": "12 ", "next": "/documents"}
    )
    assert answer.headers["Location"] == "/documents"
    assert asking.sees_files(one, cast)
    page = one.get(f"/documents/{cast.invoice.id}")
    assert 'data-testid="files"' in page.text
    assert "Seestrasse" in page.text
    assert asking.token_of(one) != former
    assert asking.session_of(app, former) is None


def test_who_is_wrong_is_not_told_in_what(app: Flask, cast: Cast, browser: Entered) -> None:
    ask(app, cast)
    ruth = browser("ruth")
    said = set()
    for postcode, number in (("8002", "13"), ("8003", "12"), ("9", "none")):
        answer = ruth.post("/proof/address", {"postcode": postcode, "number": number})
        assert answer.status_code == 422
        said.add(answer.text.partition('id="number-error"')[2].partition("</p>")[0])
    assert len(said) == 1
    assert not asking.sees_files(ruth, cast)


def test_a_file_that_was_wanted_is_offered_after_the_proof(
    app: Flask, cast: Cast, browser: Entered
) -> None:
    ask(app, cast)
    ruth = browser("ruth")
    answer = ruth.post("/proof/address", {**RIGHT, "next": asking.file_of(cast)})
    assert answer.headers["Location"].startswith("/proof/onward?next=/documents/")
    assert asking.file_of(cast) in ruth.get(answer.headers["Location"]).text


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "https://evil.example/", "/a\nb", "javascript:1"],
)
def test_nobody_is_sent_to_another_host(
    app: Flask, cast: Cast, browser: Entered, target: str
) -> None:
    ask(app, cast)
    ruth = browser("ruth")
    form = ruth.get("/proof", query_string={"next": target}).text
    assert 'name="next" type="hidden" value="/"' in form
    answer = ruth.post("/proof/address", {**RIGHT, "next": target})
    assert answer.headers["Location"] == "/"


def test_a_code_by_text_message_opens_files_once(app: Flask, cast: Cast, browser: Entered) -> None:
    ask(app, cast, primary=Method.SMS)
    asking.texting(app, cast)
    guest = browser("guest")
    page = guest.get("/proof?next=/documents").text
    assert asking.SWISS not in page
    assert asking.SWISS[-2:] in page
    sent = guest.post("/proof/code", {"next": "/documents"})
    assert sent.headers["Location"] == "/proof?next=/documents"
    form = guest.get(sent.headers["Location"]).text
    assert 'autocomplete="one-time-code"' in form
    assert 'inputmode="numeric"' in form
    assert 'data-testid="proof-delivery" data-state="queued"' in form
    code = asking.code_in(asking.texts(app)[0])
    done = guest.post("/proof/code/answer", {"code": code, "next": "/documents"})
    assert done.headers["Location"] == "/documents"
    assert asking.sees_files(guest, cast)
    # Another session of the same customer has no use for it, nor has this one a second time.
    other = browser("ruth")
    assert other.post("/proof/code/answer", {"code": code}).status_code == 422
    assert not asking.sees_files(other, cast)


def test_a_text_message_that_does_not_arrive_opens_the_other_way(
    app: Flask, cast: Cast, browser: Entered
) -> None:
    ask(app, cast, primary=Method.SMS, secondary=Method.ADDRESS)
    asking.texting(app, cast)
    ruth = browser("ruth")
    assert ruth.post("/proof/address", RIGHT).status_code == 422, "the first way is open"
    ruth.post("/proof/code")
    assert 'data-testid="proof-other-address"' not in ruth.get("/proof").text
    with installation.of(app).database.transaction():
        session().query(TextMessage).update({"state": State.FAILED})
    said = ruth.get("/proof").text
    assert 'data-testid="proof-reason-sms-undelivered"' in said
    assert 'data-testid="proof-address-form"' in said
    assert 'data-testid="proof-other-sms"' in said
    block = ruth.get("/proof", headers={"HX-Request": "true", "HX-Target": "div#delivery"}).text
    assert 'data-testid="proof-undelivered"' in block
    assert ruth.post("/proof/address", RIGHT).status_code == 303
    assert asking.sees_files(ruth, cast)


@pytest.mark.parametrize(
    ("primary", "data", "reason"),
    [
        (Method.SMS, {}, "sms-impossible"),
        (Method.ADDRESS, {"street": "Am Dorfplatz"}, "address-impossible"),
    ],
)
def test_what_is_impossible_gives_way_and_the_page_says_why(
    app: Flask, cast: Cast, browser: Entered, primary: Method, data: dict[str, str], reason: str
) -> None:
    (other,) = set(Method) - {primary}
    ask(app, cast, primary=primary, secondary=other)
    if primary is Method.ADDRESS:
        asking.texting(app, cast)
    asking.change(app, cast.keller, **data)
    page = browser("guest").get("/proof").text
    assert f'data-testid="proof-reason-{reason}"' in page
    expected = {Method.SMS: "proof-send-form", Method.ADDRESS: "proof-address-form"}
    assert f'data-testid="{expected[other]}"' in page


def test_who_can_prove_nothing_reads_whom_to_ask_and_sees_no_file(
    app: Flask, cast: Cast, browser: Entered
) -> None:
    ask(app, cast, primary=Method.SMS, secondary=Method.ADDRESS)
    asking.change(app, cast.keller, street="Postfach", postcode="")
    ruth = browser("ruth")
    page = ruth.get("/proof").text
    assert 'data-testid="proof-impossible"' in page
    assert cast.lindenhof.contact_email in page
    assert cast.lindenhof.contact_phone.replace(" ", "\u00a0") in page
    for path, data in (
        ("/proof/address", {"postcode": "", "number": ""}),
        ("/proof/address", RIGHT),
        ("/proof/code", {}),
        ("/proof/code/answer", {"code": "000000"}),
    ):
        assert ruth.post(path, data).status_code == 422
    assert not asking.sees_files(ruth, cast)


def test_a_new_code_takes_a_minute_and_kills_the_old_one(
    app: Flask, cast: Cast, browser: Entered
) -> None:
    ask(app, cast, primary=Method.SMS)
    asking.texting(app, cast)
    ruth = browser("ruth")
    ruth.post("/proof/code")
    ruth.post("/proof/code")
    assert len(asking.texts(app)) == 1
    with clock.standing_at(clock.now() + rules.ASK_AGAIN):
        ruth.post("/proof/code")
        first, second = (asking.code_in(text) for text in asking.texts(app))
        assert ruth.post("/proof/code/answer", {"code": first}).status_code == 422
        assert ruth.post("/proof/code/answer", {"code": second}).status_code == 303


def test_a_code_is_good_for_ten_minutes(app: Flask, cast: Cast, browser: Entered) -> None:
    ask(app, cast, primary=Method.SMS)
    asking.texting(app, cast)
    ruth = browser("ruth")
    ruth.post("/proof/code")
    code = asking.code_in(asking.texts(app)[0])
    with clock.standing_at(clock.now() + rules.CODE_LIFE):
        assert ruth.post("/proof/code/answer", {"code": code}).status_code == 422
        assert not asking.sees_files(ruth, cast)


def test_five_wrong_answers_lock_one_way_and_leave_the_other(
    app: Flask, cast: Cast, browser: Entered
) -> None:
    ask(app, cast, primary=Method.ADDRESS, secondary=Method.SMS)
    asking.texting(app, cast)
    guest = browser("guest")
    for _ in range(rules.TRIES):
        assert guest.post("/proof/address", WRONG).status_code == 422
    # Neither a new session nor somebody else of the same customer gets further tries.
    for one in (guest, browser("guest"), browser("ruth")):
        answer = one.post("/proof/address", RIGHT)
        assert answer.status_code == 422
        assert 'data-testid="proof-locked"' in answer.text
        assert 'data-testid="proof-send-form"' in answer.text
    guest.post("/proof/code")
    code = asking.code_in(asking.texts(app)[0])
    assert guest.post("/proof/code/answer", {"code": code}).status_code == 303
    assert asking.sees_files(guest, cast)


def test_every_page_is_closed_until_who_it_is_was_proved(
    app: Flask, cast: Cast, browser: Entered
) -> None:
    ask(app, cast, Level.EVERY_PAGE)
    guest = browser("guest")
    assert guest.get("/documents").headers["Location"] == "/proof?next=/documents"
    page = guest.get("/proof?next=/documents").text
    assert cast.invoice.number not in page
    assert cast.keller.name not in page
    assert guest.post("/proof/address", {**RIGHT, "next": "/documents"}).status_code == 303
    assert cast.invoice.number in guest.get("/documents").text


@pytest.mark.parametrize("level", [Level.EVERY_PAGE, Level.SENSITIVE])
def test_a_link_names_no_document_where_every_page_asks(
    app: Flask, cast: Cast, browser: Entered, level: Level
) -> None:
    ask(app, cast, level)
    with runtime.using(installation.of(app)):
        address = f"/link/{capability.token(cast.link.id)}"
    page = browser("nobody").get(address).text
    assert 'data-testid="link-continue"' in page
    assert (cast.invoice.number in page) is (level is Level.SENSITIVE)


def test_who_has_nothing_to_prove_is_sent_on(app: Flask, cast: Cast, browser: Entered) -> None:
    ask(app, cast, Level.SENSITIVE_PRIVATE)
    asking.change(app, cast.keller, kind=CustomerKind.BUSINESS)
    for who in ("ruth", "guest", "ben"):
        assert browser(who).get("/proof?next=/documents").headers["Location"] == "/documents"
        assert browser(who).post("/proof/address", WRONG).headers["Location"] == "/"


def test_where_files_are_closed_pages_say_whom_to_ask(
    app: Flask, cast: Cast, browser: Entered
) -> None:
    ask(app, cast, Level.CLOSED)
    ruth = browser("ruth")
    page = ruth.get(f"/documents/{cast.invoice.id}").text
    assert 'data-testid="proof-closed"' in page
    assert cast.lindenhof.contact_email in page
    assert cast.attachment_id not in page
    for name in ("files", "page-picture", "renditions"):
        assert f'data-testid="{name}"' not in page
    assert 'data-testid="statement-pdf"' not in ruth.get("/statement").text
    assert 'data-testid="proof-closed"' in ruth.get("/statement").text
    assert "bundle-" not in ruth.get("/documents").text
    assert not asking.sees_files(ruth, cast)


@pytest.mark.parametrize("who", ["ruth", "guest"])
def test_a_proof_ends_with_doing_nothing_and_is_never_woken(
    app: Flask, cast: Cast, browser: Entered, who: str
) -> None:
    ask(app, cast, proof_idle_minutes=10)
    one, start = browser(who), clock.now()
    one.post("/proof/address", RIGHT)
    for minutes in (9, 18, 27):
        with clock.standing_at(start + timedelta(minutes=minutes)):
            assert asking.sees_files(one, cast), "whoever goes on reading goes on"
    with clock.standing_at(start + timedelta(minutes=38)):
        assert one.get(f"/documents/{cast.invoice.id}").status_code == 200
        assert not asking.sees_files(one, cast)
    with clock.standing_at(start + timedelta(minutes=39)):
        one.get("/documents")
        assert not asking.sees_files(one, cast), "reading pages does not bring it back"
        assert one.post("/proof/address", RIGHT).status_code == 303
        assert asking.sees_files(one, cast)


def test_staff_who_look_through_eyes_see_what_they_may_and_prove_nothing(
    app: Flask, cast: Cast, browser: Entered
) -> None:
    ask(app, cast, Level.EVERY_PAGE)
    ben = browser("ben")
    ben.post(f"/customers/{cast.keller.id}/contacts/{cast.ruth.id}/eyes")
    page = ben.get(f"/documents/{cast.invoice.id}")
    assert page.status_code == 200
    assert 'data-testid="files"' in page.text
    assert asking.sees_files(ben, cast)
    assert ben.get("/proof").status_code == 403
    assert not asking.sees_files(browser("ruth"), cast)
