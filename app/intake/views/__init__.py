"""Bringing documents in, and watching what becomes of them."""

from collections.abc import Sequence

from flask import Blueprint, Response, request

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core import clock, outbox
from app.core.languages import gettext as _
from app.core.languages import ngettext
from app.core.progress import WorkState
from app.core.runtime import current
from app.documents.actions import keeping
from app.intake import forms, queries
from app.intake.actions import course, taking
from app.intake.models import Intake, IntakeItem, ItemState
from app.web import answers, paging
from app.web.page import page

blueprint = Blueprint("intake", __name__)


@blueprint.get("/intakes")
@gate(Can.SEE_INTAKE)
def index() -> Response:
    return _intakes(forms.Intake())


@blueprint.post("/intakes")
@gate(Can.TAKE_IN_DOCUMENTS)
def take_in() -> Response:
    form = forms.Intake()
    files = [file for file in form.files.data or [] if file and file.filename]
    if not files:
        form.reject(form.files, _("Choose at least one file."))
        return _intakes(form, 422)
    who = principal()
    # Stored before the first statement: no lock is held while bytes travel to a far storage.
    stored = [keeping.store(who.organisation_id, file.filename, file.read()) for file in files]
    intake = taking.start(
        who.organisation_id, who.actor, stored, creates_customers=form.creates_customers.data
    )
    answers.say(
        "success",
        ngettext(
            "%(num)d file is being taken in.", "%(num)d files are being taken in.", len(files)
        ),
    )
    return answers.see_other("intake.show", intake_id=intake.id)


def _intakes(form: forms.Intake, status: int = 200) -> Response:
    return page(
        "intake/list.html",
        status,
        form=form,
        intakes=queries.intakes(principal(), 25),
        most_files=forms.MOST_FILES,
        most_bytes=current().settings.upload_limit,
    )


@blueprint.get("/intakes/<id:intake_id>")
@gate(Can.SEE_INTAKE, queries.intake)
def show(one: Intake) -> Response:
    counts = queries.progress_of(one.id)
    state = request.args.get("state")
    shown = ItemState(state) if state in set(ItemState) else None
    cursor, back = paging.cursor()
    rows = queries.items(one.id, shown, paging.position(cursor), back=back, limit=paging.SIZE + 1)
    progress = queries.progress(one, counts)
    return page(
        "intake/show.html",
        intake=one,
        counts=counts,
        progress=progress,
        left=progress.left(clock.now()),
        shown=shown,
        listed=paging.paged(rows, lambda row: str(row.position)),
        examined=_examined(rows),
        ItemState=ItemState,
        WorkState=WorkState,
    )


def _examined(items: Sequence[IntakeItem]) -> set[str]:
    """Return the ids of the files that are being examined at this moment."""
    waiting = {
        course.promise_key(one.id): one.id for one in items if one.state is ItemState.WAITING
    }
    return {waiting[key] for key in outbox.at_work(list(waiting))}


@blueprint.post("/intakes/<id:intake_id>/stop")
@gate(Can.TAKE_IN_DOCUMENTS, queries.intake)
def stop(one: Intake) -> Response:
    course.stop(one, principal().actor)
    answers.say("success", _("Stopped. What is in hand is finished, the rest waits."))
    return answers.see_other("intake.show", intake_id=one.id)


@blueprint.post("/intakes/<id:intake_id>/resumption")
@gate(Can.TAKE_IN_DOCUMENTS, queries.intake)
def resume(one: Intake) -> Response:
    course.resume(one, principal().actor)
    answers.say("success", _("It goes on."))
    return answers.see_other("intake.show", intake_id=one.id)


@blueprint.post("/intakes/<id:intake_id>/retries")
@gate(Can.TAKE_IN_DOCUMENTS, queries.intake)
def retry(one: Intake) -> Response:
    return _retried(one, course.retry(one, principal().actor))


@blueprint.post("/intakes/<id:intake_id>/files/<id:item_id>/retry")
@gate(Can.TAKE_IN_DOCUMENTS, queries.item)
def retry_one(found: tuple[Intake, IntakeItem]) -> Response:
    one, item = found
    return _retried(one, course.retry(one, principal().actor, item.id))


def _retried(one: Intake, count: int) -> Response:
    answers.say(
        "success",
        ngettext("%(num)d file is tried again.", "%(num)d files are tried again.", count),
    )
    return answers.see_other("intake.show", intake_id=one.id)
