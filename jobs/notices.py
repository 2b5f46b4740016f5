"""Send notices."""

from app.core.errors import Invalid
from app.core.mail import Answer, Transport, compose, send
from app.core.runtime import current
from app.notices import actions
from app.notices.actions import Due
from jobs.job import Outside


def begin(notice: str) -> Due | None:
    """Write the letter."""
    return actions.begin(notice)


def submit(due: Due) -> Answer | None:
    """Hand it to the mail server; None where it cannot be written as a mail."""
    letter = due.letter
    try:
        message = compose(letter)
    except Invalid:
        return None
    transport = Transport.from_url(current().settings.mail_url)
    return send(transport, letter.envelope_sender, letter.recipient_address, message)


def give_up(notice: str) -> None:
    """Say that it was given up."""
    actions.give_up(notice)


SEND = Outside(prepare=begin, perform=submit, settle=actions.finish, tries=50, abandon=give_up)
