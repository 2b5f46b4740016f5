"""What pages may ask of the database: few statements, and each list from an index."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import pairwise, product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event, literal_column, select, text, update

from app.acceptance import queries as acceptance
from app.access.grants import Role
from app.access.principal import Principal
from app.access.rights import Action, Rights
from app.core.journal import Entry
from app.core.runtime import Runtime
from app.documents import queries
from app.documents.models import Document
from app.documents.queries import Filters
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State
from app.documents.rules.listing import AT_FIRST, Direction, Order, Sort
from app.dunning import queries as dunning
from app.dunning.models import ReminderSettings
from app.dunning.rules.levels import Level
from app.identity import actions as identity
from app.statements import queries as accounts
from app.statements.rules import Period
from app.web import installation
from tests import databases
from tests.acceptance.quotes import quote_for
from tests.bench import stock
from tests.bench.stock import Stock
from tests.both import installation as installed
from tests.browser import Browser
from tests.cast import Cast
from tests.counting import statements
from tests.released import EVERYTHING
from tests.reports.stage import report_to
from tests.sign_up.guests import guest_of

MOST = 6
BESIDE = 10
"""Of pages on which several features have a box: each asks once."""
BOXES = {"/desk", "/home", "/documents/{document}", "/documents/{held}", "/documents/{quote}"}
BOXES |= {"/customers/{customer}"}
MANY = 50_000
STAFF = (
    "/desk",
    "/documents",
    "/documents?q=2026",
    "/documents?q=2026&amount_from=1&due_since=2026-01-01&customer={customer}",
    "/documents?sort=amount&overdue=y",
    "/documents/filters",
    "/documents/{document}",
    "/documents/{held}",
    "/documents/{document}/comments",
    "/documents/{document}/internal-notes",
    "/documents/{document}/files/{file}",
    "/documents/{document}/withdrawal",
    "/intakes",
    "/intakes/{intake}",
    "/intakes/tables/new",
    "/intakes/tables/{table}",
    "/intakes/tables/{table}/preview",
    "/intakes/{intake}?state=held",
    "/releases",
    "/releases/new?q=2026&customer={customer}",
    "/releases/{release}",
    "/customers",
    "/customers/{customer}",
    "/customers/{customer}/edit",
    "/customers/{customer}/statement",
    "/bundles/new?state=published&since=2026-01-01",
    "/bundles/new?selected={document}",
    "/bundles/{bundle}",
    "/evidence/{pack}",
    "/customers/{customer}/contacts/{contact}",
    "/customers/{customer}/contacts/{contact}/access",
    "/customers/{customer}/contacts/{contact}/access?document={document}",
    "/customers/{customer}/links/{link}/access?document={document}",
    "/customers/{customer}/links",
    "/customers/{customer}/links/revocation",
    "/customers/{customer}/main-customer",
    "/documents/{document}/links",
    "/documents/{document}/links/revocation",
    "/documents/{document}/readers",
    "/documents/{document}/reminders/pause",
    "/customers/{customer}/reminders",
    "/reminders",
    "/reminders/paused",
    "/settings/ladders",
    "/ladders",
    "/ladders?on=2027-01-01",
    "/deliveries/{dispatch}/ladder",
    "/settings/reminders",
    "/settings/reminders/1/en",
    "/deliveries",
    "/deliveries/{dispatch}",
    "/deliveries?tab=errors&channel=email&response=rejected",
    "/deliveries/{dispatch}/channel",
    "/deliveries/releases/new",
    "/deliveries/blocked?address=ruth",
    "/customers/{customer}/recipients/{recipient}",
    "/settings/channels/returns",
    "/reports",
    "/reports/new",
    "/reports/figures?days=90",
    "/reports/{report}",
    "/reports/{report}/edit",
    "/reports/{report}/preview",
    "/master-data",
    "/master-data/{proposal}",
    "/master-data/exports",
    "/master-data/exports/{batch}.csv",
    "/settings",
    "/settings/members",
    "/settings/quotes",
    "/settings/branding",
    "/settings/texts",
    "/settings/texts/invoice/en",
    "/settings/portal",
    "/settings/portal?typed=yes&ways=both&for_new=no&customer-search=k",
    "/settings/portal/runs",
    "/settings/portal/security",
    "/settings/portal/security/unreachable",
    "/account",
    "/account/factors",
    "/account/factors/{factor}",
    "/account/factors/totp/{factor}",
    "/account/confirmation",
)
CUSTOMER = ("/home", "/documents", "/documents/{document}", "/documents/{document}/comments")
CUSTOMER += ("/account", "/statement", "/own-data")
CUSTOMER += ("/contacts", "/contacts/new")
PEOPLE = [("ben", path) for path in STAFF] + [("ruth", path) for path in CUSTOMER]
PEOPLE += [("guest", "/documents/{document}"), ("anna", "/settings/mail-in")]
PEOPLE += [("anna", f"/settings/webhooks{rest}") for rest in ("", "/{webhook}", "/{webhook}/edit")]
PEOPLE += [("anna", "/settings/webhooks/{webhook}/deliveries/{told}"), ("anna", "/settings/sms")]
PEOPLE += [("olga", f"/settings/audit{rest}") for rest in ("", "?event=document.", "/{entry}")]
PEOPLE += [("olga", "/settings/audit?thing=document&named=2026-0412&actor=anna@lindenhof.example")]
PEOPLE += [("anna", f"/settings/channels{rest}") for rest in ("", "/print", "/rules")]
PEOPLE += [("anna", "/deliveries/{dispatch}/answers"), ("nobody", "/o/lindenhof/sign-in")]
PEOPLE += [("nobody", "/sign-in/reset"), ("anna", "/settings/members/{member}/factors")]
PEOPLE += [("anna", "/customers/{customer}/contacts/{contact}/factors")]
PEOPLE += [
    ("anna", f"/settings/guests{rest}") for rest in ("", "/door", "/{guest}", "/{guest}?q=k")
]
PEOPLE += [("anna", "/settings/guests/{guest}?chosen={customer}"), ("nobody", "/guest/signup/x")]
SOME = Rights(frozenset({("quote", Action.VIEW), ("invoice", Action.VIEW)}))
"""Two kinds of documents, and no other."""


@pytest.mark.parametrize(("who", "path"), PEOPLE)
def test_a_page_asks_few_questions(
    app: Flask, cast: Cast, browser: Callable[[str], Browser], who: str, path: str
) -> None:
    with installation.of(app).database.transaction() as opened:
        lines = select(Entry.id).where(Entry.organisation_id == cast.lindenhof.id)
        entry = opened.scalars(lines.limit(1)).one()
        factor = identity.begin_totp(cast.ben, "Ben's phone")
        guest = guest_of(cast.lindenhof)
        report = report_to(cast.ben, cast.lindenhof)
    address = path.format(
        guest=guest,
        entry=entry,
        factor=factor.id,
        report=report.id,
        member=cast.ben.id,
        document=cast.invoice.id,
        held=cast.held.id,
        file=cast.file_id,
        intake=cast.intake.id,
        table=cast.table.id,
        release=cast.release.id,
        customer=cast.keller.id,
        contact=cast.ruth.id,
        link=cast.link.id,
        dispatch=cast.dispatch.id,
        recipient=cast.recipient.id,
        webhook=cast.webhook.id if cast.webhook else "",
        told=cast.told.id if cast.told else "",
        bundle=cast.bundle.id if cast.bundle else "",
        pack=cast.pack.id if cast.pack else "",
        proposal=cast.change.proposal_id if cast.change else "",
        batch=cast.batch.id if cast.batch else "",
    )
    one = browser(who)
    one.get(address)  # a first look leaves a receipt
    with statements(installation.of(app).database.engine) as found:
        answer = one.get(address)
    assert answer.status_code == 200, address
    assert found, "nothing was counted"
    assert len(found) <= (BESIDE if path in BOXES else MOST), "\n\n".join(found)


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("ruth", "/home"),
        ("ruth", "/documents"),
        ("ruth", "/documents/{quote}"),
        ("ruth", "/documents/{quote}/acceptance"),
        ("ben", "/documents/{quote}/reopening"),
        ("ben", "/documents/{quote}"),
        ("key", "/api/v1/documents"),
    ],
)
def test_a_page_with_a_quote_asks_few_questions_before_and_after_the_answer(
    app: Flask, cast: Cast, browser: Callable[[str], Browser], who: str, path: str
) -> None:
    with installation.of(app).database.transaction():
        quote = quote_for(cast.keller)
    address, one = path.format(quote=quote.id), browser(who)
    for _answered in range(2):
        one.get(address)  # a first look leaves a receipt
        with statements(installation.of(app).database.engine) as found:
            assert one.get(address).status_code == 200
        most = BESIDE if path in BOXES else MOST
        assert 0 < len(found) <= most, "\n\n".join(found)
        said = {"answer": "rejected", "reason": "price"}
        browser("ruth").post(f"/documents/{quote.id}/acceptance", said)


@pytest.fixture(scope="module", params=databases.kinds())
def many(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Runtime, Stock]]:
    """A house with many documents, on each kind of database."""
    with installed(request.param, tmp_path_factory.mktemp("many")) as here:
        yield here, stock.build(here, MANY)


def lists(of: Stock) -> Iterator[tuple[Principal, Filters]]:
    """Every way to narrow the list, for staff and for a customer."""
    staff = Principal(role=Role.STAFF, id="staff", organisation_id=of.organisation_id)
    contact = Principal(
        role=Role.CONTACT,
        rights=EVERYTHING,
        id="contact",
        organisation_id=of.organisation_id,
        customer_id=of.customer_id,
    )
    buyer = replace(contact, role=Role.PRIMARY_CONTACT, rights=SOME)
    for who, kind, state, customer in product(
        (staff, contact, buyer),
        (None, Kind.QUOTE),
        (None, State.SUPERSEDED),
        (None, of.customer_id),
    ):
        yield who, Filters(kind=kind, state=state, customer_id=customer)
    yield staff, Filters(since=of.day, until=of.day)
    yield staff, Filters(search=of.number)
    yield staff, Filters(search="aaron", named_customers=(of.customer_id,))


def test_every_list_is_read_from_an_index(many: tuple[Runtime, Stock]) -> None:
    here, of = many
    day, document = of.deep.split("~")
    cursors = (None, (of.day.fromisoformat(day), document))
    # Where some kinds are closed, short lists are merged: that is looked at with the other orders.
    plain = [(who, filters) for who, filters in lists(of) if who.rights is not SOME]
    for (who, filters), cursor, back in product(plain, cursors, (False, True)):
        with here.database.reading() as session, explained(session.connection()) as plans:
            queries.page(who, filters, cursor, back=back, limit=26)
        (plan,) = plans
        wrong = [line for line in plan if is_whole_table(line) or is_sort(line, filters)]
        assert wrong == [], (who.role, filters, "\n".join(plan))


def narrowed(of: Stock) -> Iterator[tuple[Principal, Filters]]:
    """Every way to narrow the list that may stand in another order than that of days."""
    yield from ((who, filters) for who, filters in lists(of) if not filters.search)
    for who in {who.role: who for who, _filters in lists(of)}.values():
        yield who, Filters(amount_from=100_000, amount_to=101_000)
        yield who, Filters(due_since=of.day, due_until=of.day)
        yield who, Filters(due_until=of.day, is_overdue=True)
        yield who, Filters(amount_from=400_000, since=of.day, currency="CHF")


def test_every_order_of_every_list_is_put_together_from_indexes(
    many: tuple[Runtime, Stock],
) -> None:
    here, of = many
    tried = 0
    for (who, filters), sort, back in product(
        narrowed(of), (Sort.DUE, Sort.AMOUNT, Sort.NUMBER), (False, True)
    ):
        order = Order(sort, AT_FIRST[sort])
        with here.database.reading():
            first = queries.found(who, filters, None, back=False, limit=26, order=order)
        cursor = queries.place_of(first.rows[-1], order) if first.rows else None
        with here.database.reading() as session, explained(session.connection()) as plans:
            queries.found(who, filters, cursor, back=back, limit=26, order=order)
        assert 1 <= len(plans) <= 4
        wrong = [line for plan in plans for line in wrongly_read(plan)]
        assert wrong == [], (who.role, filters, order, "\n".join(plans[0]))
        tried += 1
    assert tried > 100


def test_what_waits_for_an_answer_is_read_from_an_index(many: tuple[Runtime, Stock]) -> None:
    here, of = many
    (contact,) = (who for who in {who for who, _filters in lists(of)} if who.rights is EVERYTHING)
    with (
        here.database.reading() as session,
        explained(session.connection()) as plans,
    ):
        found = acceptance.waiting(contact, date(2019, 6, 1), 10)
    assert len(found) == 10
    plan = plans[-1]
    assert any("ix_document" in line for line in plan), "\n".join(plan)
    assert wrongly_read(plan) == [], "\n".join(plan)


def test_what_is_to_be_paid_is_read_from_an_index(many: tuple[Runtime, Stock]) -> None:
    here, of = many
    (contact,) = (who for who in {who for who, _filters in lists(of)} if who.rights is EVERYTHING)
    with here.database.reading() as session, explained(session.connection()) as plans:
        found = queries.open_invoices(contact, 10)
    assert len(found) == 10
    assert any("ix_document_owed" in line for line in plans[-1]), "\n".join(plans[-1])
    assert wrongly_read(plans[-1]) == [], "\n".join(plans[-1])


def test_a_search_reads_every_meaning_from_its_own_index(many: tuple[Runtime, Stock]) -> None:
    here, of = many
    people = {who.role: who for who, _filters in lists(of)}.values()
    meant = Filters(
        search=of.number[:6],
        means_order=True,
        named_customers=(of.customer_id,),
        searched_amount=123_456,
        searched_day=of.day,
        searched_words=("rech", "bei"),
    )
    for who, filters in product(
        people, (meant, Filters(order_number="po-00"), Filters(file_words=("rech",)))
    ):
        with here.database.reading() as session, explained(session.connection()) as plans:
            found = queries.found(who, filters, None, back=False, limit=26)
        (plan,) = plans
        assert [line for line in plan if is_whole_table(line)] == [], "\n".join(plan)
        assert found.rows or not who.is_staff


def test_open_documents_are_found_by_their_own_index_whatever_is_asked(
    many: tuple[Runtime, Stock],
) -> None:
    """The cost grows with what waits for somebody, not with what there is (PY-22)."""
    here, of = many
    contact = next(who for who, _filters in lists(of) if who.rights is EVERYTHING)
    narrow = replace(contact, open_on=date(2026, 11, 1))
    entered = replace(narrow, role=Role.GUEST, entered_id=of.document_id)
    asked = (Filters(), Filters(kind=Kind.INVOICE), Filters(amount_from=1, due_since=of.day))
    asked += (Filters(search="r-20"), Filters(order_number="po-00"))
    for who, filters, sort in product((narrow, entered, replace(narrow, rights=SOME)), asked, Sort):
        order = Order(sort, AT_FIRST[sort])
        with here.database.reading() as session, explained(session.connection()) as plans:
            found = queries.found(who, filters, None, back=False, limit=26, order=order)
        assert all(one.open_until and one.open_until.year == 9999 for one in found.rows[:5])
        for plan in plans:
            text = "\n".join(plan)
            assert "ix_document_open" in text, text
            assert [line for line in plan if is_whole_table(line)] == [], text
            named = [line for line in plan if "organisation_id" in line and "document" in line]
            assert [line for line in named if "ix_document_open" not in line] == [] or (
                not here.database.is_sqlite
            ), text
    with here.database.reading():
        assert len(queries.page(narrow, Filters(), None, back=False, limit=500)) > 50


def test_the_documents_of_several_customers_are_merged_from_the_list_of_each(
    many: tuple[Runtime, Stock],
) -> None:
    """A main customer's list is as quick as those of the ones below it, one after the other (PY-23)."""
    here, of = many
    contact = next(who for who, _filters in lists(of) if who.rights is EVERYTHING)
    ids = [f"c{number:025d}" for number in (1, 2, 3)]
    main = replace(contact, below=tuple((one, one) for one in ids))
    narrow = replace(main, rights=SOME)
    asked = (Filters(), Filters(kind=Kind.INVOICE), Filters(state=State.SUPERSEDED))
    for who, filters, sort, back in product((main, narrow), asked, Sort, (False, True)):
        order = Order(sort, AT_FIRST[sort])
        with here.database.reading() as session, explained(session.connection()) as plans:
            found = queries.found(who, filters, None, back=back, limit=26, order=order)
        assert found.rows
        assert {one.customer_id for one in found.rows} <= {of.customer_id, *ids}
        wrong = [line for plan in plans for line in wrongly_read(plan)]
        assert wrong == [], (filters, order, "\n".join(plans[0]))
    with here.database.reading() as session, explained(session.connection()) as plans:
        assert len(queries.open_invoices(main, 10)) == 10
        queries.found(main, Filters(search="r-20"), None, back=False, limit=26)
    assert [line for plan in plans for line in wrongly_read(plan)] == [], plans


def test_a_statement_is_added_up_from_indexes(many: tuple[Runtime, Stock]) -> None:
    """Sums come out of the index alone; entries and open items are read in its order."""
    here, of = many
    period = Period(of.day, of.day.replace(year=of.day.year + 1))
    people = {who.role: who for who, _filters in lists(of)}.values()
    for who, back in product(people, (False, True)):
        with here.database.reading() as session, explained(session.connection()) as plans:
            sums = accounts.balances(who, of.customer_id, period)
            days = accounts.due_days(who, of.customer_id)
            items = accounts.open_items(who, of.customer_id, 20)
            place = (of.day, "")
            lines = accounts.entries(who, of.customer_id, period, place, back=back, limit=26)
        assert len(plans) == 4
        assert sums
        assert days
        assert len(items) == 20
        assert bool(lines) is not back
        assert [line for plan in plans for line in wrongly_read(plan)] == [], plans
        if here.database.is_sqlite:
            read = [line for plan in plans[:2] for line in plan if " document " in line]
            assert read
            assert [line for line in read if "USING COVERING INDEX" not in line] == []


def test_what_no_index_knows_is_looked_for_among_few_rows(many: tuple[Runtime, Stock]) -> None:
    """A second range costs the same whatever the number of rows; going on finds every row once."""
    here, of = many
    staff = next(who for who, _filters in lists(of) if who.is_staff)
    filters = Filters(amount_from=300_000, amount_to=301_000, due_since=of.day)
    order, numbers, place, pages = Order(Sort.DUE, Direction.UP), [], None, 0
    with here.database.reading():
        every = queries.found(
            staff, filters, None, back=False, limit=10_000, order=order, look=None
        ).rows
        while pages < MANY:
            found = queries.found(staff, filters, place, back=False, limit=25, order=order)
            numbers += [one.number for one in found.rows]
            if found.stopped is None and len(found.rows) < 25:
                break
            place = found.stopped or queries.place_of(found.rows[-1], order)
            pages += 1
    assert numbers == [one.number for one in every]
    assert len(set(numbers)) > 10
    assert pages > 10, "some pages stopped early"


def test_who_is_to_be_reminded_is_found_by_indexes(many: tuple[Runtime, Stock]) -> None:
    """Each level is read in its order; what is due of some customers is merged from their lists."""
    here, of = many
    settings = ReminderSettings(organisation_id=of.organisation_id, by_default=True)
    settings.levels = [Level(number, 10).to_json() for number in (1, 2, 3)]
    with here.database.transaction() as session:
        owing = select(Document.id).where(Document.open_minor > literal_column("0"))
        ids = session.scalars(owing.limit(3000)).all()
        for level, some in ((1, ids[:1000]), (2, ids[1000:2000])):
            moved = update(Document).where(Document.id.in_(some))
            session.execute(moved.values(reminded_level=level, reminded_on=of.day))
        session.execute(text("ANALYZE"))
    day = of.day.replace(year=of.day.year + 20)
    with here.database.reading() as session, explained(session.connection()) as plans:
        first = dunning.due(settings, day, limit=26)
        later = dunning.due(settings, day, dunning.place_of(first[-1]), limit=26)
        back = dunning.due(settings, day, dunning.place_of(later[-1]), limit=26, back=True)
        reached = dunning.due(settings, day, (2, of.day, ""), limit=26)
    assert len(plans) == 4
    assert len(first) == len(later) == len(back) == len(reached) == 26
    assert {one.document.reminded_level for one in reached} == {2}
    wrong = [line for plan in plans for line in plan if is_whole_table(line)]
    assert wrong == [], wrong
    if here.database.is_sqlite:
        used = [line for line in plans[0] if "ix_document_overdue" in line]
        used += [line for line in plans[0] if "ix_document_reminded" in line]
        assert len(used) == 3, plans[0]


def wrongly_read(plan: list[str]) -> list[str]:
    """Return lines of a plan that read the whole table, or sort what one list has read of it."""
    pairs = list(pairwise(plan))
    sqlite = [
        after
        for line, after in pairs
        if line.startswith("SEARCH document USING") and "B-TREE FOR ORDER" in after
        if "id=?)" not in line or "organisation_id=?" in line
    ]
    steps = [line for line in plan if "->" in line or "(cost=" in line]
    postgresql = [
        line
        for line, after in pairwise(steps)
        # Where it expects a handful of rows PostgreSQL may sort them: no list grows by that.
        if re.search(r"\bSort  \(", line) and re.search(r"Scan.* on document .*rows=\d{3}", after)
    ]
    return sqlite + postgresql + [line for line in plan if is_whole_table(line)]


def is_whole_table(line: str) -> bool:
    """Say whether a line of a plan reads all documents."""
    return "Seq Scan on document" in line or line.strip().startswith("SCAN document")


def is_sort(line: str, filters: Filters) -> bool:
    """Say whether a line sorts; a search sorts what it found, which is never much."""
    sorts = "USE TEMP B-TREE FOR ORDER BY" in line or "Sort  (" in line
    return sorts and not filters.search


@contextmanager
def explained(connection: Connection) -> Iterator[list[list[str]]]:
    """Collect the plans of the statements that run within a block."""
    word = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    plans: list[list[str]] = []

    def explain(_connection: Any, cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if statement.startswith("SELECT"):
            cursor.execute(word + statement, values)
            plans.append([str(row[-1]) for row in cursor.fetchall()])

    event.listen(connection, "before_cursor_execute", explain)
    try:
        yield plans
    finally:
        event.remove(connection, "before_cursor_execute", explain)
