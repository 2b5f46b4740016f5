"""Make the ZIPs of all that is known about somebody."""

from app.core.journal import Actor
from app.privacy import queries
from app.privacy.actions import exporting
from app.privacy.actions.exporting import Made, Plan
from jobs.job import Outside

BY = Actor("job", "privacy.make_export", "Kontor")


def prepare(export: str) -> Plan | None:
    """Find the export that waits; None where it is made, or given up."""
    one = queries.export_by_id(export)
    if one is None or one.is_done or one.is_failed:
        return None
    return exporting.plan(one)


def settle(plan: Plan, made: Made) -> bool:
    """Say that the ZIP is there."""
    exporting.finish(plan.export_id, made, BY)
    return False


def abandon(export: str) -> None:
    """Say that the ZIP could not be made."""
    exporting.fail(export)


MAKE = Outside(prepare=prepare, perform=exporting.make, settle=settle, tries=5, abandon=abandon)
