"""Letters as staff make them, and the page on which their readers come in."""

import re
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from sqlalchemy import func, select

from app.access_letters import proofs, queries, rules
from app.access_letters.models import AccessLetter
from app.core import clock
from app.core.db import session
from app.core.journal import Entry
from app.core.runtime import Runtime
from app.identity.models import CapabilityLink, LoginSession
from app.notices.models import Notice
from app.organisations.models import Customer, Organisation
from app.organisations.rules.portal import Ways
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast, letter_to
from tests.counting import statements
from tests.web.observing import testids

Browsers = Callable[[str], Browser]
MISFIT = "Code and PIN do not fit together"


@pytest.fixture
def here(app: Flask) -> Runtime:
    return installation.of(app)


@pytest.fixture
def cast(cast: Cast, here: Runtime) -> Cast:
    """The cast, and a letter to Ruth Keller, to all that is hers."""
    with here.database.transaction():
        cast.letter_id = letter_to(cast.keller, cast.lindenhof, cast.ben).id
    return cast


def secrets_of(letter_id: str) -> dict[str, str]:
    """Return what stands in a letter, as somebody would type it."""
    code = rules.grouped(proofs.code(letter_id)).lower()
    return {"code": code, "pin": rules.pin_grouped(proofs.pin(letter_id))}


def wrong_pin(letter_id: str, number: int = 0) -> str:
    return f"{(int(proofs.pin(letter_id)) + 1 + number) % 10**rules.PIN_DIGITS:06d}"


def happened(here: Runtime, name: str) -> list[Entry]:
    with here.database.reading():
        return list(session().scalars(select(Entry).where(Entry.name == name).order_by(Entry.id)))


def letters_of(here: Runtime, customer: Customer) -> list[queries.Found]:
    with here.database.reading():
        return queries.of_customer(customer.id)


def test_staff_make_a_letter_once_however_often_they_press(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    ben = browser("ben")
    asked = ben.get(f"/customers/{cast.huber.id}/letters/new")
    (letter,) = re.findall(r'name="letter"[^>]*value="(\w+)"', asked.text)
    chosen = {"to": "customer", "document": cast.hubers.id, "letter": letter}
    for _time in range(2):
        answer = ben.post(f"/customers/{cast.huber.id}/letters", chosen)
        assert answer.headers["Location"].endswith(f"/customers/{cast.huber.id}#letters")
    (found,) = letters_of(here, cast.huber)
    assert (found.letter.id, found.link.name) == (letter, "Max Huber")
    assert found.link.lineage_id == cast.hubers.lineage_id
    due = cast.hubers.due_date
    assert due is not None
    here_ = ZoneInfo(cast.lindenhof.timezone)
    last_day = found.link.expires_at.astimezone(here_).date()
    assert last_day - due == timedelta(days=cast.lindenhof.link_days)
    page = ben.get(f"/customers/{cast.huber.id}").text
    assert set(testids(page)) >= {"letters", "letter-row", "letter-download", "letter-renew"}
    assert "2026-0414" in page
    assert [entry.data["to"] for entry in happened(here, "letter.made")][-1] == "Max Huber"


def test_a_choice_that_was_not_offered_makes_nothing(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    path = f"/customers/{cast.huber.id}/letters"
    for chosen in (
        {"to": "somebody", "document": "", "letter": "0" * 26},
        {"to": "customer", "document": cast.invoice.id, "letter": "0" * 26},
    ):
        assert browser("ben").post(path, chosen).status_code == 422
    unseen = {"to": "customer", "document": "", "letter": "not an id"}
    assert browser("ben").post(path, unseen).status_code == 409
    taken = {"to": "customer", "document": "", "letter": cast.letter_id}
    assert browser("ben").post(path, taken).status_code == 409
    assert letters_of(here, cast.huber) == []


def test_where_links_are_closed_no_letter_is_made(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    with here.database.transaction():
        session().get_one(Organisation, cast.lindenhof.id).portal_ways = Ways.ACCOUNT
    asked = browser("ben").get(f"/customers/{cast.huber.id}/letters/new")
    assert "letter-form" not in testids(asked.text)
    chosen = {"to": "customer", "document": "", "letter": "01KT0000000000000000000000"}
    assert browser("ben").post(f"/customers/{cast.huber.id}/letters", chosen).status_code == 409
    came = browser("nobody").post("/access", secrets_of(cast.letter_id))
    assert came.status_code == 410
    assert "cannot be read here at present" in came.text


def drawn(cast: Cast, browser: Browsers) -> tuple[bytes, str]:
    answer = browser("ben").get(f"/customers/{cast.keller.id}/letters/{cast.letter_id}.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "no-store" in answer.headers["Cache-Control"]
    pages = pypdfium2.PdfDocument(answer.data)
    assert len(pages) == 1
    return answer.data, pages[0].get_textpage().get_text_bounded()


def test_the_letter_says_code_and_pin_where_and_until_when(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    with here.database.transaction():
        session().get_one(CapabilityLink, letters_of_keller().link.id).language = "de"
    _content, text = drawn(cast, browser)
    code, pin = proofs.code(cast.letter_id), proofs.pin(cast.letter_id)
    order = ["Ruth Keller", "Seestrasse 12", "8002 Zürich", "http://kontor.test"]
    order += ["Zugangscode", rules.grouped(code), rules.pin_grouped(pin)]
    places = [text.index(word) for word in order]
    assert places == sorted(places), "it is read in the order of its steps"
    (downloaded,) = happened(here, "letter.downloaded")
    assert downloaded.data["letter"] == cast.letter_id
    assert pin not in str(downloaded.data)
    assert code not in str(downloaded.data)


def letters_of_keller() -> queries.Found:
    keller = session().scalars(select(Customer.id).where(Customer.name == "Ruth Keller")).one()
    (found,) = queries.of_customer(keller)
    return found


def test_the_square_leads_to_the_page_with_the_code_and_without_the_pin(
    cast: Cast, browser: Browsers
) -> None:
    content, _text = drawn(cast, browser)
    picture = pypdfium2.PdfDocument(content)[0].render(scale=2).to_pil()
    (square,) = zxingcpp.read_barcodes(picture)
    code = rules.grouped(proofs.code(cast.letter_id))
    # Two houses share the host: the address says which one it is.
    assert square.text == f"http://kontor.test/o/lindenhof/access?code={code}"
    assert proofs.pin(cast.letter_id) not in square.text
    asked = browser("nobody").get(square.text.removeprefix("http://kontor.test"))
    assert f'value="{code}"' in asked.text
    assert "Haus Lindenhof" in asked.text
    assert asked.headers["Referrer-Policy"] == "no-referrer"
    assert asked.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_code_and_pin_open_what_the_letter_is_for(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    reader = browser("nobody")
    came = reader.post("/access", secrets_of(cast.letter_id))
    assert (came.status_code, came.headers["Location"]) == (303, "/home")
    assert came.headers["Referrer-Policy"] == "no-referrer"
    assert reader.get(f"/documents/{cast.invoice.id}").status_code == 200
    assert reader.get(f"/documents/{cast.hubers.id}").status_code == 404
    with here.database.transaction():
        one = letter_to(cast.huber, cast.lindenhof, cast.ben, cast.hubers).id
    other = browser("nobody").post("/access", secrets_of(one))
    assert other.headers["Location"] == f"/documents/{cast.hubers.id}"
    (found,) = letters_of(here, cast.keller)
    assert (found.link.uses, found.letter.tries) == (1, 0)
    assert [entry.actor_name for entry in happened(here, "letter.opened")] == [
        "Ruth Keller",
        "Max Huber",
    ]


def test_looking_at_the_page_opens_and_counts_nothing(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    path = f"/access?code={proofs.code(cast.letter_id)}"
    with here.database.reading():
        before = session().scalar(select(func.count()).select_from(LoginSession))
    assert browser("nobody").get(path).status_code == 200
    assert browser("nobody").client.head(path, base_url="http://kontor.test").status_code == 200
    with here.database.reading():
        assert session().scalar(select(func.count()).select_from(LoginSession)) == before
        assert session().get_one(AccessLetter, cast.letter_id).tries == 0


def test_a_wrong_pin_an_unknown_code_and_a_locked_letter_are_answered_alike(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    right = secrets_of(cast.letter_id)
    unknown = {"code": "K7QX4-M2PDR", "pin": right["pin"]}
    answers = [browser("nobody").post("/access", unknown)]
    for number in range(rules.TRIES):
        said = right | {"pin": wrong_pin(cast.letter_id, number)}
        answers.append(browser("nobody").post("/access", said))
    answers.append(browser("nobody").post("/access", right))
    told = {(one.status_code, without_what_was_typed(one.text)) for one in answers}
    ((status, text),) = told
    assert status == 422
    assert MISFIT in text
    failed = happened(here, "letter.failed")
    assert [bool(entry.data["letter"]) for entry in failed] == [False] + [True] * 6
    assert right["pin"] not in str([entry.data for entry in failed])


def without_what_was_typed(text: str) -> str:
    return re.sub(r'value="[^"]*"|[0-9a-f]{12}', "", text)


def test_who_guesses_costs_the_database_the_same_whatever_is_wrong(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    right, reader = secrets_of(cast.letter_id), browser("nobody")
    wrong = right | {"pin": wrong_pin(cast.letter_id)}
    token, asked = reader.csrf_token(), []
    for said in ({"code": "K7QX4-M2PDR", "pin": "123456"}, wrong, *[wrong] * rules.TRIES):
        with statements(here.database.engine) as found:
            fields = {"csrf_token": token, **said}
            reader.client.post("/access", data=fields, base_url="http://kontor.test")
        asked.append([statement.split()[0] for statement in found])
    # The fifth wrong one locks: that is written down, and the administrators are told.
    *_some, locking, locked = asked
    assert asked[0] == asked[1] == locked
    assert len(locking) > len(locked)


def test_slips_of_the_finger_are_no_tries(here: Runtime, cast: Cast, browser: Browsers) -> None:
    right = secrets_of(cast.letter_id)
    for said in (
        right | {"pin": "12345"},
        right | {"code": "OOOOO-11111"},
        {"code": "", "pin": ""},
    ):
        answer = browser("nobody").post("/access", said)
        assert answer.status_code == 422
        assert MISFIT not in answer.text
    with here.database.reading():
        assert session().get_one(AccessLetter, cast.letter_id).tries == 0


def test_the_administrators_hear_of_a_lock_and_staff_see_it(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    right = secrets_of(cast.letter_id)
    for number in range(rules.TRIES + 2):
        browser("nobody").post("/access", right | {"pin": wrong_pin(cast.letter_id, number)})
    assert len(happened(here, "letter.locked")) == 1
    with here.database.reading():
        rows = select(Notice).where(Notice.key.startswith("letter:"))
        (notice,) = session().scalars(rows)
    assert notice.address == cast.anna.email
    assert f"/customers/{cast.keller.id}#letters" in notice.said["url"]
    assert "locked until" in browser("olga").get(f"/customers/{cast.keller.id}").text


def test_a_letter_that_is_over_says_so_to_whoever_has_it_and_to_nobody_else(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    right = secrets_of(cast.letter_id)
    with clock.standing_at(clock.now() + timedelta(days=31)):
        over = browser("nobody").post("/access", right)
        assert over.status_code == 410
        assert "opens nothing any more" in over.text
        wrong = right | {"pin": wrong_pin(cast.letter_id)}
        assert MISFIT in browser("nobody").post("/access", wrong).text


def test_a_renewed_letter_is_another_one_and_the_old_one_is_dead(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    reader, ben = browser("nobody"), browser("ben")
    reader.post("/access", secrets_of(cast.letter_id))
    path = f"/customers/{cast.keller.id}/letters/{cast.letter_id}"
    assert ben.post(f"{path}/renewal").status_code == 303
    assert ben.post(f"{path}/renewal").status_code == 409
    assert reader.get("/home").status_code == 303, "who was in is out"
    assert browser("nobody").post("/access", secrets_of(cast.letter_id)).status_code == 410
    assert ben.get(f"{path}.pdf").status_code == 409
    (new,) = letters_of(here, cast.keller)
    assert new.letter.id != cast.letter_id
    assert (new.link.name, new.link.language) == ("Ruth Keller", "en")
    assert browser("nobody").post("/access", secrets_of(new.letter.id)).status_code == 303


def test_a_revoked_letter_opens_nothing(here: Runtime, cast: Cast, browser: Browsers) -> None:
    reader = browser("nobody")
    reader.post("/access", secrets_of(cast.letter_id))
    path = f"/customers/{cast.keller.id}/letters/{cast.letter_id}/revocation"
    for _time in range(2):
        assert browser("ben").post(path).status_code == 303
    assert reader.get("/home").status_code == 303
    assert browser("nobody").post("/access", secrets_of(cast.letter_id)).status_code == 410
    assert letters_of(here, cast.keller) == []
    assert len(happened(here, "letter.revoked")) == 1


def test_who_looks_at_customers_only_sees_letters_and_gets_none(
    cast: Cast, browser: Browsers
) -> None:
    page = browser("olga").get(f"/customers/{cast.keller.id}").text
    assert "letter-row" in testids(page)
    assert not set(testids(page)) & {
        "letter-download",
        "letter-renew",
        "letter-revoke",
        "letter-new",
    }
    path = f"/customers/{cast.keller.id}/letters/{cast.letter_id}"
    assert browser("olga").get(f"{path}.pdf").status_code == 403
    # A letter of one customer does not exist beside another.
    beside = f"/customers/{cast.huber.id}/letters/{cast.letter_id}.pdf"
    assert browser("ben").get(beside).status_code == 404


def test_nothing_in_the_database_tells_code_or_pin(here: Runtime, cast: Cast) -> None:
    with here.database.reading():
        letter = session().get_one(AccessLetter, cast.letter_id)
        kept = repr([getattr(letter, column.key) for column in AccessLetter.__table__.columns])
    assert proofs.code(cast.letter_id) not in kept
    assert proofs.pin(cast.letter_id) not in kept
    assert proofs.fingerprint(proofs.code(cast.letter_id)) in kept
