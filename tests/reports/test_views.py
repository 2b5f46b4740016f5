"""Configuring reports in the browser, ending one without signing in, and the figures."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.db import session
from app.core.runtime import Runtime
from app.reports.formats import leaving
from app.reports.models import DispatchDay, DispatchPace, Report, ReportRecipient, ReportRun
from app.reports.rules import RunState
from app.reports.rules.timing import Interval
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast
from tests.reports.stage import report_to

People = Callable[[str], Browser]


@pytest.fixture
def here(app: Flask, cast: Cast) -> Runtime:
    return installation.of(app)


def typed(cast: Cast, **changes: object) -> dict[str, object]:
    plain: dict[str, object] = {
        "name": "Probleme der Woche",
        "interval": "weekly",
        "at": "06:30",
        "weekday": "4",
        "month_day": "1",
        "recipients": [cast.ben.id, cast.anna.id],
        "channels": ["email"],
        "groups": ["problem"],
        "only_problems": "y",
    }
    return plain | changes


def test_a_report_is_configured_and_its_choices_are_said_in_sentences(
    here: Runtime, cast: Cast, browser: People
) -> None:
    ben = browser("ben")
    page = ben.post("/reports", typed(cast), follow_redirects=True)
    text = page.get_data(as_text=True)
    for said in ("Every week on Friday at", "E-mail; problem", "only if there are problems"):
        assert said in text
    with here.database.reading():
        report = session().scalars(select(Report)).one()
        assert (report.interval, report.minute, report.weekday) == (Interval.WEEKLY, 390, 4)
        assert report.next_at is not None
        assert clock.now() < report.next_at <= clock.now() + timedelta(days=7, hours=1)
    ben.post(f"/reports/{report.id}", typed(cast, recipients=[cast.anna.id], interval="at_once"))
    text = ben.get(f"/reports/{report.id}").get_data(as_text=True)
    assert "At once when there is a problem" in text
    recipients = re.findall(r'data-testid="report-recipient">([^<]+)', text)
    assert recipients == ["Anna Amsler"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"interval": "hourly"}, "interval"),
        ({"at": "25:00"}, "at"),
        ({"recipients": []}, "recipients"),
        ({"weekday": "7"}, "weekday"),
        ({"month_day": "29"}, "month_day"),
        ({"groups": ["nonsense"]}, "groups"),
    ],
)
def test_what_is_no_choice_is_said_at_its_field(
    cast: Cast, browser: People, changes: dict[str, object], field: str
) -> None:
    answer = browser("ben").post("/reports", typed(cast, **changes))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.get_data(as_text=True)


def test_nobody_who_may_not_see_deliveries_can_be_chosen(cast: Cast, browser: People) -> None:
    page = browser("ben").get("/reports/new").get_data(as_text=True)
    assert cast.olga.email in page
    for other in (cast.paul, cast.ruth, cast.dora):
        assert other.email not in page
        answer = browser("ben").post("/reports", typed(cast, recipients=[other.id]))
        assert answer.status_code == 422


def test_sent_by_hand_it_stands_in_the_history_and_deleted_it_is_gone(
    here: Runtime, cast: Cast, browser: People
) -> None:
    ben = browser("ben")
    ben.post("/reports", typed(cast))
    with here.database.reading():
        report_id = session().scalars(select(Report.id)).one()
    page = ben.post(f"/reports/{report_id}/runs", follow_redirects=True).get_data(as_text=True)
    assert page.count('data-testid="run-row"') == 1
    assert 'data-testid="run-state"' in ben.get("/reports").get_data(as_text=True)
    again = ben.post(f"/reports/{report_id}/runs", follow_redirects=True).get_data(as_text=True)
    assert again.count('data-testid="run-row"') == 1
    assert ben.get(f"/reports/{report_id}/removal").status_code == 200
    ben.post(f"/reports/{report_id}/removal")
    assert ben.get(f"/reports/{report_id}").status_code == 404
    listed = ben.get("/reports")
    assert listed.status_code == 200
    assert "report-row" not in listed.get_data(as_text=True)


def test_a_preview_shows_the_problems_of_the_last_period(
    here: Runtime, cast: Cast, browser: People
) -> None:
    with here.database.transaction() as opened:
        report = report_to(cast.ben, cast.lindenhof)
        dispatch = opened.merge(cast.dispatch)
        dispatch.state = dispatch.state.UNDELIVERABLE
        dispatch.answer = "550 <no such user>"
        ends = report.next_at or clock.now()
        dispatch.created_at = dispatch.changed_at = ends - timedelta(days=1, minutes=5)
    page = browser("ben").get(f"/reports/{report.id}/preview").get_data(as_text=True)
    assert f'href="/deliveries/{dispatch.id}"' in page
    assert "550 &lt;no such user&gt;" in page


def test_a_mail_ends_one_report_for_one_address_and_fetching_the_page_ends_nothing(
    here: Runtime, cast: Cast, browser: People
) -> None:
    browser("ben").post("/reports", typed(cast))
    browser("ben").post("/reports", typed(cast, name="Other"))
    with here.database.reading():
        rows = select(ReportRecipient).where(ReportRecipient.person_id == cast.anna.id)
        one = session().scalars(rows.order_by(ReportRecipient.id)).first()
    assert one is not None
    path = leaving.url("", one.id)
    nobody = browser("nobody")
    page = nobody.get(path)
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert (
        nobody.post(path.replace("/leaving/", "/leaving/x")[:-28] + path[-27:]).status_code == 404
    )
    assert left(here) == set()
    # One click of a mail program: no cookie, no token of ours, and no redirect (RFC 8058).
    click = {"List-Unsubscribe": "One-Click"}
    assert nobody.client.post(path, data=click, base_url="http://kontor.test").status_code == 200
    assert left(here) == {one.id}
    assert nobody.post(path).status_code == 200


def left(here: Runtime) -> set[str]:
    with here.database.reading():
        rows = select(ReportRecipient.id).where(ReportRecipient.left_at.is_not(None))
        return set(session().scalars(rows))


def test_the_figures_show_the_asked_days_of_ones_own_house_with_a_table_for_each_chart(
    here: Runtime, cast: Cast, browser: People
) -> None:
    today = clock.today("Europe/Zurich")
    with here.database.transaction() as opened:
        for house, age, state, count in (
            (cast.lindenhof, 0, "delivered", 1234),
            (cast.lindenhof, 20, "failed", 66),
            (cast.brandt, 0, "delivered", 9876),
        ):
            day = today - timedelta(days=age)
            opened.add(
                DispatchDay(
                    organisation_id=house.id,
                    day=day,
                    channel="print",
                    state=state,
                    count=count,
                    cost=count * 100,
                )
            )
        opened.add(
            DispatchPace(
                organisation_id=cast.lindenhof.id, day=today, channel="print", bucket=20, count=1
            )
        )
    ben = browser("ben")
    month = ben.get("/reports/figures").get_data(as_text=True)
    assert "failure rate 5.1%" in month
    assert "9,876" not in month
    for chart in ("days-print", "rates", "paces", "months"):
        figure = month[month.index(f'data-testid="{chart}"') :]
        assert "<table" in figure[: figure.index("</figure>")]
    week = ben.get("/reports/figures?days=7").get_data(as_text=True)
    assert "failure rate 0%" in week
    assert week.count('<th scope="row">') < month.count('<th scope="row">')
    assert ben.get("/reports/figures?days=1000000").status_code == 200


def test_a_run_that_nobody_was_left_for_is_shown_as_such(
    here: Runtime, cast: Cast, browser: People
) -> None:
    with here.database.transaction() as opened:
        report = report_to(cast.ben, cast.lindenhof)
        opened.flush()
        opened.scalars(select(ReportRun)).one().state = RunState.NOBODY
    page = browser("ben").get(f"/reports/{report.id}").get_data(as_text=True)
    assert "not sent: no recipients" in page
