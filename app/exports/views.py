"""Taking the list along: ask for a file, watch it being made, download it."""

from urllib.parse import parse_qsl

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core import clock, languages
from app.core.errors import Missing
from app.core.languages import gettext as _
from app.documents import forms as documents
from app.exports import queries, rules
from app.exports.actions import asking, making
from app.exports.formats import text_file
from app.exports.forms import Ask
from app.exports.models import Export
from app.exports.rules import Format, State
from app.web import answers, transaction
from app.web.page import page

blueprint = Blueprint("exports", __name__)


@blueprint.post("/exports")
@gate(Can.EXPORT_DOCUMENTS)
def ask() -> Response:
    form, who = Ask(), principal()
    if not form.validate():
        return page("exports/ask.html", 422, form=form)
    wanted = documents.wishes(who, MultiDict(parse_qsl(form.query.data or "")))
    kind = Format(form.format.data)
    # What writes workbooks weighs 16 MB, which no web process should carry: a job makes them.
    is_plain = kind is Format.CSV
    rows = making.few(who, wanted.filters, wanted.order) if is_plain else None
    one = asking.ask(who, wanted.filters, wanted.order, kind, is_small=rows is not None)
    if rows is not None:
        plan = making.plan(one)
        with transaction.paused():
            made = making.make(plan, text_file.write, rows)
        asking.finish(one.id, made.rows, made.size, who.actor)
    return answers.see_other("exports.show", export_id=one.id)


@blueprint.get("/exports/<id:export_id>")
@gate(Can.EXPORT_DOCUMENTS, queries.one)
def show(one: Export) -> Response:
    return page(
        "exports/show.html",
        export=one,
        progress=one.progress,
        left=one.progress.left(clock.now()),
        State=State,
        most=rules.MOST_ROWS,
    )


@blueprint.get("/exports/<id:export_id>/file")
@gate(Can.EXPORT_DOCUMENTS, queries.one)
def file(one: Export) -> Response:
    if one.state is not State.DONE:
        raise Missing
    day = clock.today(languages.timezone()).isoformat()
    name = f"{_('Documents')} {day}.{one.format.value}"
    size = one.size or 0
    by = principal().actor
    if request.method == "GET":
        transaction.afterwards(lambda: asking.note_download(one, by))
    return answers.stored(one.organisation_id, one.id, rules.MEDIA_TYPES[one.format], name, size)
