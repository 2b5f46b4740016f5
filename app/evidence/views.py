"""Taking evidence: ask for a pack of a document, watch it being made, download it."""

from flask import Blueprint, Response, request

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.bundles.rules import part
from app.core import clock, journal
from app.core.errors import Missing
from app.core.languages import gettext as _
from app.documents import queries as documents
from app.documents.models import Document
from app.evidence import queries, rules
from app.evidence.actions import asking
from app.evidence.forms import Ask
from app.evidence.models import EvidencePack
from app.evidence.rules import State
from app.web import answers, transaction
from app.web.page import page

blueprint = Blueprint("evidence", __name__)

MEDIA_TYPE = "application/zip"


@blueprint.post("/documents/<id:document_id>/evidence")
@gate(Can.TAKE_EVIDENCE, documents.one)
def ask(one: Document) -> Response:
    pack = asking.ask(principal(), one, with_internal=bool(Ask().internal.data))
    return answers.see_other("evidence.show", pack_id=pack.id)


@blueprint.get("/evidence/<id:pack_id>")
@gate(Can.TAKE_EVIDENCE, queries.one)
def show(one: EvidencePack) -> Response:
    return page(
        "evidence/show.html",
        pack=one,
        progress=one.progress,
        left=one.progress.left(clock.now()),
        happened=journal.about("evidence", one.id),
        State=State,
        rules=rules,
    )


@blueprint.get("/evidence/<id:pack_id>/file")
@gate(Can.TAKE_EVIDENCE, queries.one)
def file(one: EvidencePack) -> Response:
    if one.state is not State.DONE:
        raise Missing
    if request.method == "GET":
        who = principal()
        transaction.afterwards(lambda: asking.note_download(one, who.actor))
    name = f"{part(one.number)} {_('Evidence pack')}.zip"
    return answers.stored(one.organisation_id, one.id, MEDIA_TYPE, name, one.size or 0)
