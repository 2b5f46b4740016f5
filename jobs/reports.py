"""Make reports, send their mails, and count the dispatches of each day."""

from datetime import timedelta

from app.core import runtime
from app.core.mail import Answer
from app.reports.actions import counting, letters, running
from app.reports.actions.letters import Due
from app.reports.actions.running import Plan
from app.reports.queries import figures
from app.reports.rules.counting import Figures
from jobs.job import Outside, Plain
from jobs.letters import hand_over

MOMENT = timedelta(seconds=5)
"""Until it is counted again where two counted at once."""


def plan(run: str) -> Plan | None:
    """Find the run that waits."""
    return running.plan(run)


def find_out(planned: Plan) -> Figures:
    """Count, without holding up anybody who writes."""
    with runtime.current().database.reading():
        return figures.figures(planned.scope, planned.period)


def settle(planned: Plan, found: Figures) -> bool:
    """Keep the figures and promise the mails."""
    running.settle(planned, found)
    return False


def abandon(run: str) -> None:
    """Say that it could not be made."""
    running.give_up(run)


def begin(letter: str) -> Due | None:
    """Find out whom the mail is for."""
    return letters.begin(letter)


def submit(due: Due) -> tuple[bool, Answer | None]:
    """Write the mail, put the attempt on record and hand it over; False where somebody else does.

    The answer is None where it cannot be written as a mail.
    """
    letter = letters.written(due)
    with runtime.current().database.transaction():
        is_ours = letters.mark(due)
    return is_ours, hand_over(letter) if is_ours else None


def settle_letter(due: Due, sent: tuple[bool, Answer | None]) -> bool:
    """Write down what came of it."""
    is_ours, answer = sent
    return is_ours and letters.finish(due, answer)


def give_up(letter: str) -> None:
    """Say that it was given up."""
    letters.give_up(letter)


def plan_count(organisation: str) -> counting.Plan:
    """Find out what is to be counted."""
    return counting.plan(organisation)


def keep_count(planned: counting.Plan, counted: counting.Counted) -> bool | timedelta:
    """Keep what was counted."""
    return MOMENT if counting.keep(planned, counted) else False


MAKE = Outside(prepare=plan, perform=find_out, settle=settle, tries=20, abandon=abandon)
SEND = Outside(prepare=begin, perform=submit, settle=settle_letter, tries=50, abandon=give_up)
COUNT = Outside(prepare=plan_count, perform=counting.count, settle=keep_count, tries=20)
LOOK = Plain(counting.promise_counts)
