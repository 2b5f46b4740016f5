"""Make the archives of bundles."""

from app.bundles import queries
from app.bundles.actions import asking, making
from app.bundles.actions.making import Made, Plan
from app.bundles.rules import Reason, State
from app.core.journal import Actor
from jobs.job import Outside

BY = Actor("job", "bundles.make", "Kontor")


def prepare(bundle: str) -> Plan | None:
    """Find the bundle that waits; None where it is made, or nobody waits any more."""
    one = queries.by_id(bundle)
    return making.plan(one) if one is not None and one.state is State.WAITING else None


def perform(plan: Plan) -> Made:
    """Write the archive."""
    return making.make(plan)


def settle(plan: Plan, made: Made) -> bool:
    """Say that the archive is there, or why it is not."""
    if made.reason is None:
        asking.finish(plan.bundle_id, made.documents, made.size, BY)
    else:
        asking.fail(plan.bundle_id, made.reason, BY)
    return False


def abandon(bundle: str) -> None:
    """Say that the archive could not be made."""
    asking.fail(bundle, Reason.GIVEN_UP, BY)


MAKE = Outside(prepare=prepare, perform=perform, settle=settle, tries=5, abandon=abandon)
