"""Send notices."""

from app.core.mail import Answer
from app.notices import actions
from app.notices.actions import Due
from jobs.job import Outside
from jobs.letters import hand_over


def begin(notice: str) -> Due | None:
    """Write the letter."""
    return actions.begin(notice)


def submit(due: Due) -> Answer | None:
    """Hand it to the mail server; None where it cannot be written as a mail."""
    return hand_over(due.letter)


def give_up(notice: str) -> None:
    """Say that it was given up."""
    actions.give_up(notice)


SEND = Outside(prepare=begin, perform=submit, settle=actions.finish, tries=50, abandon=give_up)
