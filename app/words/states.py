"""The tone and the word of every state, and what is to be paid."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from app.acceptance import rules as acceptance
from app.access.grants import Can
from app.access.principal import principal
from app.core import clock, languages, text
from app.core.languages import N_, ngettext, pgettext
from app.core.languages import gettext as _
from app.core.progress import WorkState
from app.delivery import rules as delivery
from app.delivery.models import Dispatch
from app.documents.models import Document
from app.documents.rules import life
from app.documents.rules.kinds import Kind
from app.documents.rules.life import Payment
from app.intake.models import ItemState, Source
from app.organisations.rules import Channel
from app.releases.rules import ItemState as ReleaseItemState
from app.releases.rules import Obstacle

MARKS: Final = {"good": "●", "waiting": "◐", "attention": "▲", "failed": "✕"}
"""Tone → the sign beside the word; a colour never stands alone."""
NO_MARK: Final = "○"
DOCUMENT_TONES: Final = {life.State.HELD: "attention", life.State.READY: "waiting"} | {
    life.State.PUBLISHED: "good"
}
DISPATCH_TONES: Final = {
    delivery.State.QUEUED: "waiting",
    delivery.State.SUBMITTING: "waiting",
    delivery.State.COMPONENT_DOWN: "attention",
    delivery.State.UNCERTAIN: "attention",
    delivery.State.HELD: "attention",
    delivery.State.SUBMITTED: "good",
    delivery.State.ACCEPTED: "good",
    delivery.State.DISPATCHED: "good",
    delivery.State.DELIVERED: "good",
    delivery.State.REJECTED: "failed",
    delivery.State.UNDELIVERABLE: "failed",
    delivery.State.FAILED: "failed",
    delivery.State.EXPIRED: "failed",
}
ITEM_WORDS: Final = {
    ItemState.WAITING: ("waiting", N_("waiting")),
    ItemState.TAKEN_IN: ("good", N_("taken in")),
    ItemState.HELD: ("attention", N_("held")),
    ItemState.KNOWN: ("neutral", N_("known already")),
    ItemState.FAILED: ("failed", N_("not readable")),
    ItemState.QUARANTINED: ("failed", N_("in quarantine")),
}
RELEASE_WORDS: Final = {
    ReleaseItemState.WAITING: ("waiting", N_("waiting")),
    ReleaseItemState.PUBLISHED: ("good", N_("published")),
    ReleaseItemState.REFUSED: ("attention", N_("refused")),
    ReleaseItemState.FAILED: ("failed", N_("failed")),
}
WORK_WORDS: Final = {
    WorkState.RUNNING: ("waiting", N_("at work")),
    WorkState.STOPPED: ("attention", N_("stopped")),
    WorkState.FINISHED: ("good", N_("finished")),
}
"""State → tone and msgid. What no table names is neutral."""

SOURCE_NAMES: Final = {
    Source.BROWSER: N_("in the browser"),
    Source.COMMAND: N_("by a command"),
    Source.API: N_("by a program"),
    Source.DROP_FOLDER: N_("through the drop folder"),
    Source.MAIL: N_("by mail"),
}
"""The ways in, as people call them."""
OBSTACLE_SENTENCES: Final = {
    Obstacle.NEWER: N_("A newer version is published already."),
    Obstacle.NO_DATE: N_("The date is missing."),
    Obstacle.NO_CUSTOMER: N_("The customer is not confirmed."),
}
"""Why a document will not be published."""


def document_state(state: life.State) -> tuple[str, str]:
    """Return tone and word of a document's state."""
    return DOCUMENT_TONES.get(state, "neutral"), _(life.STATE_NAMES[state])


def dispatch_state(dispatch: Dispatch) -> tuple[str, str]:
    """Return tone and word of a dispatch's state; what lies in the portal was not sent anywhere."""
    state = dispatch.state
    if dispatch.channel is Channel.PORTAL and state is delivery.State.SUBMITTED:
        return "good", _("in the portal")
    return DISPATCH_TONES.get(state, "neutral"), _(delivery.STATE_NAMES[state])


def item_state(state: ItemState, *, is_examined: bool = False) -> tuple[str, str]:
    """Return tone and word for one file of an intake; `is_examined`: at this moment."""
    if is_examined and state is ItemState.WAITING:
        return "waiting", _("being examined")
    tone, word = ITEM_WORDS[state]
    return tone, _(word)


def release_state(state: ReleaseItemState) -> tuple[str, str]:
    """Return tone and word for one document of a release."""
    tone, word = RELEASE_WORDS[state]
    return tone, _(word)


def work_state(state: WorkState) -> tuple[str, str]:
    """Return tone and word for a long piece of work."""
    tone, word = WORK_WORDS[state]
    return tone, _(word)


def tally(
    counts: Mapping[Any, int], word_of: Callable[[Any], tuple[str, str]], address: str
) -> list[tuple[str, int, str, str, str]]:
    """Return (state, count, tone, word, address of these) of pieces of work that are not waiting."""
    return [
        (state.value, count, *word_of(state), f"{address}?state={state.value}")
        for state, count in counts.items()
    ]


def standing(document: Document) -> tuple[str, str, str]:
    """Return tone, word and detail of what a customer has to do about a published document."""
    due = payment_state(document)
    if due is not None:
        return due
    until = document.due_date
    detail = _("until %(day)s", day=text.day(until)) if until else ""
    if document.open_minor == 0:
        return "good", _("paid"), ""
    if document.kind is Kind.REMINDER and (document.payable_minor or 0) > 0:
        return "attention", _("please pay"), detail
    if document.kind.traits.is_acceptable:
        return answer_state(document) or _unanswered(document, detail)
    if not document.kind.traits.has_total:
        return "neutral", _("for your information"), ""
    return "neutral", _("nothing to pay"), ""


def answer_word(answer: life.Answer) -> tuple[str, str]:
    """Return tone and word for what a customer said to a quote."""
    # In a context: a mail server accepts, too, and other languages have another word for that.
    words = {
        life.Answer.ACCEPTED: ("good", pgettext("quote", "accepted")),
        life.Answer.REJECTED: ("neutral", pgettext("quote", "rejected")),
        life.Answer.REVISION_ASKED: ("waiting", pgettext("quote", "revision asked for")),
    }
    return words[answer]


def answer_state(document: Document) -> tuple[str, str, str] | None:
    """Return tone, word and detail of what a customer said to a quote; None where nothing."""
    if document.answer is None or document.answered_at is None:
        return None
    tone, word = answer_word(document.answer)
    return tone, word, _("on %(day)s", day=text.day_of(document.answered_at))


def waits_for_answer(document: Document) -> bool:
    """Say whether a quote waits for the answer of who reads this."""
    may = principal().may(Can.ANSWER_QUOTES, document.kind.value)
    return may and document.kind.traits.is_acceptable and _obstacle(document) is None


def _obstacle(document: Document) -> acceptance.Obstacle | None:
    today = clock.today(languages.timezone())
    return acceptance.obstacle(document.state, document.answer, document.due_date, today)


def _unanswered(document: Document, detail: str) -> tuple[str, str, str]:
    if _obstacle(document) is acceptance.Obstacle.EXPIRED:
        return "neutral", _("expired"), ""
    word = _("waits for your answer") if waits_for_answer(document) else _("offer")
    return "waiting", word, detail


def payment_state(document: Document) -> tuple[str, str, str] | None:
    """Return tone, word and detail of what is due; None where nothing is."""
    if document.state is not life.State.PUBLISHED:
        return None
    today = clock.today(languages.timezone())
    due = document.due_date
    state = life.payment_state(document.open_minor, due, today)
    if state in (Payment.NOTHING_DUE, Payment.PAID):
        return None
    if state is Payment.OPEN or due is None:
        detail = _("until %(day)s", day=text.day(due)) if due else ""
        return "waiting", _("open"), detail
    days = abs((due - today).days)
    if state is Payment.OVERDUE:
        return "attention", _("overdue"), ngettext("%(num)d day", "%(num)d days", days)
    if not days:
        return "waiting", _("due"), _("today")
    return "waiting", _("due"), ngettext("in %(num)d day", "in %(num)d days", days)


def listed_state(document: Document, is_staff: bool) -> tuple[str, str, str, str]:
    """Return tone, word, detail and test id of the one state that matters to the reader of a list."""
    if is_staff and document.state is life.State.PUBLISHED and document.answer is not None:
        return *(answer_state(document) or standing(document)), "answer-state"
    if is_staff or document.superseded_by:
        return *document_state(document.state), "", "document-state"
    return *standing(document), "payment-state"
