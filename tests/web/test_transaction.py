from collections.abc import Callable

from flask import Flask

from app.access.gate import public
from app.access.principal import principal
from app.core import clock, ids, journal
from app.core.db import session
from app.core.errors import Refused
from app.core.journal import SYSTEM, Entry
from app.core.languages import N_
from app.organisations.models import Member
from app.organisations.rules import MemberRole
from app.web import installation, transaction
from app.web.page import page
from tests.browser import Browser
from tests.cast import Cast
from tests.web.observing import contents

WHY = "a view of a test that everybody may see"
ADDRESS = "/writes"
PLAIN = {"Content-Type": "text/plain"}


def write() -> Entry:
    """Leave a line in the journal."""
    return journal.record("test.wrote", SYSTEM, organisation_id=None, about=("test", ids.new()))


def note() -> None:
    """Write it, for what gives nothing back."""
    write()


def put(app: Flask, view: Callable[[], object]) -> None:
    app.add_url_rule(ADDRESS, "writes", public(WHY)(view), methods=["GET", "POST"])


def lines(app: Flask) -> list[str]:
    """Return the names in the journal that views of this test wrote."""
    rows = contents(installation.of(app))["journal_entry"]
    return [row[3] for row in rows if row[3].startswith("test.")]


def test_what_a_view_wrote_is_there_when_it_answers(app: Flask) -> None:
    put(app, lambda: (write().id, PLAIN))
    assert Browser(app).post(ADDRESS).status_code == 200
    assert lines(app) == ["test.wrote"]


def test_nothing_is_left_of_a_view_that_raised_after_writing(app: Flask) -> None:
    def view() -> None:
        write()
        session().flush()
        raise ZeroDivisionError

    put(app, view)
    before = contents(installation.of(app))
    assert Browser(app).post(ADDRESS).status_code == 500
    assert contents(installation.of(app)) == before


def test_nothing_is_left_of_a_view_that_was_refused_after_writing(app: Flask) -> None:
    def view() -> None:
        write()
        session().flush()
        raise Refused(N_("no"))

    put(app, view)
    assert Browser(app).post(ADDRESS).status_code == 409
    assert lines(app) == []


def test_nothing_is_left_of_a_view_whose_page_cannot_be_drawn(app: Flask) -> None:
    def view() -> object:
        write()
        return page("documents/list.html")

    put(app, view)
    assert Browser(app).post(ADDRESS).status_code == 500
    assert lines(app) == []


def test_an_answer_says_done_only_when_it_is_kept(app: Flask) -> None:
    """References are checked at commit: a row that points nowhere fails as late as can be."""

    def view() -> tuple[str, dict[str, str]]:
        write()
        session().add(Member(person_id=ids.new(), organisation_id=ids.new(), role=MemberRole.STAFF))
        session().flush()
        return "done", PLAIN

    put(app, view)
    answer = Browser(app).post(ADDRESS)
    assert answer.status_code == 500
    assert "done" not in answer.text
    assert lines(app) == []
    assert Browser(app).get("/sign-in").status_code == 200


def test_a_reading_request_cannot_write(app: Flask) -> None:
    def view() -> tuple[str, dict[str, str]]:
        write()
        session().flush()
        return "done", PLAIN

    put(app, view)
    assert Browser(app).get(ADDRESS).status_code == 500
    assert lines(app) == []
    assert Browser(app).post(ADDRESS).status_code == 200


def test_a_note_is_kept_after_a_reading_request(app: Flask) -> None:
    def view() -> tuple[str, dict[str, str]]:
        transaction.afterwards(note)
        return "read", PLAIN

    put(app, view)
    assert Browser(app).get(ADDRESS).text == "read"
    assert lines(app) == ["test.wrote"]


def test_a_note_that_fails_spoils_neither_the_page_nor_the_other_notes(app: Flask) -> None:
    def fail() -> None:
        write()
        raise ZeroDivisionError

    def view() -> tuple[str, dict[str, str]]:
        transaction.afterwards(fail)
        transaction.afterwards(note)
        return "read", PLAIN

    put(app, view)
    assert Browser(app).get(ADDRESS).text == "read"
    assert lines(app) == ["test.wrote"]


def test_there_is_no_note_of_a_page_that_was_never_shown(app: Flask) -> None:
    def view() -> None:
        transaction.afterwards(note)
        raise ZeroDivisionError

    put(app, view)
    assert Browser(app).get(ADDRESS).status_code == 500
    assert lines(app) == []


def test_the_next_request_has_a_transaction_of_its_own(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    def view() -> tuple[str, dict[str, str]]:
        now = clock.now()
        if principal().is_staff:
            raise ZeroDivisionError
        return f"{session().in_transaction()} {now:%Y}", PLAIN

    put(app, view)
    ben, ruth = browser("ben"), browser("ruth")
    for _ in range(3):
        assert ben.get(ADDRESS).status_code == 500
        assert ruth.get(ADDRESS).text.startswith("True")


def test_what_fails_as_late_as_can_be_has_a_page_of_the_house_too(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    def view() -> tuple[str, dict[str, str]]:
        session().add(Member(person_id=cast.ruth.id, organisation_id=None, role=MemberRole.STAFF))
        return "done", PLAIN

    put(app, view)
    answer = browser("ben").post(ADDRESS)
    assert answer.status_code == 500
    assert "Haus Lindenhof" in answer.text
    assert "Something went wrong on our side. Nothing was changed." in answer.text


def test_while_a_request_is_paused_nobody_waits_for_it(app: Flask) -> None:
    here = installation.of(app)

    def view() -> object:
        write()
        with transaction.paused():
            held = lines(app)
            # Another writes meanwhile: on SQLite it would wait half a minute for a lock.
            with here.database.transaction():
                write()
        write()
        return (str(held), PLAIN)

    put(app, view)
    assert Browser(app).post(ADDRESS).text == "['test.wrote']"
    assert lines(app) == ["test.wrote"] * 3


def test_what_fails_while_a_request_is_paused_has_an_answer(app: Flask) -> None:
    def view() -> None:
        with transaction.paused():
            raise Refused("No.")

    put(app, view)
    assert Browser(app).post(ADDRESS).status_code == 409


def test_a_request_that_begins_anew_keeps_only_its_last_try(app: Flask) -> None:
    def view() -> object:
        write()
        session().flush()
        transaction.anew()
        return (write().id, PLAIN)

    put(app, view)
    assert Browser(app).post(ADDRESS).status_code == 200
    assert lines(app) == ["test.wrote"]
