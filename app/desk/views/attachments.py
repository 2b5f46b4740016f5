"""Files that staff put beside a document."""

from flask import Response
from werkzeug.datastructures import FileStorage

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core.errors import Missing, Refused
from app.core.languages import gettext as _
from app.core.languages import ngettext
from app.desk.views import blueprint
from app.documents import queries
from app.documents.actions import attaching
from app.documents.actions.keeping import Stored
from app.documents.forms import Attach
from app.documents.models import Audience, Document, File
from app.web import answers, transaction
from app.web.page import page


@blueprint.post("/documents/<id:document_id>/attachments")
@gate(Can.DECIDE_DOCUMENTS, queries.one)
def attach(document: Document) -> Response:
    who, form = principal(), Attach()
    files = [file for file in form.files.data or [] if file and file.filename]
    if not files:
        form.reject(form.files, _("Choose at least one file."))
    is_sound = form.validate() and not form.files.errors if files else False
    with transaction.paused():
        stored = [_stored(form, who.organisation_id, file) for file in files] if is_sound else []
    again = queries.one(who, document.id)
    if again is None:
        raise Missing
    kept = [one for one in stored if one is not None]
    if not is_sound or len(kept) < len(stored):
        return page("documents/attach.html", 422, document=again, form=form)
    attaching.attach(again, kept, Audience(form.audience.data), who.actor)
    answers.say(
        "success", ngettext("%(num)d file was added.", "%(num)d files were added.", len(kept))
    )
    return answers.see_other("desk.document", document_id=document.id)


def _stored(form: Attach, organisation_id: str, file: FileStorage) -> Stored | None:
    """Store a file; what is wrong with it is said at the field."""
    try:
        return attaching.store(organisation_id, file.filename or "", file.read(), file.mimetype)
    except Refused as refusal:
        form.reject(form.files, refusal.sentence)
    return None


@blueprint.get("/documents/<id:document_id>/files/<id:file_id>/removal")
@gate(Can.DECIDE_DOCUMENTS, queries.file)
def ask_removal(found: tuple[Document, File]) -> Response:
    document, file = found
    attaching.refuse_others(document, file)
    return page("documents/remove_file.html", document=document, file=file)


@blueprint.post("/documents/<id:document_id>/files/<id:file_id>/removal")
@gate(Can.DECIDE_DOCUMENTS, queries.file)
def remove(found: tuple[Document, File]) -> Response:
    document, file = found
    attaching.remove(document, file, principal().actor)
    answers.say("success", _("%(name)s was removed.", name=file.name))
    return answers.see_other("desk.document", document_id=document.id)
