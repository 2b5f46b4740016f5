from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock, journal
from app.core.chain import Seal
from app.core.db import session
from app.core.journal import Actor, Entry, Origin
from app.web import installation
from jobs.housekeeping import sweep
from tests.browser import Browser
from tests.cast import Cast

AUDIT = "/settings/audit"


def rows(page: str) -> list[str]:
    return [line for line in page.splitlines() if 'data-testid="audit-row"' in line]


def entry_of(app: Flask, name: str) -> tuple[Entry, Seal]:
    with installation.of(app).database.reading() as opened:
        found = select(Entry, Seal).join(Seal, Seal.entry_id == Entry.id).where(Entry.name == name)
        entry, seal = opened.execute(found.order_by(Entry.id.desc()).limit(1)).one()
        return entry, seal


def test_an_auditor_sees_who_did_what_from_where(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    anna = browser("anna")
    anna.post(f"{AUDIT}/retention", {"origin_days": "30"})
    entry, seal = entry_of(app, "organisation.changed")
    listed = browser("olga").get(AUDIT).text
    assert f'data-id="{entry.id}"' in listed
    shown = browser("olga").get(f"{AUDIT}/{entry.id}").text
    for told in (seal.hash, "Anna Amsler", "127.0.0.1", "origin_days", "organisation.changed"):
        assert told in shown, told
    assert browser("dora").get(f"{AUDIT}/{entry.id}").status_code == 404


FILTERS: dict[str, Callable[[Entry, Cast], bool]] = {
    "event=document.": lambda one, _c: one.name.startswith("document."),
    "event=document.held": lambda one, _c: one.name == "document.held",
    "actor=dora@brandt.example": lambda _one, _c: False,
    "thing=customer&named=K-1": lambda one, c: one.object_id == c.keller.id,
    "thing=customer&named=K-1&event=customer.added": (
        lambda one, c: (one.object_id, one.name) == (c.keller.id, "customer.added")
    ),
    "thing=document&named=2026-0412": lambda one, c: one.object_id == c.invoice.id,
    "thing=person&named=RUTH@kunden.example": lambda one, c: one.object_id == c.ruth.id,
    "thing=customer": lambda one, _c: one.object_kind == "customer",
    "since=2031-01-01": lambda _one, _c: False,
    "until=2020-01-01&since=0001-01-01": lambda _one, _c: False,
    "since=0001-01-01&until=9999-12-31&event=member.": lambda one, _c: one.name == "member.added",
    "actor=tests&event=customer.added": (
        lambda one, _c: (one.actor_id, one.name) == ("tests", "customer.added")
    ),
}


def test_filters_leave_over_what_fits(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.reading() as opened:
        mine = select(Entry).where(Entry.organisation_id == cast.lindenhof.id)
        every = list(opened.scalars(mine.order_by(Entry.id.desc())))
    for query, fits in FILTERS.items():
        found = rows(browser("olga").get(f"{AUDIT}?{query}").text)
        shown = [line.split('data-id="')[1].split('"')[0] for line in found]
        assert shown == [one.id for one in every if fits(one, cast)][:25], query
        assert bool(shown) is not ("dora" in query or "since=2031" in query or "2020" in query)


def test_pages_meet_without_a_seam(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction():
        for number in range(60):
            journal.record(
                f"test.{'even' if number % 2 else 'odd'}",
                Actor("person", cast.olga.id, cast.olga.name),
                organisation_id=cast.lindenhof.id,
                about=("test", "t"),
                n=number,
            )
    olga, seen = browser("olga"), []
    url: str | None = f"{AUDIT}?event=test.&actor={cast.olga.email}"
    while url:
        text = olga.get(url).text
        seen += [line.split('data-id="')[1].split('"')[0] for line in rows(text)]
        following = text.split('id="pager-next" href="')
        url = following[1].split('"')[0].replace("&amp;", "&") if len(following) > 1 else None
    assert len(seen) == len(set(seen)) == 60
    assert seen == sorted(seen, reverse=True)


def test_the_table_holds_what_the_filters_leave_and_no_formulas(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    evil = '=HYPERLINK("http://evil.example")\r\nInjected: yes'
    with installation.of(app).database.transaction():
        journal.record(
            "test.wrote",
            Actor("person", cast.olga.id, evil),
            organisation_id=cast.lindenhof.id,
            about=("test", "t"),
            words="@SUM(A1)\r\nfalse line",
        )
    answer = browser("olga").post(f"{AUDIT}/table?event=test.wrote")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert len(lines) == 2, "one line each, whatever a name holds"
    assert "'=HYPERLINK" in lines[1]
    taken, _seal = entry_of(app, "audit.exported")
    assert (taken.actor_id, taken.data) == (cast.olga.id, {"filters": {"event": "test.wrote"}})


def test_the_whole_table_is_read_in_slices(
    app: Flask, browser: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.audit.views.SLICE", 3)
    lines = browser("olga").post(f"{AUDIT}/table").get_data().decode("utf-8-sig").splitlines()
    with installation.of(app).database.reading():
        mine = (
            session()
            .scalars(
                select(Entry.id).where(
                    Entry.organisation_id
                    == select(Entry.organisation_id)
                    .where(Entry.name == "audit.exported")
                    .scalar_subquery()
                )
            )
            .all()
        )
    assert len(lines) - 1 == len(mine) > 3


def test_where_things_came_from_is_forgotten_in_time(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    here = installation.of(app)
    browser("anna").post(f"{AUDIT}/retention", {"origin_days": "10"})
    assert browser("anna").post(f"{AUDIT}/retention", {"origin_days": "0"}).status_code == 422
    entry, _seal = entry_of(app, "organisation.changed")
    for days, kept in ((9, True), (11, False)):
        with clock.standing_at(clock.now() + clock.timedelta(days=days)):
            with here.database.transaction():
                sweep()
            with here.database.reading() as opened:
                assert (opened.get(Origin, entry.id) is not None) is kept
