"""Bringing documents in, and watching what becomes of them."""

from collections.abc import Sequence

from flask import Blueprint, Response

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core import outbox
from app.core.languages import gettext as _
from app.core.languages import ngettext
from app.documents.actions import keeping
from app.intake import forms, queries
from app.intake.actions import taking
from app.intake.models import Intake, IntakeItem, ItemState
from app.web import answers
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
    return page("intake/list.html", status, form=form, intakes=queries.intakes(principal(), 25))


@blueprint.get("/intakes/<id:intake_id>")
@gate(Can.SEE_INTAKE, queries.intake)
def show(one: Intake) -> Response:
    counts = queries.progress_of(one.id)
    items = queries.items_of(one.id)
    return page(
        "intake/show.html",
        intake=one,
        counts=counts,
        done=one.total - counts[ItemState.WAITING],
        items=items,
        examined=_examined(items),
        ItemState=ItemState,
    )


def _examined(items: Sequence[IntakeItem]) -> set[str]:
    """Return the ids of the files that are being examined at this moment."""
    waiting = {
        taking.promise_key(one.id): one.id for one in items if one.state is ItemState.WAITING
    }
    return {waiting[key] for key in outbox.at_work(list(waiting))}
