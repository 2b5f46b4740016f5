"""Reminders: begin the runs that are due, look through what is open, make what was decided on."""

from datetime import timedelta

from app.dunning.actions import making, running
from app.dunning.actions.making import Plan
from app.intake.actions.taking import Examined
from jobs.job import Outside, Plain


def start() -> None:
    """Begin the runs whose hour has come."""
    running.start_due()


def run(run: str, after: str) -> None:
    """Look at the next invoices of one run."""
    running.work(run, after)


def abandon_run(run: str, after: str) -> None:
    """Stop it: a person has to look."""
    running.give_up(run)


def prepare(reminder: str) -> Plan | None:
    """Read what is to be made."""
    return making.plan(reminder)


def settle(asked: Plan, found: Examined | None) -> bool | timedelta:
    """Keep what was made."""
    return making.keep(asked, found)


def abandon(reminder: str) -> None:
    """Say that it could not be made."""
    making.fail(reminder)


START = Plain(start)
RUN = Plain(run, abandon=abandon_run)
MAKE = Outside(prepare=prepare, perform=making.make, settle=settle, tries=8, abandon=abandon)
