"""A table of data with an archive of PDFs: bring it, choose its columns, look, take in."""

from collections.abc import Mapping
from datetime import datetime

from flask import Response, request

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core.languages import gettext as _
from app.core.languages import ngettext
from app.core.money import Money
from app.intake import forms, queries
from app.intake.actions import tables
from app.intake.actions.reception import Sent
from app.intake.formats import samples
from app.intake.formats.refusal import UnreadableError
from app.intake.models import IntakeTable
from app.intake.rules import mapping, outlook, plan
from app.intake.rules.cells import Table, shown
from app.intake.rules.columns import Columns
from app.intake.rules.fields import FIELD_NAMES
from app.intake.views import blueprint
from app.organisations import queries as organisations
from app.web import answers, paging, transaction
from app.web.page import page

SIZE = 50
"""Rows of one page of the preview."""
SAMPLES = 3


@blueprint.get("/intakes/tables/new")
@gate(Can.TAKE_IN_DOCUMENTS)
def new_table() -> Response:
    return _new(forms.Table())


def _new(form: forms.Table, status: int = 200) -> Response:
    return page("intake/table_new.html", status, form=form, drafts=queries.drafts(principal(), 10))


@blueprint.get("/intakes/tables/sample.csv")
@gate(Can.TAKE_IN_DOCUMENTS)
def sample_table() -> Response:
    content = samples.table(organisations.organisation_of(principal()).currency)
    return answers.download(content, "text/csv; charset=utf-8", _("table") + ".csv")


@blueprint.post("/intakes/tables")
@gate(Can.TAKE_IN_DOCUMENTS)
def bring_table() -> Response:
    form, who = forms.Table(), principal()
    if not form.validate():
        return _new(form, 422)
    sent = (_sent(form.table), _sent(form.archive))
    with transaction.paused():
        brought = _brought(form, who.organisation_id, sent)
    if brought is None:
        return _new(form, 422)
    table = tables.keep(brought, who.actor)
    return answers.see_other("intake.table_columns", table_id=table.id)


def _sent(field: object) -> Sent:
    file = field.data  # type: ignore[attr-defined]
    return Sent(file.filename or "", "", file.read())


def _brought(
    form: forms.Table, organisation_id: str, sent: tuple[Sent, Sent]
) -> tables.Brought | None:
    """Read and store both files; None where one cannot be read: the form says why."""
    table = entries = None
    try:
        table = tables.read_table(sent[0])
    except UnreadableError as error:
        form.reject(form.table, error.finding.text())
    try:
        entries = tables.read_archive(sent[1])
    except UnreadableError as error:
        form.reject(form.archive, error.finding.text())
    if table is None or entries is None:
        return None
    return tables.store(organisation_id, sent, table, entries)


@blueprint.get("/intakes/tables/<id:table_id>")
@gate(Can.TAKE_IN_DOCUMENTS, queries.table)
def table_columns(one: IntakeTable) -> Response:
    if one.intake_id is not None:
        return answers.see_other("intake.show", intake_id=one.intake_id)
    table, _entries = tables.contents(one)
    form = _columns_form(table)
    before = queries.remembered(one.organisation_id, table.headings)
    currency = organisations.organisation_of(principal()).currency
    form.fill(_columns(one, before.columns if before else None, table, currency))
    remembered_at = before.saved_at if before and one.columns is None else None
    return _columns_page(one, table, form, remembered_at=remembered_at)


def _columns(
    one: IntakeTable, before: Mapping[str, object] | None, table: Table, currency: str
) -> Columns:
    """Return what was chosen for this table, else for the last one like it, else a guess."""
    chosen = one.columns or before
    if chosen is None:
        return mapping.guessed(table, currency)
    return mapping.fitting(Columns.from_json(chosen), table.headings)


def _columns_form(table: Table) -> forms.Columns:
    samples_of = {heading: table.samples(heading, 2) for heading in table.headings}
    return forms.Columns(
        headings=[
            (heading, " – ".join([heading, ", ".join(text[:30] for text in texts)]).strip(" –"))
            for heading, texts in samples_of.items()
        ]
    )


def _columns_page(
    one: IntakeTable,
    table: Table,
    form: forms.Columns,
    status: int = 200,
    *,
    remembered_at: datetime | None = None,
) -> Response:
    return page(
        "intake/table_columns.html",
        status,
        table=one,
        form=form,
        headings=table.headings,
        first_rows=table.rows[:SAMPLES],
        shown=shown,
        remembered_at=remembered_at,
    )


@blueprint.post("/intakes/tables/<id:table_id>/columns")
@gate(Can.TAKE_IN_DOCUMENTS, queries.table)
def choose_columns(one: IntakeTable) -> Response:
    table, _entries = tables.contents(one)
    form = _columns_form(table)
    is_valid = form.validate()
    for field, sentence in mapping.problems(form.said()) if is_valid else []:
        form.reject(form[field.value], _(sentence))
        is_valid = False
    if not is_valid:
        return _columns_page(one, table, form, 422)
    tables.choose(one, table.headings, form.said(), principal().actor)
    return answers.see_other("intake.table_preview", table_id=one.id)


@blueprint.get("/intakes/tables/<id:table_id>/preview")
@gate(Can.TAKE_IN_DOCUMENTS, queries.table)
def table_preview(one: IntakeTable) -> Response:
    if one.intake_id is not None:
        return answers.see_other("intake.show", intake_id=one.intake_id)
    if one.columns is None:
        return answers.see_other("intake.table_columns", table_id=one.id)
    return _preview(one, forms.TakeIn())


def _preview(one: IntakeTable, form: forms.TakeIn, status: int = 200) -> Response:
    planned = tables.planned(one)
    known = queries.known(one.organisation_id, planned.good)
    cursor, back = paging.cursor()
    only_wrong = request.args.get("rows") == "wrong"
    lines = [line for line in planned.lines if not only_wrong or not line.is_good]
    asked = plan.part(lines, cursor, SIZE + 1, back=back)
    return page(
        "intake/table_preview.html",
        status,
        table=one,
        form=form,
        outlook=outlook.outlook(planned, known),
        known=known,
        listed=paging.paged(asked, lambda line: line.key, size=SIZE),
        unnamed=planned.unnamed[:SIZE],
        only_wrong=only_wrong,
        all_url=paging.url_without("rows"),
        FIELD_NAMES=FIELD_NAMES,
        money_of=Money.of,
    )


@blueprint.post("/intakes/tables/<id:table_id>/intake")
@gate(Can.TAKE_IN_DOCUMENTS, queries.table)
def take_in_table(one: IntakeTable) -> Response:
    form = forms.TakeIn()
    if one.intake_id is not None:
        return answers.see_other("intake.show", intake_id=one.intake_id)
    if one.columns is None:
        answers.say("error", _("Choose first which column means what."))
        return answers.see_other("intake.table_columns", table_id=one.id)
    with transaction.paused():
        good = tables.planned(one).good
    intake = tables.start(
        one, good, principal().actor, creates_customers=form.creates_customers.data
    )
    answers.say(
        "success",
        ngettext("%(num)d file is being taken in.", "%(num)d files are being taken in.", len(good)),
    )
    return answers.see_other("intake.show", intake_id=intake.id)
