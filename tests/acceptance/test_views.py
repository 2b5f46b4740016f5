"""The page of an answer: what it shows, what it refuses, and that nothing typed is lost."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from app.acceptance import queries
from app.acceptance.models import QuoteAnswer
from app.access.rights import Action
from app.core.db import session
from app.documents import queries as documents
from app.documents.actions import publication
from app.documents.models import Document
from app.documents.rules.life import Answer
from app.identity import actions as identity
from app.organisations.models import Contact, Organisation
from app.organisations.rules import Asked
from app.web import installation
from tests.acceptance.quotes import link_to, quote_for
from tests.browser import Browser
from tests.cast import BROWSER, Cast
from tests.factories import BY
from tests.web.observing import contents, error_at, main_of, testids, typed_in

Open = Callable[[str], Browser]
NAME = {"answer": "accepted", "name": "Ruth Keller"}


@pytest.fixture
def quote(app: Flask, cast: Cast) -> Document:
    with installation.of(app).database.transaction():
        return quote_for(cast.keller)


def path(quote: Document) -> str:
    return f"/documents/{quote.id}/acceptance"


def answer_to(app: Flask, quote: Document) -> QuoteAnswer | None:
    with installation.of(app).database.reading():
        found = documents.by_id(quote.id)
        assert found is not None
        return queries.answer_of(found)


def ask(app: Flask, cast: Cast, order_number: Asked, cost_centre: Asked) -> None:
    with installation.of(app).database.transaction() as opened:
        house = opened.get_one(Organisation, cast.lindenhof.id)
        house.quote_order_number, house.quote_cost_centre = order_number, cost_centre


def test_a_customer_accepts_with_their_name_and_sees_what_was_accepted(
    app: Flask, quote: Document, browser: Open
) -> None:
    ruth = browser("ruth")
    page = ruth.get(path(quote))
    shown = main_of(page.text)
    for said in ("Answer quote Q-118", "642.24 CHF", "31 Dec 2099", "Haus Lindenhof"):
        assert said in shown
    assert typed_in(page.text, "name") in (None, ""), "a name is typed by a person"
    answer = ruth.post(path(quote), {**NAME, "order_number": "4711"})
    assert (answer.status_code, answer.headers["Location"]) == (303, path(quote))
    confirmed = main_of(ruth.get(path(quote)).text)
    for said in ("You have accepted the quote. A mail confirms it.", "Ruth Keller", "4711"):
        assert said in confirmed
    assert quote.original[:4] in confirmed
    assert "accept-form" not in testids(ruth.get(path(quote)).text)


def test_no_page_of_another_house_may_frame_it(quote: Document, browser: Open) -> None:
    policy = browser("ruth").get(path(quote)).headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy


def test_without_a_name_nothing_is_accepted_and_nothing_typed_is_lost(
    app: Flask, quote: Document, browser: Open
) -> None:
    before = contents(installation.of(app))
    for name in ("", "   ", "X", "123 456"):
        answer = browser("ruth").post(path(quote), {**NAME, "name": name, "order_number": "PO 7"})
        assert answer.status_code == 422
        assert error_at(answer.text, "name") == "Type your name: with it you accept the quote."
        assert typed_in(answer.text, "order_number") == "PO 7"
    assert contents(installation.of(app)) == before


def test_an_order_number_is_asked_for_as_the_organisation_wants(
    app: Flask, cast: Cast, quote: Document, browser: Open
) -> None:
    ruth = browser("ruth")
    ask(app, cast, Asked.NEVER, Asked.REQUIRED)
    assert 'name="order_number"' not in ruth.get(path(quote)).text
    answer = ruth.post(path(quote), {**NAME, "order_number": "sneaked in"})
    assert answer.status_code == 422
    assert error_at(answer.text, "cost_centre") == "Enter your cost centre."
    assert typed_in(answer.text, "name") == "Ruth Keller"
    assert ruth.post(path(quote), {**NAME, "cost_centre": "KST 9", "order_number": "x"}).status_code
    one = answer_to(app, quote)
    assert one is not None
    assert (one.cost_centre, one.order_number) == ("KST 9", "")


def test_a_rejection_needs_a_reason_and_something_else_needs_words(
    app: Flask, quote: Document, browser: Open
) -> None:
    ruth, said = browser("ruth"), {"answer": "rejected"}
    none = ruth.post(path(quote), {**said, "rejection": "Hm"})
    assert (none.status_code, error_at(none.text, "reason")) == (422, "Choose a reason.")
    assert "Hm</textarea>" in none.text
    other = ruth.post(path(quote), {**said, "reason": "other"})
    assert other.status_code == 422
    assert error_at(other.text, "rejection") == "Say in a few words what the reason is."
    assert ruth.post(path(quote), {**said, "reason": "nonsense"}).status_code == 422
    assert ruth.post(path(quote), {**said, "reason": "price"}).status_code == 303
    one = answer_to(app, quote)
    assert one is not None
    assert (one.answer, one.words) == (Answer.REJECTED, "")
    assert "The price" in main_of(ruth.get(path(quote)).text)


def test_a_wish_for_a_revision_needs_words(app: Flask, quote: Document, browser: Open) -> None:
    ruth, said = browser("ruth"), {"answer": "revision_asked"}
    empty = ruth.post(path(quote), said)
    assert (empty.status_code, error_at(empty.text, "wish")) == (
        422,
        "Say what should be different.",
    )
    assert ruth.post(path(quote), {**said, "wish": "Without <b>delivery</b>"}).status_code == 303
    page = ruth.get(path(quote)).text
    assert "Without &lt;b&gt;delivery&lt;/b&gt;" in page


def test_a_double_click_is_one_answer_and_a_friendly_word(
    app: Flask, quote: Document, browser: Open
) -> None:
    ruth = browser("ruth")
    assert [ruth.post(path(quote), NAME).status_code for _click in range(2)] == [303, 303]
    assert "Your answer has arrived already. It counts once." in ruth.get(path(quote)).text
    with installation.of(app).database.reading() as opened:
        assert opened.query(QuoteAnswer).count() == 1


def test_who_comes_second_learns_who_was_first(
    app: Flask, cast: Cast, quote: Document, browser: Open
) -> None:
    assert browser("ruth").post(path(quote), NAME).status_code == 303
    for reason in ("price", "nonsense", ""):
        late = browser("ruth").post(path(quote), {"answer": "rejected", "reason": reason})
        assert late.status_code == 409
        assert "Ruth Keller accepted this quote on" in main_of(late.text)
    one = answer_to(app, quote)
    assert one is not None
    assert one.answer is Answer.ACCEPTED


def test_an_old_version_leads_to_the_newer_one(
    app: Flask, cast: Cast, quote: Document, browser: Open
) -> None:
    with installation.of(app).database.transaction():
        newer = quote_for(cast.keller)
    answer = browser("ruth").post(path(quote), NAME)
    assert answer.status_code == 409
    assert "A newer version of this quote is published. Nothing was changed." in answer.text
    assert path(newer) in answer.text
    page = browser("ruth").get(path(quote)).text
    assert "accept-form" not in testids(page)
    assert path(newer) in page


def test_an_offer_that_ran_out_cannot_be_accepted(app: Flask, cast: Cast, browser: Open) -> None:
    with installation.of(app).database.transaction():
        old = quote_for(cast.keller, "Q-1", until=date(2026, 11, 1))
    page = browser("ruth").get(path(old)).text
    assert "This quote has expired." in main_of(page)
    assert "accept-form" not in testids(page)
    assert browser("ruth").post(path(old), NAME).status_code == 409


def test_a_guest_answers_by_name_where_answering_is_released(
    app: Flask, cast: Cast, quote: Document, browser: Open
) -> None:
    with installation.of(app).database.transaction():
        link = link_to(quote, cast.keller)
        session().flush()
        token = identity.open_link(link, BROWSER)
    guest = Browser(app, token)
    assert guest.post(path(quote), {**NAME, "name": "Tina Keller"}).status_code == 303
    one = answer_to(app, quote)
    assert one is not None
    assert (one.by_kind, one.by_id, one.name) == ("guest", link.id, "Tina Keller")


def test_what_is_not_released_is_not_answered(
    app: Flask, cast: Cast, quote: Document, browser: Open
) -> None:
    with installation.of(app).database.transaction() as opened:
        house = opened.get_one(Organisation, cast.lindenhof.id)
        house.portal_actions = [one.value for one in Action if one is not Action.ANSWER]
    ruth = browser("ruth")
    assert ruth.get(path(quote)).status_code == 403
    assert ruth.post(path(quote), NAME).status_code == 403
    page = ruth.get(f"/documents/{quote.id}").text
    assert "quote-answer" not in testids(page)
    assert "waiting-row" not in testids(ruth.get("/home").text)
    assert answer_to(app, quote) is None


def test_a_contact_without_the_right_does_not_answer(
    app: Flask, cast: Cast, quote: Document, browser: Open
) -> None:
    with installation.of(app).database.transaction() as opened:
        opened.get_one(Contact, cast.ruth.id).rights = ["quote:view", "quote:comment"]
    assert browser("ruth").post(path(quote), NAME).status_code == 403


def test_what_is_no_quote_has_no_such_page(cast: Cast, browser: Open) -> None:
    for who in ("ruth", "anna"):
        assert browser(who).get(path(cast.invoice)).status_code == 404
        assert browser(who).get(f"/documents/{cast.invoice.id}/reopening").status_code == 404


def test_a_withdrawn_quote_is_gone_for_its_customer(
    app: Flask, quote: Document, browser: Open
) -> None:
    with installation.of(app).database.transaction():
        found = documents.by_id(quote.id)
        assert found is not None
        publication.withdraw(found, BY)
    assert browser("ruth").post(path(quote), NAME).status_code == 404


def test_staff_see_the_answer_and_open_the_quote_again(
    app: Flask, quote: Document, browser: Open
) -> None:
    ruth, ben = browser("ruth"), browser("ben")
    ruth.post(path(quote), {"answer": "rejected", "reason": "terms", "rejection": "Too late"})
    shown = main_of(ben.get(f"/documents/{quote.id}").text)
    for said in ("rejected", "Dates or conditions", "Too late", "Quote rejected"):
        assert said in shown
    again = f"/documents/{quote.id}/reopening"
    assert ben.get(again).status_code == 200
    empty = ben.post(again, {"because": " "})
    assert (empty.status_code, error_at(empty.text, "because")) == (
        422,
        "Say why. The customer reads it.",
    )
    answer = ben.post(again, {"because": "We deliver earlier"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/documents/{quote.id}")
    assert ben.post(again, {"because": "Once more"}).status_code == 409
    shown = main_of(ben.get(f"/documents/{quote.id}").text)
    assert "Opened again by Ben Brunner: We deliver earlier" in shown
    assert ruth.post(path(quote), NAME).status_code == 303
    assert browser("olga").post(again, {"because": "x"}).status_code == 403


def test_lists_and_home_say_where_a_quote_stands(
    app: Flask, quote: Document, browser: Open
) -> None:
    ruth = browser("ruth")
    home = ruth.get("/home").text
    assert "Answer quote Q-118" in main_of(home)
    assert "waits for your answer until 31 Dec 2099" in main_of(ruth.get("/documents").text)
    assert "quote-answer" in testids(ruth.get(f"/documents/{quote.id}").text)
    ruth.post(path(quote), NAME)
    assert "waiting-row" not in testids(ruth.get("/home").text)
    assert "accepted on" in main_of(ruth.get("/documents").text)
    assert "accepted on" in main_of(browser("ben").get("/documents").text)
    assert "quote-answer" not in testids(ruth.get(f"/documents/{quote.id}").text)


def test_what_is_asked_for_is_a_setting_of_administrators(
    app: Flask, cast: Cast, browser: Open
) -> None:
    wanted = {"quote_order_number": "required", "quote_cost_centre": "optional"}
    assert browser("ben").post("/settings/quotes", wanted).status_code == 403
    assert "Do not ask" in main_of(browser("ben").get("/settings/quotes").text)
    anna = browser("anna")
    assert anna.post("/settings/quotes", {"quote_order_number": "x"}).status_code == 422
    assert anna.post("/settings/quotes", wanted).status_code == 303
    with installation.of(app).database.reading() as opened:
        house = opened.get_one(Organisation, cast.lindenhof.id)
        assert house.quote_order_number is Asked.REQUIRED
        assert house.quote_cost_centre is Asked.OPTIONAL
