"""What must be true when all is over, whatever was killed."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from app.core.db import session
from app.core.journal import Entry
from app.core.outbox import Promise
from app.core.runtime import Runtime
from app.delivery.models import Attempt, Dispatch
from app.delivery.rules import Outcome
from app.delivery.rules import State as DispatchState
from app.documents.models import Document
from app.documents.rules.life import State
from app.notices.models import Notice
from app.renditions.models import Rendition
from app.renditions.rules import State as RenditionState
from tests.chaos.stage import RECIPIENTS

MESSAGE_ID = re.compile(rb"^Message-ID: (<[^>]+>)\r?$", re.MULTILINE)


@dataclass(frozen=True)
class Verdict:
    """Figures, and one sentence for everything that is wrong."""

    published: int
    dispatches: int
    attempts: int
    mails: int
    raw_duplicates: int
    """Mails beyond the first with their Message-ID: plain SMTP cannot exclude them (RFC 1047)."""
    wrong: list[str]


def judge(here: Runtime, acknowledged: set[str], folder: Path) -> Verdict:
    """Compare what the web acknowledged, what the database says and what the mail server has."""
    everything = Counter(message_ids(folder))
    with here.database.reading():
        told = notices(here)
        mails = Counter({key: count for key, count in everything.items() if key not in told})
        published = set(
            session().scalars(select(Document.id).where(Document.state == State.PUBLISHED))
        )
        dispatches = list(session().scalars(select(Dispatch)))
        attempts = list(session().scalars(select(Attempt)))
        wrong = [
            *sentence("acknowledged documents are not published", acknowledged - published),
            *_of_documents(published, dispatches),
            *_of_dispatches(here, dispatches, mails),
            *_of_attempts(dispatches, attempts),
            *_of_journal(published, dispatches),
            *_of_renditions(published),
            *_of_outbox(),
            *sentence("notices came twice", {key for key in told if everything[key] > 1}),
        ]
    return Verdict(
        published=len(published),
        dispatches=len(dispatches),
        attempts=len(attempts),
        mails=sum(mails.values()),
        raw_duplicates=sum(mails.values()) - len(mails),
        wrong=wrong,
    )


def notices(here: Runtime) -> set[str]:
    """Return the Message-IDs of short letters to people: that a password was set, for example."""
    domain = here.settings.bounce_domain
    return {f"<{key}@{domain}>" for key in session().scalars(select(Notice.id))}


def message_ids(folder: Path) -> list[str]:
    found = [MESSAGE_ID.findall(path.read_bytes()) for path in folder.glob("*.eml")]
    return [one.decode("ascii") for ids in found for one in ids]


def _of_documents(published: set[str], dispatches: list[Dispatch]) -> list[str]:
    recipients = Counter((one.document_id, one.recipient_id) for one in dispatches)
    reached = Counter(one.document_id for one in dispatches)
    return [
        *sentence("recipients have two dispatches", {k for k, n in recipients.items() if n > 1}),
        *sentence("documents lack dispatches", {d for d in published if reached[d] != RECIPIENTS}),
        *sentence("dispatches have no published document", set(reached) - published),
    ]


def _of_dispatches(here: Runtime, dispatches: list[Dispatch], mails: Counter[str]) -> list[str]:
    domain = here.settings.bounce_domain
    expected = {f"<{one.id}.1@{domain}>": one for one in dispatches}
    stuck = {f"{one.id} {one.state}" for one in dispatches if one.state != DispatchState.SUBMITTED}
    return [
        *sentence("dispatches are not submitted", stuck),
        *sentence("dispatches never reached the mail server", set(expected) - set(mails)),
        *sentence("mails belong to no dispatch", set(mails) - set(expected)),
        *sentence("dispatches went round twice", {one.id for one in dispatches if one.round > 1}),
    ]


def _of_attempts(dispatches: list[Dispatch], attempts: list[Attempt]) -> list[str]:
    counted = Counter(one.dispatch_id for one in attempts)
    accepted = {one.dispatch_id for one in attempts if one.outcome is Outcome.ACCEPTED}
    return [
        *sentence("attempts are open", {one.token for one in attempts if one.outcome is None}),
        *sentence(
            "dispatches miscount their attempts",
            {one.id for one in dispatches if one.attempts != counted[one.id]},
        ),
        *sentence("dispatches lack an accepted attempt", {one.id for one in dispatches} - accepted),
    ]


def _of_journal(published: set[str], dispatches: list[Dispatch]) -> list[str]:
    rows = session().execute(
        select(Entry.name, Entry.object_kind, Entry.object_id, func.count()).group_by(
            Entry.name, Entry.object_kind, Entry.object_id
        )
    )
    lines = {(row[0], row[1], row[2]): row[3] for row in rows}
    told = {d for d in published if lines.get(("document.published", "document", d)) == 1}
    sent = {
        one.id
        for one in dispatches
        if lines.get(("dispatch.submitted", "dispatch", one.id), 0) == 1
    }
    others = {key for key in lines if key[0] == "document.published"}
    return [
        *sentence("publications are not in the journal once", published - told),
        *sentence("the journal publishes what is not", {k[2] for k in others} - published),
        *sentence("submissions are not in the journal once", {d.id for d in dispatches} - sent),
    ]


def _of_renditions(published: set[str]) -> list[str]:
    made = set(
        session().scalars(
            select(Rendition.document_id).where(Rendition.state == RenditionState.MADE)
        )
    )
    return sentence("published documents were not made for people", published - made)


def _of_outbox() -> list[str]:
    left = {f"{one.task} {one.last_error}" for one in session().scalars(select(Promise))}
    return sentence("pieces of work are left in the outbox", left)


def sentence(what: str, which: set[str] | set[tuple[str, str]]) -> list[str]:
    return [f"{len(which)} {what}: {', '.join(map(str, sorted(which)[:3]))}"] if which else []
