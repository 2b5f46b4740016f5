"""What follows where a mail came back: the address is blocked, a letter goes out instead (PY-28)."""

from app.core import journal
from app.core.journal import Entry
from app.delivery import queries
from app.delivery.actions import breaker, switching
from app.delivery.actions.blocking import block
from app.delivery.actions.moves import another_round, move, note, promise
from app.delivery.models import BlockReason, BouncePolicy, Dispatch
from app.delivery.queries import blocked, channels
from app.delivery.rules import Because, LeftOut, State, bouncing
from app.delivery.rules.bouncing import Trouble
from app.organisations.rules import Channel

BLOCKING = (BouncePolicy.BLOCK, BouncePolicy.BOTH)
POSTING = (BouncePolicy.LETTER, BouncePolicy.BOTH)


def follow(happened: Entry) -> None:
    """Do what the organisation wants where a mail turned out to be undeliverable."""
    dispatch = queries.by_id(str(happened.data.get("dispatch", "")))
    if dispatch is None or dispatch.channel is not Channel.EMAIL:
        return
    breaker.promise(dispatch.organisation_id)
    code, said = str(happened.data.get("code") or ""), str(happened.data.get("answer", ""))
    if bouncing.trouble_of(code, said) is Trouble.SIZE and _goes_without_files(dispatch):
        return
    address = str(happened.data["to"])
    reason = _reason(dispatch, address, is_hard=bool(happened.data.get("is_hard")))
    if reason is None:
        return
    policy = channels.house_settings(dispatch.organisation_id).bounce_policy
    if policy in BLOCKING:
        block(
            dispatch.organisation_id,
            address,
            reason,
            journal.SYSTEM,
            code=code,
            said=said,
            dispatch_id=dispatch.id,
        )
    if policy in POSTING and dispatch.state is State.UNDELIVERABLE:
        switching.wish_by(dispatch, Channel.PRINT, Because.RETURNED)


def _reason(dispatch: Dispatch, address: str, *, is_hard: bool) -> BlockReason | None:
    """Return why an address is not used again; None: the next mail may well arrive."""
    if is_hard:
        return BlockReason.HARD
    newest = blocked.newest_states(dispatch.organisation_id, address)
    return BlockReason.SOFT if bouncing.is_blocked_softly(newest) else None


def _goes_without_files(dispatch: Dispatch) -> bool:
    """Have a mail that came back for its size sent again without its files, once."""
    if not dispatch.enclosed or dispatch.left_out is not None:
        return False
    promise(dispatch.id, dispatch.organisation_id)
    again = move(
        dispatch,
        State.QUEUED,
        [State.UNDELIVERABLE],
        Dispatch.left_out.is_(None),
        left_out=LeftOut.REFUSED,
        **another_round(),
    )
    if again:
        note("dispatch.queued", dispatch, journal.SYSTEM)
    return again


def complain(happened: Entry) -> None:
    """Leave somebody alone who said that they do not want our mails; what arrived has arrived."""
    dispatch = queries.by_id(str(happened.data.get("dispatch", "")))
    if dispatch is None or dispatch.channel is not Channel.EMAIL:
        return
    block(
        dispatch.organisation_id,
        str(happened.data["to"]),
        BlockReason.COMPLAINT,
        journal.SYSTEM,
        code=str(happened.data.get("code") or ""),
        dispatch_id=dispatch.id,
    )
