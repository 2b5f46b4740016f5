"""Read mails that brought documents, and answer them."""

from app.core.mail import Answer
from app.ways_in.actions import answering, mailing
from app.ways_in.actions.answering import Due
from jobs.job import Outside
from jobs.letters import hand_over


def prepare(message: str) -> mailing.Waiting | None:
    """Find the mail that waits."""
    return mailing.waiting(message)


def settle(waiting: mailing.Waiting, found: mailing.Opened) -> bool:
    """Keep what was read."""
    mailing.keep(waiting, found)
    return False


def abandon(message: str) -> None:
    """Say that the mail could not be read."""
    mailing.fail(message)


def begin(mail: str) -> Due | None:
    """Write the answer."""
    return answering.begin(mail)


def submit(due: Due) -> Answer | None:
    """Hand it to the mail server; None where there is nothing that could be sent."""
    return None if due.letter is None else hand_over(due.letter)


def give_up(mail: str) -> None:
    """Say that it was given up."""
    answering.give_up(mail)


TAKE_IN_MAIL = Outside(
    prepare=prepare, perform=mailing.opened, settle=settle, tries=5, abandon=abandon
)
ANSWER = Outside(prepare=begin, perform=submit, settle=answering.finish, tries=50, abandon=give_up)
