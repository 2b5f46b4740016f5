"""The pictures of a PDF's pages, as protected as the file itself."""

from flask import Blueprint, Response

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core.languages import gettext as _
from app.core.runtime import current
from app.documents import queries as documents
from app.documents.formats import media_types
from app.documents.models import Document, File
from app.previews import actions, queries
from app.previews.formats.drawing import MEDIA_TYPE
from app.previews.models import PageImage
from app.web import answers

blueprint = Blueprint("previews", __name__)


@blueprint.get("/documents/<id:document_id>/files/<id:file_id>/pages/<int:number>")
@gate(Can.DOWNLOAD_DOCUMENTS, queries.picture)
def picture(found: tuple[Document, File, PageImage]) -> Response:
    _document, file, image = found
    content = current().storage.read(file.organisation_id, image.sha256)
    return answers.picture(content, MEDIA_TYPE)


@blueprint.post("/documents/<id:document_id>/files/<id:file_id>/pages")
@gate(Can.DOWNLOAD_DOCUMENTS, documents.file)
def show_all(found: tuple[Document, File]) -> Response:
    document, file = found
    if file.media_type == media_types.PDF and actions.wish_for_all(
        document, file, principal().actor
    ):
        answers.say("success", _("The pages are being drawn. They appear below in a moment."))
    return answers.see_other("desk.document", document_id=document.id, _anchor="pages")
