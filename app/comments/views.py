"""What is said about a document: read, written, changed, withdrawn; and its files."""

import re

from flask import Blueprint, Response, g, request
from werkzeug.datastructures import FileStorage

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.comments import forms, queries, rules
from app.comments.actions import writing
from app.comments.forms import Write
from app.comments.models import Comment, CommentFile
from app.core import ids
from app.core.errors import Missing, Refused
from app.core.languages import gettext as _
from app.documents import queries as documents
from app.documents.actions import attaching
from app.documents.actions.keeping import Stored
from app.documents.models import Audience, Document
from app.web import answers, transaction
from app.web.page import page

blueprint = Blueprint("comments", __name__)


@blueprint.get("/documents/<id:document_id>/comments")
@gate(Can.READ_DOCUMENTS, queries.commented)
def index(document: Document) -> Response:
    return _show(document, Audience.CUSTOMER)


@blueprint.get("/documents/<id:document_id>/internal-notes")
@gate(Can.SEE_DESK, documents.one)
def notes(document: Document) -> Response:
    return _show(document, Audience.INTERNAL)


def _show(
    document: Document, audience: Audience, form: Write | None = None, status: int = 200
) -> Response:
    """Show one thread on a page of its own: older comments, or what has to be written once more."""
    before = request.args.get("before", "") if form is None else ""
    before = before if re.fullmatch(ids.PATTERN, before) else ""
    found = forms.boxes(principal(), document, [audience], before=before or None, form=form)
    box = found.get(audience)
    return page(
        "comments/show.html",
        status,
        document=document,
        house=g.organisation,
        is_internal=audience is Audience.INTERNAL,
        is_older=bool(before),
        comments=box if audience is Audience.CUSTOMER else None,
        notes=box if audience is Audience.INTERNAL else None,
    )


@blueprint.post("/documents/<id:document_id>/comments")
@gate(Can.COMMENT_DOCUMENTS, documents.one)
def write(document: Document) -> Response:
    return _write(document, Audience.CUSTOMER)


@blueprint.post("/documents/<id:document_id>/internal-notes")
@gate(Can.DECIDE_DOCUMENTS, documents.one)
def write_note(document: Document) -> Response:
    return _write(document, Audience.INTERNAL)


def _write(document: Document, audience: Audience) -> Response:
    who, form = principal(), forms.sent(audience)
    files = [file for file in form.files.data or [] if file and file.filename]
    is_sound = form.validate()
    if is_sound and not queries.may_write(who, document, audience):
        raise writing.nobody_reads()
    with transaction.paused():
        stored = _stored(form, who.organisation_id, files) if is_sound else []
    again = documents.one(who, document.id)
    if again is None:
        raise Missing
    if is_sound and not form.files.errors:
        try:
            writing.add(who, again, audience, form.text.data, stored, form.once.data or ids.new())
        except writing.TooMany as refusal:
            form.reject(form.text, refusal.sentence)
        else:
            return _back(document, audience)
    if files and not form.files.errors:
        form.reject(form.files, _("Choose the files once more."))
    return _show(again, audience, form, 422)


def _stored(form: Write, organisation_id: str, files: list[FileStorage]) -> list[Stored]:
    """Store the files of a comment; what is wrong with one is said at the field, and none counts."""
    contents = [(file.filename or "", file.read(), file.mimetype) for file in files]
    if len(files) > rules.MOST_FILES:
        form.reject(form.files, _("These are more than 10 files."))
    elif sum(len(content) for _name, content, _type in contents) > rules.MOST_BYTES:
        form.reject(form.files, _("Together these files are larger than 25 MB."))
    else:
        try:
            return [attaching.store(organisation_id, *one) for one in contents]
        except Refused as refusal:
            form.reject(form.files, refusal.sentence)
    return []


@blueprint.get("/documents/<id:document_id>/comments/<id:comment_id>/edit")
@gate(Can.COMMENT_DOCUMENTS, queries.own)
def ask_edit(found: tuple[Document, Comment]) -> Response:
    document, comment = found
    writing.refuse_late(comment)
    form = forms.filled(comment)
    return page("comments/edit.html", document=document, comment=comment, form=form)


@blueprint.post("/documents/<id:document_id>/comments/<id:comment_id>")
@gate(Can.COMMENT_DOCUMENTS, queries.own)
def edit(found: tuple[Document, Comment]) -> Response:
    document, comment = found
    form = forms.changed(comment)
    if not form.validate():
        return page("comments/edit.html", 422, document=document, comment=comment, form=form)
    writing.edit(principal(), document, comment, form.text.data)
    answers.say("success", _("Changed."))
    return _back(document, comment.audience)


@blueprint.get("/documents/<id:document_id>/comments/<id:comment_id>/withdrawal")
@gate(Can.COMMENT_DOCUMENTS, queries.own)
def ask_withdrawal(found: tuple[Document, Comment]) -> Response:
    document, comment = found
    writing.refuse_late(comment)
    return page("comments/withdraw.html", document=document, comment=comment)


@blueprint.post("/documents/<id:document_id>/comments/<id:comment_id>/withdrawal")
@gate(Can.COMMENT_DOCUMENTS, queries.own)
def withdraw(found: tuple[Document, Comment]) -> Response:
    document, comment = found
    writing.withdraw(principal(), document, comment)
    answers.say("success", _("Withdrawn. The text is deleted."))
    return _back(document, comment.audience)


@blueprint.get("/documents/<id:document_id>/comments/attachments/<id:attachment_id>")
@gate(Can.DOWNLOAD_DOCUMENTS, queries.file)
def download(found: tuple[Document, CommentFile]) -> Response:
    _document, file = found
    return answers.stored(file.organisation_id, file.sha256, file.media_type, file.name, file.size)


def _back(document: Document, audience: Audience) -> Response:
    anchor = "notes" if audience is Audience.INTERNAL else "comments"
    return answers.see_other("desk.document", document_id=document.id, _anchor=anchor)
