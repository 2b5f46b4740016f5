"""What must be true of every dispatch, compared with what the other sides really have."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import or_, select

from app.core.db import session
from app.core.inbox import Message
from app.core.outbox import Promise
from app.core.runtime import Runtime
from app.delivery.models import Attempt, ChannelHealth, Dispatch
from app.delivery.rules import Outcome, State
from app.demo.print_centre import PrintCentre
from app.organisations.rules import Channel
from tests.chaos.channels_stage import GONE
from tests.chaos.verdict import message_ids, notices

OURS = or_(*(Promise.task.startswith(f"{one}.") for one in ("delivery", "inbox", "reactions")))
"""Work that is about dispatches; pictures of pages may be drawn later."""
ENDS = {
    "once": State.DISPATCHED,
    "twice": State.DISPATCHED,
    "late": State.DISPATCHED,
    "never": State.SUBMITTED,
    "rejected": State.REJECTED,
}
"""How the print centre answers → where the letter has to stand in the end."""
GIVEN_UP = {State.UNDELIVERABLE, State.HELD}
"""Where a mail to a mailbox that does not exist may stand: refused, or held because one was before."""


@dataclass
class Verdict:
    """Figures, and one sentence for everything that is wrong."""

    states: Counter[str] = field(default_factory=Counter)
    attempts: int = 0
    doubles: Counter[str] = field(default_factory=Counter)
    """Beyond the first with their reference, by channel; of mails those that SMTP cannot exclude."""
    lost: int = 0
    wrong: list[str] = field(default_factory=list)


def judge(here: Runtime, documents: list[str], folder: Path, centres: list[PrintCentre]) -> Verdict:
    """Look at every dispatch, every attempt, every mail and every letter."""
    found = Verdict()
    everything = Counter(message_ids(folder))
    with here.database.reading():
        told = notices(here)
        mails = Counter({key: count for key, count in everything.items() if key not in told})
        dispatches = list(session().scalars(select(Dispatch)))
        attempts = list(session().scalars(select(Attempt)))
        left = {
            f"{one.task} {one.last_error}" for one in session().scalars(select(Promise).where(OURS))
        }
        unread = {one.id for one in session().scalars(select(Message)) if one.applied_at is None}
        down = {one.trouble for one in session().scalars(select(ChannelHealth))}
    found.attempts = len(attempts)
    found.states = Counter(f"{one.channel.value} {one.state.value}" for one in dispatches)
    found.wrong += _of_all(documents, dispatches, attempts)
    found.wrong += sentence("pieces of work are left", left)
    found.wrong += sentence("messages were not read", unread)
    found.wrong += sentence("channels are down though they are up", down)
    _of_mails(here, found, dispatches, attempts, mails)
    _of_letters(found, dispatches, centres)
    return found


def _of_all(documents: list[str], dispatches: list[Dispatch], attempts: list[Attempt]) -> list[str]:
    ways = Counter((one.document_id, one.channel) for one in dispatches)
    wanted = {(one, channel) for one in documents for channel in (Channel.EMAIL, Channel.PRINT)}
    counted = Counter(one.dispatch_id for one in attempts)
    miscounted = {one.id for one in dispatches if one.attempts != counted[one.id]}
    return [
        *sentence("dispatches are missing", {str(one) for one in wanted - set(ways)}),
        *sentence("dispatches are twice", {str(key) for key, count in ways.items() if count > 1}),
        *sentence("attempts are open", {one.token for one in attempts if one.outcome is None}),
        *sentence("dispatches miscount their attempts", miscounted),
        *sentence("dispatches went round twice", {one.id for one in dispatches if one.round > 1}),
    ]


def _of_mails(
    here: Runtime,
    found: Verdict,
    dispatches: list[Dispatch],
    attempts: list[Attempt],
    mails: Counter[str],
) -> None:
    """A mail may come twice only where an answer was lost: once for each such attempt (RFC 1047)."""
    maybe = (Outcome.UNKNOWN, Outcome.ACCEPTED)
    tried = Counter(one.dispatch_id for one in attempts if one.outcome in maybe)
    domain, known, stands, lost, twice = here.settings.bounce_domain, set(), set(), set(), set()
    for one in dispatches:
        if one.channel is not Channel.EMAIL:
            continue
        key = f"<{one.reference}@{domain}>"
        known.add(key)
        count = mails[key]
        is_gone = one.address.startswith(GONE)
        ends = GIVEN_UP if is_gone else {State.SUBMITTED, State.UNCERTAIN}
        if one.state not in ends or (is_gone and count):
            stands.add(f"{one.id} {one.state.value} with {count} mails")
        if not count and one.state is State.SUBMITTED:
            lost.add(one.id)
        if count > tried[one.id]:
            twice.add(f"{one.id} {count} by {tried[one.id]} attempts")
        found.doubles["email"] += max(count - 1, 0)
    found.lost += len(lost)
    found.wrong += sentence("mails do not stand as they are", stands)
    found.wrong += sentence("mails were lost", lost)
    found.wrong += sentence("mails came more often than they were sent", twice)
    found.wrong += sentence("mails belong to no dispatch", set(mails) - known)


def _of_letters(found: Verdict, dispatches: list[Dispatch], centres: list[PrintCentre]) -> None:
    """A letter is printed once, whatever happened; and stands where its answers lead."""
    taken = sum((centre.books.taken for centre in centres), Counter[str]())
    refused = sum((centre.books.refused for centre in centres), Counter[str]())
    answered, letters = (
        centres[0].acknowledges,
        [d for d in dispatches if d.channel is Channel.PRINT],
    )
    lost = {f"{one.reference} {one.state.value}" for one in letters if not taken[one.reference]}
    twice = {f"{key} {count}" for key, count in taken.items() if count > 1}
    stands = {
        f"{one.reference} {one.state.value}, answered {answered(one.reference)}"
        for one in letters
        if one.state is not ENDS[answered(one.reference)]
    }
    found.lost += len(lost)
    found.doubles["print"] += sum(count - 1 for count in taken.values())
    found.wrong += sentence("letters were lost", lost)
    found.wrong += sentence("letters were printed twice", twice)
    found.wrong += sentence("letters do not stand as they were answered", stands)
    found.wrong += sentence("letters were not whole", set(refused))
    found.wrong += sentence(
        "letters belong to no dispatch", set(taken) - {one.reference for one in letters}
    )


def sentence(what: str, which: Iterable[str]) -> list[str]:
    found = sorted(set(which))
    return [f"{len(found)} {what}: {', '.join(found[:3])}"] if found else []
