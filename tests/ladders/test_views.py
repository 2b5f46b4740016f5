"""The pages of ladders: settings, countdown, buttons, and the dry run of a day."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.core import clock
from app.ladders import queries
from app.ladders.models import Climb, ClimbStep, Ladder, LadderSettings
from app.ladders.rules import Counting, Deed, Group
from app.ladders.rules.steps import PROPOSED, Step
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast
from tests.counting import statements
from tests.ladders.stage import climb_for, ladder_for

STEP = {
    "step_1_deed": "remind",
    "step_1_condition": "not_opened",
    "step_1_days": "7",
    "step_1_counting": "business",
}
EMPTY = {
    f"step_{number}_{name}": value
    for number in range(2, 6)
    for name, value in (("deed", ""), ("condition", "not_opened"), ("counting", "calendar"))
}


@pytest.fixture
def climb(app: Flask, cast: Cast) -> str:
    with installation.of(app).database.transaction():
        return climb_for(cast).id


def all_of(app: Flask, table: type) -> list:  # type: ignore[type-arg]
    with installation.of(app).database.reading() as opened:
        return list(opened.scalars(select(table)))


def test_a_ladder_is_proposed_off_then_changed_then_removed(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    anna = browser("anna")
    assert (
        anna.post("/settings/ladders", {"kind": "quote", "customers": "private"}).status_code == 303
    )
    again = anna.post("/settings/ladders", {"kind": "quote", "customers": "private"})
    assert (again.status_code, "already" in again.get_data(as_text=True)) == (422, True)
    (made,) = all_of(app, Ladder)
    assert (made.is_on, made.rungs, made.customers) == (False, PROPOSED, Group.PRIVATE)
    path = f"/settings/ladders/{made.id}"
    wrong = anna.post(path, STEP | EMPTY | {"is_on": "y", "step_1_days": "400"})
    assert "from 1 to 365" in wrong.get_data(as_text=True)
    assert anna.post(path, EMPTY | STEP | {"is_on": "y", "step_1_deed": ""}).status_code == 422
    assert anna.post(path, STEP | EMPTY | {"is_on": "y"}).status_code == 303
    (changed,) = all_of(app, Ladder)
    assert changed.is_on
    assert changed.rungs == (Step(7, Deed.REMIND, Counting.BUSINESS),)
    assert "after 7 business days" in anna.get("/settings/ladders").get_data(as_text=True)
    assert anna.post(f"{path}/removal").status_code == 303
    assert all_of(app, Ladder) == []


def test_words_have_placeholders_that_exist(app: Flask, browser: Callable[[str], Browser]) -> None:
    anna = browser("anna")
    texts = {"subdivision": "ZH", "text_de": "", "text_sv": "", "text_nb": ""}
    wrong = anna.post("/settings/ladders/words", texts | {"text_en": "[Nobody.x]"})
    assert (wrong.status_code, "[Nobody.x]" in wrong.get_data(as_text=True)) == (422, True)
    own = "See [Document.number], [Recipient.name]."
    saved = anna.post("/settings/ladders/words", texts | {"text_en": own})
    assert saved.status_code == 303
    (kept,) = all_of(app, LadderSettings)
    assert (kept.subdivision, kept.texts) == ("ZH", {"en": own})


def test_the_countdown_stands_by_the_document_and_by_the_delivery(
    app: Flask, cast: Cast, climb: str, browser: Callable[[str], Browser]
) -> None:
    ben = browser("ben")
    said = ben.get(f"/documents/{cast.invoice.id}").get_data(as_text=True)
    assert 'data-testid="document-ladder"' in said
    assert "In 20 days if nobody opens it" in said
    shown = ben.get(f"/deliveries/{cast.dispatch.id}/ladder").get_data(as_text=True)
    assert 'data-testid="climb-take"' in shown
    olga = browser("olga").get(f"/deliveries/{cast.dispatch.id}/ladder").get_data(as_text=True)
    assert 'data-testid="climb-sentence"' in olga
    assert 'data-testid="climb-take"' not in olga
    # The customer sees nothing of it.
    assert "ladder" not in browser("ruth").get(f"/documents/{cast.invoice.id}").get_data(
        as_text=True
    )


def test_a_step_now_says_what_stood_in_the_way(
    app: Flask, cast: Cast, climb: str, browser: Callable[[str], Browser]
) -> None:
    ben, path = browser("ben"), f"/ladders/climbs/{climb}"
    assert ben.post(f"{path}/steps", {"position": "7"}).status_code == 409
    assert ben.post(f"{path}/steps", {"position": "0"}).status_code == 303
    said = ben.get(f"/deliveries/{cast.dispatch.id}/ladder").get_data(as_text=True)
    assert "The channel is not set up yet." in said
    assert "Ben Brunner" in said
    assert ben.post(f"{path}/steps", {"position": "0"}).status_code == 409
    timeline = ben.get(f"/documents/{cast.invoice.id}").get_data(as_text=True)
    assert "Step 1 of the delivery ladder was not possible: Print centre." in timeline


def test_stopping_is_said_on_the_page(
    app: Flask, cast: Cast, climb: str, browser: Callable[[str], Browser]
) -> None:
    ben = browser("ben")
    assert ben.post(f"/ladders/climbs/{climb}/end").status_code == 303
    said = ben.get(f"/deliveries/{cast.dispatch.id}/ladder").get_data(as_text=True)
    assert "Somebody stopped it." in said
    assert 'data-testid="climb-stop"' not in said


def test_a_dry_run_of_a_day_counts_and_changes_nothing(
    app: Flask, cast: Cast, climb: str, browser: Callable[[str], Browser]
) -> None:
    ben, day = browser("ben"), clock.today("Europe/Zurich") + timedelta(days=20)
    said = ben.get(f"/ladders?on={day}").get_data(as_text=True)
    assert 'data-testid="forecast-print"' in said
    assert said.count('data-testid="ladder-due"') == 1
    before = day - timedelta(days=1)
    assert 'data-testid="ladder-due"' not in ben.get(f"/ladders?on={before}").get_data(as_text=True)
    for typed in ("", "never", "0001-01-01", "9999-12-31"):
        assert ben.get(f"/ladders?on={typed}&after=x~y").status_code == 200
    # A stranger's house has none of it.
    dora = browser("dora").get(f"/ladders?on={day}").get_data(as_text=True)
    assert 'data-testid="ladder-due"' not in dora
    with installation.of(app).database.reading() as opened:
        assert opened.scalar(select(func.count()).select_from(ClimbStep)) == 0


def test_the_list_of_a_day_goes_on_in_both_directions(app: Flask, cast: Cast, climb: str) -> None:
    here = installation.of(app)
    with here.database.transaction() as opened:
        due_at = opened.get_one(Climb, climb).due_at
        assert due_at is not None
        for document_id in (cast.hubers.id, cast.held.id):
            opened.add(_copy(opened.get_one(Climb, climb), document_id))
        opened.flush()
        opened.execute(update(Climb).values(due_at=due_at))
    with here.database.reading():
        until = due_at + timedelta(days=1)
        house = cast.lindenhof.id
        every = queries.page(house, None, until, None, back=False, limit=9)
        assert len(every) == 3
        place = (due_at, every[0][0].id)
        after = queries.page(house, None, until, place, back=False, limit=9)
        assert [one[0].id for one in after] == [one[0].id for one in every[1:]]
        last = (due_at, every[2][0].id)
        back = queries.page(house, None, until, last, back=True, limit=9)
        assert [one[0].id for one in back] == [one[0].id for one in every[:2]]


def _copy(one: Climb, document_id: str) -> Climb:
    values = {column.key: getattr(one, column.key) for column in Climb.__table__.columns}
    return Climb(**(values | {"id": document_id[:-1] + "Z", "document_id": document_id}))


def test_the_page_of_a_document_asks_once_for_its_ladder(
    app: Flask, cast: Cast, climb: str, browser: Callable[[str], Browser]
) -> None:
    here, ben = installation.of(app), browser("ben")
    with statements(here.database.engine) as asked:
        assert ben.get(f"/documents/{cast.invoice.id}").status_code == 200
    assert len([one for one in asked if "climb" in one]) == 1


def test_a_ladder_of_the_cast_stands_in_the_settings(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction():
        found = ladder_for(cast)
    said = browser("olga").get(f"/settings/ladders/{found.id}").get_data(as_text=True)
    assert "after 20 days, if nobody has opened it" in said
    assert browser("dora").get(f"/settings/ladders/{found.id}").status_code == 404


def test_today_holds_what_is_overdue(
    app: Flask, cast: Cast, climb: str, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction() as opened:
        late = clock.now() - timedelta(days=3)
        opened.execute(update(Climb).where(Climb.id == climb).values(due_at=late))
    said = browser("ben").get("/ladders").get_data(as_text=True)
    assert said.count('data-testid="ladder-due"') == 1
