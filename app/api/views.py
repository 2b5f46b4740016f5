"""The addresses for programs, and the page that describes them."""

from flask import Blueprint, Response, url_for

from app.acceptance import queries as acceptance
from app.access.gate import gate, public
from app.access.grants import Can
from app.access.principal import Principal, principal
from app.api import description, filters, sending, shapes
from app.api.sending import Sending
from app.comments import queries as comments
from app.comments.queries import Thread
from app.core import idempotency, outbox
from app.core.errors import Refused
from app.core.idempotency import Answer, Asked
from app.core.languages import gettext as _
from app.core.runtime import current
from app.core.storage import address
from app.delivery import queries as deliveries
from app.documents import queries
from app.documents.actions import keeping
from app.documents.models import Audience, Document
from app.intake.actions import reception
from app.intake.actions.taking import Examined
from app.renditions import queries as renditions
from app.renditions.models import Rendition
from app.renditions.rules import ENDINGS, MEDIA_TYPES
from app.web import answers, paging, transaction, visitor
from app.web.limits import limiter
from app.web.page import page
from app.web.problems import Problem

blueprint = Blueprint("api", __name__)

ENDPOINT = "POST /api/v1/documents"
TRIES = 5
SAME_EVERYWHERE = "how programs talk to Kontor is the same in every installation"


def _asker() -> str:
    """Return whom a limit counts for: a key, else an address."""
    return principal().id or visitor.address()


limiter.limit("600 per minute", key_func=_asker)(blueprint)


@blueprint.get("/api")
@public(SAME_EVERYWHERE)
def reference() -> Response:
    return page("api/reference.html", description=description.load())


@blueprint.get("/api/v1/openapi.json")
@public(SAME_EVERYWHERE)
def openapi() -> Response:
    return answers.data(description.load())


@blueprint.get("/api/v1/documents")
@gate(Can.READ_DOCUMENTS)
def documents() -> Response:
    wishes = filters.read()
    rows = queries.page(
        principal(), wishes.filters, wishes.after, back=False, limit=wishes.limit + 1
    )
    shown, more = rows[: wishes.limit], len(rows) > wishes.limit
    following = (
        paging.url_with(after=f"{shown[-1].listed_on}~{shown[-1].id}") if more and shown else None
    )
    links = {"Link": f'<{following}>; rel="next"'} if following else {}
    said = acceptance.holding(shown)
    listed = [shapes.row(one, said.get(one.id)) for one in shown]
    body = {"documents": listed, "next": following}
    return answers.data(body, headers=links)


@blueprint.get("/api/v1/documents/<id:document_id>")
@gate(Can.READ_DOCUMENTS, queries.one)
def document(one: Document) -> Response:
    return answers.data(_whole(principal(), one))


@blueprint.get("/api/v1/documents/<id:document_id>/renditions/<id:rendition_id>")
@gate(Can.DOWNLOAD_DOCUMENTS, renditions.one)
def rendition(found: tuple[Document, Rendition]) -> Response:
    one, made = found
    if made.sha256 is None:
        raise Refused(_("This file is not made yet. Look again in a moment."))
    content = current().storage.read(made.organisation_id, made.sha256)
    name = keeping.safe_name(one.number) + ENDINGS[made.form]
    return answers.download(content, MEDIA_TYPES[made.form], name, made.sha256)


@blueprint.get("/api/v1/documents/<id:document_id>/deliveries")
@gate(Can.READ_DELIVERIES, queries.one)
def deliveries_of(one: Document) -> Response:
    found = deliveries.of_document(one.id)
    return answers.data({"deliveries": [shapes.delivery(dispatch) for dispatch in found]})


@blueprint.get("/api/v1/documents/<id:document_id>/comments")
@gate(Can.READ_DOCUMENTS, queries.one)
def comments_on(one: Document) -> Response:
    before = filters.older_than()
    threads = comments.threads(principal(), one, [Audience.CUSTOMER], before=before)
    found = threads[0] if threads else Thread(Audience.CUSTOMER, [], {}, is_first=True)
    older = None if found.is_first else paging.url_with(before=found.comments[0].id)
    shown = [shapes.comment(each, found.files.get(each.id, ())) for each in found.comments]
    return answers.data({"comments": shown, "older": older})


@blueprint.post("/api/v1/documents")
@gate(Can.TAKE_IN_DOCUMENTS)
def take_in() -> Response:
    who, sent, key = principal(), sending.read(), sending.idempotency_key()
    asked = Asked(who.organisation_id, ENDPOINT, key, sent.request_hash) if key else None
    try:
        found = _known(who, sent, asked) or _new(who, sent, asked)
    except idempotency.Reused as error:
        raise Problem(
            422,
            "idempotency-key-reused",
            _("The Idempotency-Key came with another request before"),
            _("Use a new key for a new request. Nothing was kept of this one."),
        ) from error
    headers = {"Location": url_for("api.document", document_id=found.body["id"])}
    if sent.is_strict:
        headers["Preference-Applied"] = "handling=strict"
    return answers.data(found.body, found.status, headers)


def _known(who: Principal, sent: Sending, asked: Asked | None) -> Answer | None:
    """Return the answer to what was asked, or sent, before; None where it is new."""
    before = idempotency.answered(asked) if asked else None
    if before is not None:
        return before
    known = queries.with_bytes(who.organisation_id, address(sent.document.content))
    return None if known is None else _answered(who, asked, known, 200)


def _new(who: Principal, sent: Sending, asked: Asked | None) -> Answer:
    """Examine while no transaction is open, then keep; whoever was faster with the same wins."""
    with transaction.paused():
        found = reception.examined(who.organisation_id, sent.document, sent.attachments)
        _refuse_unreadable(found, is_strict=sent.is_strict)
    for _try in range(TRIES):
        try:
            return _kept(who, sent, asked, found)
        except outbox.Again:
            transaction.anew()
    raise Problem(
        503,
        "busy",
        _("Others are sending the same at this moment"),
        _("Nothing was kept. Send it again in a moment."),
    )


def _kept(who: Principal, sent: Sending, asked: Asked | None, found: Examined) -> Answer:
    before = idempotency.begin(asked) if asked else None
    if before is not None:
        return before
    one, is_new = reception.keep(found, who.actor, creates_customers=sent.creates_customers)
    answer = Answer(201 if is_new else 200, _whole(who, one))
    if asked:
        idempotency.finish(asked, answer)
    return answer


def _answered(who: Principal, asked: Asked | None, known: Document, status: int) -> Answer:
    before = idempotency.begin(asked) if asked else None
    answer = before or Answer(status, _whole(who, known))
    if asked and before is None:
        idempotency.finish(asked, answer)
    return answer


def _refuse_unreadable(found: Examined, *, is_strict: bool) -> None:
    examination = found.examination
    if reception.is_readable(examination) and not (is_strict and examination.is_held):
        return
    raise Problem(
        422,
        "findings",
        _("The document cannot be taken in"),
        _("The checks found errors, see “findings”. Nothing was kept."),
        findings=[shapes.finding(one) for one in examination.findings],
    )


def _whole(who: Principal, one: Document) -> dict[str, object]:
    return shapes.whole(
        one,
        acceptance.holding([one]).get(one.id),
        queries.findings_of(queries.content_of(one)),
        queries.versions_of(who, one),
        queries.files_of(one),
        renditions.of_document(one.id),
    )
