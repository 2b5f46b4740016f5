import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask, g

from app.access.grants import Role
from app.access.principal import Principal
from app.access.rights import Action, Rights
from app.comments.actions import writing as comments
from app.core import clock, ids
from app.core.progress import WorkState
from app.delivery import actions as delivery
from app.delivery.channels.email import Result
from app.delivery.rules import Outcome
from app.documents.models import Audience, Document
from app.documents.rules.kinds import Kind
from app.identity.models import LoginSession
from app.intake.actions import taking
from app.master_data.models import DataProposal
from app.releases.models import Release
from app.web import installation
from app.words.sentences import home_sentence
from tests import factories
from tests.acceptance.quotes import quote_for
from tests.browser import Browser
from tests.cast import Cast, staff
from tests.counting import statements
from tests.released import EVERYTHING
from tests.web.observing import main_of, testids

QUOTES = Rights(frozenset({("quote", Action.VIEW)}))


def rows(page: str, card: str) -> int:
    """Return how many entries a card shows."""
    section = page[page.index(f'data-testid="{card}"') :]
    return len(re.findall(r"<li", section[: section.index("</section>")]))


@pytest.mark.parametrize(
    ("who", "place"),
    [
        ("anna", "/desk"),
        ("ben", "/desk"),
        ("olga", "/desk"),
        ("ruth", "/home"),
        ("guest", "/home"),
        ("nobody", "/sign-in?next=/"),
    ],
)
def test_the_first_page_shows_everybody_the_way(
    cast: Cast, browser: Callable[[str], Browser], who: str, place: str
) -> None:
    answer = browser(who).get("/")
    assert (answer.status_code, answer.headers["Location"]) == (303, place)


def test_a_customer_is_told_what_waits_in_one_sentence(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with clock.standing_at(datetime.now(UTC)):
        page = browser("ruth").get("/home").text
    shown = main_of(page)
    assert "Good day, Ruth Keller" in shown
    assert testids(page).count("sentence") == 1
    assert "642.24 CHF" in shown
    assert "2026-0412" in shown
    assert "2026-0414" not in shown


def test_a_customer_who_owes_nothing_is_told_so(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction() as session:
        session.merge(cast.invoice).open_minor = 0
    assert "Nothing is to be paid." in main_of(browser("ruth").get("/home").text)


def test_the_desk_shows_failures_then_what_is_held_then_what_is_new(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    page = browser("ben").get("/desk").text
    assert "Nothing has failed" in main_of(page)
    with installation.of(app).database.transaction():
        sending = delivery.begin(cast.dispatch.id)
        assert sending is not None
        delivery.finish(sending, Result(Outcome.PERMANENT, 550, "5.1.1", "550 no such user"))
    page = browser("ben").get("/desk").text
    cards = [one for one in testids(page) if one in ("troubled", "held", "newest")]
    assert cards == ["troubled", "held", "newest"]
    assert rows(page, "troubled") == rows(page, "held") == 1
    assert "550 no such user" in main_of(page)
    assert cast.strangers.number not in main_of(page)


def test_an_empty_house_has_a_desk_too(cast: Cast, browser: Callable[[str], Browser]) -> None:
    page = browser("dora").get("/desk")
    assert page.status_code == 200
    assert cast.strangers.number in main_of(page.text)
    assert "2026-0412" not in main_of(page.text)


def test_the_menu_holds_what_one_may_and_nothing_else(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    def menu(who: str, path: str) -> set[str]:
        found = testids(browser(who).get(path).text)
        return {one.removeprefix("menu-") for one in found if one.startswith("menu-")} - {"main"}

    staff = {"desk", "documents", "intake", "customers", "deliveries", "reports", "settings"}
    assert menu("anna", "/desk") == menu("olga", "/desk") == staff
    assert menu("ruth", "/home") == {"home", "documents", "contacts", "own-data", "account"}
    assert menu("guest", "/home") == {"home", "documents"}


def test_the_desk_says_what_is_new_since_the_last_visit(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    page = main_of(browser("ben").get("/desk").text)
    assert "Since yesterday" in page
    assert "Documents that came in: 3" in page
    assert "Documents held at intake: 1" in page
    with installation.of(app).database.transaction() as session:
        one = session.query(LoginSession).filter_by(person_id=cast.ben.id).one()
        one.seen_before_at = clock.now()
        sending = delivery.begin(cast.dispatch.id)
        assert sending is not None
        delivery.finish(sending, Result(Outcome.PERMANENT, 550, "5.1.1", "550 no such user"))
    page = main_of(browser("ben").get("/desk").text)
    assert "Since your last visit" in page
    assert "came in" not in page
    assert "Undeliverable dispatches: 1" in page
    assert "1 dispatch needs your eye since your last visit" in page


def test_the_desk_shows_bulk_work_until_it_is_finished(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    assert "at-work" not in testids(browser("ben").get("/desk").text)
    stored = [taking.Stored(f"r{n}.xml", 10, f"{n:064x}") for n in range(4)]
    with installation.of(app).database.transaction() as session:
        taking.start(cast.lindenhof.id, factories.BY, stored, creates_customers=False)
        session.get_one(Release, cast.release.id).state = WorkState.STOPPED
    page = browser("ben").get("/desk").text
    assert "4 files wait." in main_of(page)
    assert {"at-work-intake", "at-work-release"} <= set(testids(page))
    assert "at-work" not in testids(browser("dora").get("/desk").text)


def visited(app: Flask, cast: Cast) -> None:
    """Let Ruth's last visit have ended now."""
    with installation.of(app).database.transaction() as session:
        one = session.query(LoginSession).filter_by(person_id=cast.ruth.id).one()
        one.seen_before_at = clock.now()


def test_a_customer_sees_what_came_since_the_last_visit_and_nothing_twice(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ruth = browser("ruth")
    assert "news" not in testids(ruth.get("/home").text)
    visited(app, cast)
    page = ruth.get("/home").text
    assert "Nothing new since" in main_of(page)
    assert "said" not in testids(page)
    with installation.of(app).database.transaction() as session:
        factories.take_in(
            cast.lindenhof.id,
            factories.einvoice("N-9", customer_number=cast.keller.number, due=None),
            kind=Kind.ORDER_CONFIRMATION,
        )
        invoice = session.get_one(Document, cast.invoice.id)
        comments.add(staff(cast.ben), invoice, Audience.CUSTOMER, "Paid, thanks.", [], ids.new())
        comments.add(staff(cast.ben), invoice, Audience.INTERNAL, "Slow.", [], ids.new())
    with statements(installation.of(app).database.engine) as asked:
        page = ruth.get("/home").text
    assert 0 < len(asked) <= 8, asked
    assert rows(page, "news") == 1
    assert main_of(page).count("N-9") == 1
    assert testids(page).count("said") == 1, "beside the invoice that is to be paid"
    assert f"/documents/{cast.invoice.id}#comments" in page
    assert main_of(page).count("2026-0412") == 1
    assert "news" not in testids(browser("guest").get("/home").text), "a guest has no last visit"


def test_what_ends_first_waits_first(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction():
        quote_for(cast.keller, until=date(2099, 1, 1))
        factories.invoice_for(cast.keller, "2026-0999")
    page = browser("ruth").get("/home").text
    shown = main_of(page)
    assert shown.index("Invoice 2026-0412") < shown.index("Answer quote Q-118")
    assert rows(page, "waiting") == 3


def test_a_second_pair_of_eyes_is_asked_for(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ruth = browser("ruth")
    assert "to-decide" not in testids(ruth.get("/home").text), "nobody decides about their own"
    with installation.of(app).database.transaction() as session:
        session.query(DataProposal).update({"by_id": "0" * 26, "by_name": "Lena Keller"})
    page = ruth.get("/home").text
    assert "to-decide" in testids(page)
    assert "Decide about 1 change of your data" in main_of(page)
    assert "Lena Keller" in main_of(page)


def test_who_may_see_no_invoices_is_told_nothing_about_them(app: Flask, cast: Cast) -> None:
    with app.test_request_context("/home"):
        g.principal = Principal(role=Role.CONTACT, rights=QUOTES)
        assert home_sentence([]) == ""
        g.principal = Principal(role=Role.CONTACT, rights=EVERYTHING)
        assert home_sentence([]) == "Nothing is to be paid."
