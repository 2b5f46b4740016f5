"""The summary for people: one page that is read without us, in the language of the house."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from app.acceptance import rules as acceptance
from app.core import languages, rendering, text
from app.core.journal import Entry
from app.core.languages import N_, pgettext
from app.core.languages import gettext as _
from app.core.money import Money
from app.delivery import rules as delivery
from app.delivery.models import Dispatch, ReceiptKind
from app.documents.models import File
from app.documents.rules import life
from app.evidence.formats.placing import Placed, left_out
from app.evidence.queries.gathering import Evidence
from app.organisations.rules import CHANNEL_NAMES, Channel
from app.payments import rules as payments
from app.renditions.models import Rendition

Told = Callable[[list[Entry]], list[tuple[datetime, str, str, str]]]
"""Makes (moment, sentence, who, tone) of lines of the journal."""
Row = dict[str, Any]

RECEIPTS: Final = {
    ReceiptKind.FETCHED: N_("Link fetched"),
    ReceiptKind.OPENED: N_("Opened"),
    ReceiptKind.DOWNLOADED: N_("File downloaded"),
}


def write(
    found: Evidence,
    placed: Mapping[str, Placed],
    pack: Mapping[str, object],
    tell: Told,
    *,
    with_internal: bool,
) -> bytes:
    """Return the page as HTML without scripts and without anything from elsewhere; all text escaped."""
    numbers = {one.id: one.version for one in found.versions}
    page = rendering.alone(
        "evidence/summary.html",
        pack=pack,
        house=found.house,
        timezone=languages.timezone(),
        newest=found.versions[-1],
        customers=found.customers,
        versions=[_version(found, placed, one.id) for one in found.versions],
        dispatches=[_dispatch(found, one) for one in found.dispatches],
        receipts=[
            (one.at, one.reader_name, _(RECEIPTS[one.kind]), numbers[one.document_id])
            for one in found.receipts
        ],
        comments=_comments(found, placed),
        answers=[
            (one, _answered(one.answer), _reason(one.reason), numbers[one.document_id])
            for one in found.answers
        ],
        payments=_payments(found),
        timeline=_timeline(found, tell, left_out(found, with_internal=with_internal)),
    )
    return page.encode()


def _version(found: Evidence, placed: Mapping[str, Placed], document_id: str) -> Row:
    one = next(each for each in found.versions if each.id == document_id)
    rows: list[File | Rendition] = [*found.files, *found.renditions]
    return {
        "document": one,
        "state": _(life.STATE_NAMES[one.state]),
        "files": [placed[row.id] for row in rows if row.document_id == one.id and row.id in placed],
    }


def _dispatch(found: Evidence, one: Dispatch) -> Row:
    is_in_portal = one.channel is Channel.PORTAL and one.state is delivery.State.SUBMITTED
    word = _("in the portal") if is_in_portal else _(delivery.STATE_NAMES[one.state])
    tries = [each for each in found.attempts if each.dispatch_id == one.id]
    return {
        "dispatch": one,
        "version": next(each.version for each in found.versions if each.id == one.document_id),
        "channel": _(CHANNEL_NAMES[one.channel]),
        "state": word,
        "attempts": [
            (each, _(delivery.OUTCOME_NAMES[each.outcome]) if each.outcome else "–")
            for each in tries
        ],
    }


def _comments(found: Evidence, placed: Mapping[str, Placed]) -> list[Row]:
    return [
        {
            "comment": one,
            "files": [placed[row.id] for row in found.comment_files if row.comment_id == one.id],
        }
        for one in found.comments
    ]


def _answered(answer: life.Answer) -> str:
    return {
        life.Answer.ACCEPTED: pgettext("quote", "accepted"),
        life.Answer.REJECTED: pgettext("quote", "rejected"),
        life.Answer.REVISION_ASKED: pgettext("quote", "revision asked for"),
    }[answer]


def _reason(reason: acceptance.Reason | None) -> str:
    return _(acceptance.REASON_NAMES[reason]) if reason else ""


def _payments(found: Evidence) -> list[Row]:
    return [
        {
            "payment": one,
            "state": _(payments.STATE_NAMES[one.state]),
            "amount": text.money(Money(part.minor, one.currency)),
            "version": part.version,
        }
        for one, part in found.payments
    ]


def _timeline(
    found: Evidence, tell: Told, hidden: frozenset[str]
) -> Sequence[tuple[datetime, str, str, str]]:
    """Return what happened, the oldest first; the names of files that stay inside are left out."""
    shown = [one for one in found.lines if one.data.get("file") not in hidden]
    return tell(shown)
