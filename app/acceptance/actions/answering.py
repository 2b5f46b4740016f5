"""Answering a quote, once, for the version that is shown; and opening it again."""

from sqlalchemy import update

from app.acceptance import queries
from app.acceptance.actions import telling
from app.acceptance.models import QuoteAnswer
from app.acceptance.rules import Obstacle, Reason
from app.access.principal import Principal
from app.core import clock, ids, journal, text
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import N_
from app.core.languages import gettext as _
from app.documents.actions import answering, publication
from app.documents.models import Document
from app.documents.rules.life import Answer
from app.organisations import queries as organisations

SENTENCES = {
    Obstacle.NEWER: N_("A newer version of this quote is published. Nothing was changed."),
    Obstacle.CLOSED: N_("This quote is not open any more. Nothing was changed."),
    Obstacle.EXPIRED: N_("This quote has expired. Nothing was changed."),
}
ALREADY = {
    Answer.ACCEPTED: N_("%(name)s accepted this quote on %(day)s. Nothing was changed."),
    Answer.REJECTED: N_("%(name)s rejected this quote on %(day)s. Nothing was changed."),
    Answer.REVISION_ASKED: N_(
        "%(name)s asked for a revision of this quote on %(day)s. Nothing was changed."
    ),
}


def accept(
    document: Document, who: Principal, name: str, *, order_number: str = "", cost_centre: str = ""
) -> None:
    """Accept a version of a quote; `name` is what the person typed.

    Raises `Refused` where it was answered, replaced, withdrawn, or has expired.
    """
    one = _answer(
        *(document, who, Answer.ACCEPTED),
        name=name,
        order_number=order_number,
        cost_centre=cost_centre,
    )
    publication.announce(
        "quote.accepted",
        document,
        who.actor,
        answer=one.id,
        accepted_by=name,
        order_number=order_number,
        cost_centre=cost_centre,
    )


def reject(document: Document, who: Principal, reason: Reason, words: str = "") -> None:
    """Reject a version of a quote; raises `Refused` as `accept` does."""
    one = _answer(document, who, Answer.REJECTED, reason=reason, words=words)
    publication.announce(
        "quote.rejected", document, who.actor, answer=one.id, reason=reason.value, words=words
    )


def ask_revision(document: Document, who: Principal, words: str) -> None:
    """Ask for another version of a quote; raises `Refused` as `accept` does."""
    one = _answer(document, who, Answer.REVISION_ASKED, words=words)
    publication.announce("quote.revision_asked", document, who.actor, answer=one.id, words=words)


def reopen(document: Document, by: journal.Actor, because: str) -> None:
    """Let a quote wait for an answer again; the answer before is kept. Raises `Refused`."""
    is_open = answering.open_again(document)
    before = queries.answer_of(document) if is_open else None
    if before is None:
        raise Refused(_("This quote has no answer that could be opened. Nothing was changed."))
    session().execute(
        update(QuoteAnswer)
        .where(QuoteAnswer.document_id == document.id, QuoteAnswer.reopened_at.is_(None))
        .values(reopened_at=clock.now(), reopened_by=by.name[:200], reopened_because=because)
        .execution_options(synchronize_session=False)
    )
    session().refresh(before)
    publication.note("quote.reopened", document, by, answer=before.id, because=because)
    house = organisations.organisation_by_id(document.organisation_id)
    telling.tell_reopened(house, document, before)


def _answer(document: Document, who: Principal, answer: Answer, **said: object) -> QuoteAnswer:
    house = organisations.organisation_by_id(document.organisation_id)
    if not answering.settle(document, answer, clock.today(house.timezone)):
        raise Refused(refusal(document))
    plain = {"name": who.name, "order_number": "", "cost_centre": "", "reason": None, "words": ""}
    actor = who.actor
    one = QuoteAnswer(
        id=ids.new(),
        organisation_id=document.organisation_id,
        document_id=document.id,
        answer=answer,
        at=document.answered_at,
        by_kind=actor.kind,
        by_id=actor.id,
        by_name=actor.name[:200],
        **(plain | said),
    )
    session().add(one)
    session().flush()
    telling.tell(house, document, one)
    return one


def refusal(document: Document) -> str:
    """Say why a document takes no answer, in the language spoken now."""
    why = queries.obstacle(document)
    one = queries.answer_of(document) if why is Obstacle.ANSWERED else None
    if one is not None:
        return _(ALREADY[one.answer], name=one.name, day=text.day_of(one.at))
    return _(SENTENCES[why if why in SENTENCES else Obstacle.CLOSED])
