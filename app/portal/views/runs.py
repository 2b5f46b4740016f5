"""One value for all customers: look first, then decide; and take it back."""

from flask import Response, request

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core import ids
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.core.languages import ngettext
from app.organisations.rules.portal import Access
from app.portal import forms
from app.portal.actions import runs as actions
from app.portal.models import PortalRun
from app.portal.queries import runs as queries
from app.portal.views import blueprint, house
from app.web import answers, paging
from app.web.page import page


@blueprint.get("/settings/portal/runs")
@gate(Can.READ_SETTINGS)
def runs() -> Response:
    cursor, back = paging.cursor()
    rows = queries.page(principal(), cursor, back=back, limit=paging.SIZE + 1)
    return page(
        "portal/runs.html",
        listed=paging.paged(rows, lambda row: row.id),
    )


@blueprint.get("/settings/portal/runs/new")
@gate(Can.CHANGE_SETTINGS)
def ask_run() -> Response:
    """Ask for the value, and once it is known say how many customers it would change."""
    given = request.args.get("access", "")
    form = forms.Run(None, data={"access": given, "run": ids.new()})
    return _ask(form, Access(given) if given in set(Access) else None)


@blueprint.post("/settings/portal/runs")
@gate(Can.CHANGE_SETTINGS)
def start_run() -> Response:
    form = forms.Run()
    if not form.validate():
        return _ask(form, None, 422)
    if not form.is_known():
        raise Refused(_("Look at what would be changed first. Nothing was changed."))
    count = actions.apply(form.run.data, Access(form.access.data), principal())
    if count is None:
        answers.say("success", _("This was done already."))
    else:
        answers.say(
            "success",
            ngettext("%(num)d customer was changed.", "%(num)d customers were changed.", count),
        )
    return answers.see_other("portal.runs")


def _ask(form: forms.Run, access: Access | None, status: int = 200) -> Response:
    who = principal()
    return page(
        "portal/ask_run.html",
        status,
        form=form,
        access=access,
        count=queries.count_of_others(who.organisation_id, access) if access else 0,
        house=house(),
    )


@blueprint.post("/settings/portal/runs/<id:run_id>/undoing")
@gate(Can.CHANGE_SETTINGS, queries.one)
def undo_run(run: PortalRun) -> Response:
    count = actions.undo(run, principal())
    answers.say(
        "success",
        ngettext(
            "%(num)d customer has what it had before.",
            "%(num)d customers have what they had before.",
            count,
        ),
    )
    return answers.see_other("portal.runs")
