"""The pages of reminding, as staff, customers and administrators see them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core import clock, ids
from app.core.journal import Entry
from app.documents.models import Document
from app.dunning import queries
from app.dunning.actions import deciding, making
from app.dunning.models import Reminder, ReminderSettings
from app.dunning.rules import Cause, Choice, Mode, words
from app.dunning.rules.levels import Level
from app.web import installation
from tests import cast as people
from tests.browser import Browser
from tests.cast import Cast
from tests.counting import statements

Open = Callable[[str], Browser]
LATE = 40


@pytest.fixture
def reminding(app: Flask, cast: Cast) -> Cast:
    """The cast, whose house proposes reminders; Keller's and Huber's invoices are overdue."""
    with installation.of(app).database.transaction() as opened:
        today = clock.today(cast.lindenhof.timezone)
        deciding.change(
            cast.lindenhof,
            people.administrator(cast.anna),
            is_on=True,
            mode=Mode.PROPOSE,
            levels=[Level(1, 10).to_json(), Level(2, 14, 2000).to_json()],
        )
        rows = update(Document).where(Document.id.in_([cast.invoice.id, cast.hubers.id]))
        opened.execute(rows.values(due_date=today - timedelta(days=LATE)))
    return cast


def settings_of(app: Flask, cast: Cast) -> ReminderSettings:
    with installation.of(app).database.reading():
        found = queries.settings_of(cast.lindenhof.id)
    assert found is not None
    return found


FORM = {
    "is_on": "y",
    "mode": "make",
    "collecting": "document",
    "by_default": "y",
    "hour": "6",
    "prefix": "MA",
    "day_count": "thirty_360",
    "level_1_days": "7",
    "level_1_payment_days": "5",
    "level_2_days": "14",
    "level_2_fee": "20,50",
    "level_2_interest": "5.25",
}


def test_an_administrator_decides_how_the_house_reminds(
    app: Flask, cast: Cast, browser: Open
) -> None:
    anna = browser("anna")
    assert 'name="is_on"' in anna.get("/settings/reminders").text
    assert anna.post("/settings/reminders", FORM).status_code == 303
    found = settings_of(app, cast)
    assert (found.is_on, found.mode, found.hour, found.prefix) == (True, Mode.MAKE, 6, "MA")
    assert [(one.days, one.fee, str(one.interest), one.payment_days) for one in found.steps] == [
        (7, 0, "0", 5),
        (14, 2050, "5.25", 10),
    ]
    page = anna.get("/settings/reminders").text
    assert 'value="20.50"' in page
    assert 'value="5.25"' in page


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("level_1_days", ""),
        ("level_1_days", "0"),
        ("level_2_fee", "twenty"),
        ("level_2_fee", "1.005"),
        ("level_2_interest", "30.1"),
        ("level_2_days", "366"),
        ("prefix", "M/"),
        ("hour", "24"),
        ("mode", "both"),
    ],
)
def test_nothing_is_saved_of_what_cannot_be(
    app: Flask, cast: Cast, browser: Open, field: str, typed: str
) -> None:
    answer = browser("anna").post("/settings/reminders", FORM | {field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    with installation.of(app).database.reading():
        assert queries.settings_of(cast.lindenhof.id) is None


def test_there_is_no_third_level_without_a_second(browser: Open) -> None:
    form = FORM | {"level_2_days": "", "level_3_days": "7"}
    assert "Enter the second level first." in browser("anna").post("/settings/reminders", form).text


def test_a_text_is_written_looked_at_and_put_back(app: Flask, cast: Cast, browser: Open) -> None:
    anna, address = browser("anna"), "/settings/reminders/2/de"
    wrong = anna.post(address, {"body": "Guten Tag [Quote.number]"})
    assert wrong.status_code == 422
    anna.post(address, {"body": "Guten Tag [Client.name], bitte zahlen."})
    page = anna.get(address).text
    assert "Guten Tag Ruth Keller, bitte zahlen." in page
    drawn = anna.get(f"{address}/preview.pdf")
    assert drawn.data.startswith(b"%PDF")
    anna.post(f"{address}/standard")
    with installation.of(app).database.reading():
        assert queries.text_of(cast.lindenhof.id, 2, "de") == words.standard(2, "de")
    for nowhere in ("/settings/reminders/4/de", "/settings/reminders/1/fr"):
        assert anna.get(nowhere).status_code == 404


def test_staff_see_what_is_due_and_have_it_made(app: Flask, reminding: Cast, browser: Open) -> None:
    ben = browser("ben")
    page = ben.get("/reminders").text
    assert (
        "2 invoices are due for a reminder. Nothing goes out before somebody has it made." in page
    )
    for document in (reminding.invoice, reminding.hubers):
        assert f'data-testid="select-{document.id}"' in page
    assert ben.post("/reminders", {"selected": reminding.invoice.id}).status_code == 303
    with installation.of(app).database.reading() as opened:
        (made,) = opened.scalars(select(Reminder))
    assert (made.customer_id, made.level, made.by_name) == (reminding.keller.id, 1, "Ben Brunner")
    again = ben.post("/reminders", {"selected": reminding.invoice.id})
    assert again.status_code == 409
    assert ben.post("/reminders", {"selected": "nonsense"}).status_code == 409


def test_all_that_is_due_is_made_once_however_often_the_button_is_pressed(
    app: Flask, reminding: Cast, browser: Open
) -> None:
    ben, key = browser("ben"), ids.new()
    for _press in range(2):
        assert ben.post("/reminders/runs", {"key": key}).status_code == 303
    with installation.of(app).database.reading():
        run = queries.last_run(reminding.lindenhof.id)
        assert run is not None
        assert (run.key, run.makes, run.by_name) == (key, True, "Ben Brunner")
    assert 'data-testid="reminders-run"' in ben.get("/reminders").text


def test_a_day_to_come_is_a_dry_run(app: Flask, reminding: Cast, browser: Open) -> None:
    with installation.of(app).database.transaction() as opened:
        later = clock.today(reminding.lindenhof.timezone) + timedelta(days=5)
        moved = update(Document).where(Document.id == reminding.hubers.id)
        opened.execute(moved.values(due_date=later - timedelta(days=10)))
    ben = browser("ben")
    today, then = ben.get("/reminders").text, ben.get(f"/reminders?day={later}").text
    assert reminding.hubers.number not in today
    assert reminding.hubers.number in then
    assert "reminders-make" in today
    assert "reminders-make" not in then
    assert ben.get("/reminders?day=nonsense").status_code == 200


def test_a_document_is_paused_and_goes_on(app: Flask, reminding: Cast, browser: Open) -> None:
    ben, document = browser("ben"), reminding.invoice
    address = f"/documents/{document.id}/reminders"
    assert "Not reminded of yet." in ben.get(f"/documents/{document.id}").text
    past = ben.post(f"{address}/pause", {"cause": "dispute", "until": "2020-01-01"})
    assert past.status_code == 422
    said = {"cause": "dispute", "reason": "Wrong hours", "until": ""}
    assert ben.post(f"{address}/pause", said).status_code == 303
    assert "Wrong hours" in ben.get(f"/documents/{document.id}").text
    assert "disputed" in ben.get("/reminders").text
    assert "Wrong hours" in ben.get("/reminders/paused").text
    assert "Wrong hours" not in browser("ruth").get(f"/documents/{document.id}").text
    assert ben.post(f"{address}/resumption").status_code == 303
    assert ben.post(f"{address}/resumption").status_code == 409
    assert "Wrong hours" not in ben.get("/reminders/paused").text
    with installation.of(app).database.reading() as opened:
        rows = select(Entry.name).where(Entry.object_id == document.id)
        names = opened.scalars(rows.order_by(Entry.id)).all()
    assert [name for name in names if name.startswith("reminder.")] == [
        "reminder.paused",
        "reminder.resumed",
    ]


def test_a_customer_is_paused_or_spared(app: Flask, reminding: Cast, browser: Open) -> None:
    ben, address = browser("ben"), f"/customers/{reminding.keller.id}/reminders"
    assert ben.post(f"{address}/pause", {"cause": "agreement", "until": ""}).status_code == 303
    assert "Another term was agreed" in ben.get(f"/customers/{reminding.keller.id}").text
    assert "paused" in ben.get(address).text
    ben.post(f"{address}/resumption")
    ben.post(address, {"choice": "no"})
    assert "Is not reminded" in ben.get(f"/customers/{reminding.keller.id}").text
    assert "the customer is not reminded" in ben.get("/reminders").text
    with installation.of(app).database.reading():
        assert queries.choice_of(reminding.keller.id) is Choice.NO
    assert ben.post(address, {"choice": "perhaps"}).status_code == 422


def test_a_reminder_that_was_taken_back_is_offered_anew(
    app: Flask, reminding: Cast, browser: Open
) -> None:
    ben, document = browser("ben"), reminding.invoice
    ben.post("/reminders", {"selected": document.id})
    address = f"/documents/{document.id}/reminders/repetition"
    assert ben.post(address).status_code == 409
    with installation.of(app).database.transaction() as opened:
        (made,) = opened.scalars(select(Reminder))
        making.fail(made.id)
    later = clock.today(reminding.lindenhof.timezone) + timedelta(days=20)
    assert "the last reminder reached nobody" in ben.get(f"/reminders?day={later}").text
    assert ben.post(address).status_code == 303
    page = ben.get("/reminders").text
    assert "the last reminder reached nobody" not in page
    assert f'data-testid="select-{document.id}"' in page


def test_auditors_look_and_change_nothing(reminding: Cast, browser: Open) -> None:
    olga = browser("olga")
    page = olga.get("/reminders").text
    assert reminding.invoice.number in page
    assert "reminders-make" not in page
    assert "reminders-save" not in olga.get("/settings/reminders").text
    assert "document-reminders" not in olga.get(f"/documents/{reminding.invoice.id}").text


@pytest.mark.parametrize("path", ["/reminders", "/reminders/paused"])
def test_the_lists_ask_few_questions_with_much_to_show(
    app: Flask, reminding: Cast, browser: Open, path: str
) -> None:
    ben = browser("ben")
    ben.post(f"/documents/{reminding.invoice.id}/reminders/pause", {"cause": Cause.OTHER.value})
    ben.post("/reminders/runs", {"key": ids.new()})
    with statements(installation.of(app).database.engine) as found:
        assert ben.get(path).status_code == 200
    assert 0 < len(found) <= 6, "\n\n".join(found)
