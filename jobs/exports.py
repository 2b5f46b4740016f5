"""Make the files of exports."""

from app.core.journal import Actor
from app.exports import queries
from app.exports.actions import asking, making
from app.exports.actions.making import Made, Plan
from app.exports.formats.writers import WRITERS
from app.exports.rules import State
from jobs.job import Outside

BY = Actor("job", "exports.make", "Kontor")


def prepare(export: str) -> Plan | None:
    """Find the export that waits; None where its file is made, or nobody waits any more."""
    one = queries.by_id(export)
    return making.plan(one) if one is not None and one.state is State.WAITING else None


def perform(plan: Plan) -> Made:
    """Write the file."""
    return making.make(plan, WRITERS[plan.format])


def settle(plan: Plan, made: Made) -> bool:
    """Say that the file is there."""
    asking.finish(plan.export_id, made.rows, made.size, BY)
    return False


def abandon(export: str) -> None:
    """Say that the file could not be made."""
    asking.give_up(export, BY)


MAKE = Outside(prepare=prepare, perform=perform, settle=settle, tries=5, abandon=abandon)
