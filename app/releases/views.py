"""Publishing many documents: look first, then decide, then watch."""

from flask import Blueprint, Response, request, url_for
from werkzeug.datastructures import MultiDict

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core import clock, ids
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.core.languages import ngettext
from app.core.progress import WorkState
from app.documents.forms import NARROWING, wishes
from app.documents.queries import Filters as Wanted
from app.releases import actions, forms, queries
from app.releases.models import Release, ReleaseItem
from app.releases.rules import MOST, RETRIABLE, ItemState
from app.web import answers, paging
from app.web.page import page

blueprint = Blueprint("releases", __name__)


@blueprint.get("/releases")
@gate(Can.SEE_DESK)
def index() -> Response:
    cursor, back = paging.cursor()
    rows = queries.page(principal(), cursor, back=back, limit=paging.SIZE + 1)
    return page("releases/list.html", listed=paging.paged(rows, lambda row: row.id))


@blueprint.get("/releases/new")
@gate(Can.DECIDE_DOCUMENTS)
def ask() -> Response:
    who = principal()
    filters, kept = _wanted(request.args)
    chosen = forms.chosen(request.args.getlist("selected"))
    return page(
        "releases/ask.html",
        forecast=queries.foretell(who.organisation_id, filters, chosen),
        kept=kept,
        chosen=chosen,
        most=MOST,
        release_id=ids.new(),
        back_url=url_for("documents.index", **forms.address(kept)),  # type: ignore[arg-type]
    )


@blueprint.post("/releases")
@gate(Can.DECIDE_DOCUMENTS)
def start() -> Response:
    who = principal()
    filters, _kept = _wanted(request.form)
    chosen = forms.chosen(request.form.getlist("selected"))
    release_id = request.form.get("release", "")
    if not forms.is_id(release_id):
        raise Refused(_("Look at what would be released first. Nothing was changed."))
    if not actions.start(release_id, who.organisation_id, who.actor, filters, chosen):
        if queries.one(who, release_id) is None:
            raise Refused(_("Look at what would be released first. Nothing was changed."))
        answers.say("success", _("This release is under way already."))
    return answers.see_other("releases.show", release_id=release_id)


def _wanted(values: MultiDict[str, str]) -> tuple[Wanted, dict[str, str]]:
    """Return the filters, and the parameters that say them again."""
    kept = {name: values.get(name, "") for name in NARROWING}
    return wishes(principal(), values).filters, kept


@blueprint.get("/releases/<id:release_id>")
@gate(Can.SEE_DESK, queries.one)
def show(release: Release) -> Response:
    counts = queries.counts_of(release.id)
    state = request.args.get("state")
    shown = ItemState(state) if state in set(ItemState) else None
    cursor, back = paging.cursor()
    rows = queries.items(
        release.id, shown, paging.position(cursor), back=back, limit=paging.SIZE + 1
    )
    progress = queries.progress(release, counts)
    return page(
        "releases/show.html",
        release=release,
        counts=counts,
        progress=progress,
        left=progress.left(clock.now()),
        shown=shown,
        listed=paging.paged(rows, lambda row: str(row[0].position)),
        ItemState=ItemState,
        WorkState=WorkState,
        RETRIABLE=RETRIABLE,
    )


@blueprint.post("/releases/<id:release_id>/stop")
@gate(Can.DECIDE_DOCUMENTS, queries.one)
def stop(release: Release) -> Response:
    actions.stop(release, principal().actor)
    answers.say("success", _("Stopped. What is in hand is finished, the rest stays ready."))
    return answers.see_other("releases.show", release_id=release.id)


@blueprint.post("/releases/<id:release_id>/resumption")
@gate(Can.DECIDE_DOCUMENTS, queries.one)
def resume(release: Release) -> Response:
    actions.resume(release, principal().actor)
    answers.say("success", _("It goes on."))
    return answers.see_other("releases.show", release_id=release.id)


@blueprint.post("/releases/<id:release_id>/retries")
@gate(Can.DECIDE_DOCUMENTS, queries.one)
def retry(release: Release) -> Response:
    return _retried(release, actions.retry(release, principal().actor))


@blueprint.post("/releases/<id:release_id>/documents/<id:document_id>/retry")
@gate(Can.DECIDE_DOCUMENTS, queries.item)
def retry_one(found: tuple[Release, ReleaseItem]) -> Response:
    release, item = found
    return _retried(release, actions.retry(release, principal().actor, item.document_id))


def _retried(release: Release, count: int) -> Response:
    answers.say(
        "success",
        ngettext("%(num)d document is tried again.", "%(num)d documents are tried again.", count),
    )
    return answers.see_other("releases.show", release_id=release.id)
