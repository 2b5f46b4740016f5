"""Make the ZIPs of evidence packs."""

from app.core.journal import Actor
from app.evidence import queries
from app.evidence.actions import asking, making
from app.evidence.actions.making import Made, Plan
from app.evidence.rules import Reason, State
from app.words.happenings import happenings
from jobs.job import Outside

BY = Actor("job", "evidence.make", "Kontor")


def prepare(pack: str) -> Plan | None:
    """Find the pack that waits; None where it is made, or nobody waits any more."""
    one = queries.by_id(pack)
    return making.plan(one) if one is not None and one.state is State.WAITING else None


def perform(plan: Plan) -> Made:
    """Write the ZIP."""
    return making.make(plan, happenings)


def settle(plan: Plan, made: Made) -> bool:
    """Say that the ZIP is there, or why it is not."""
    if made.reason is None:
        asking.finish(plan.pack_id, made.files, made.size, made.sha256, BY)
    else:
        asking.fail(plan.pack_id, made.reason, made.detail, BY)
    return False


def abandon(pack: str) -> None:
    """Say that the ZIP could not be made."""
    asking.fail(pack, Reason.GIVEN_UP, "", BY)


MAKE = Outside(prepare=prepare, perform=perform, settle=settle, tries=5, abandon=abandon)
