"""Hand a letter that is written over to the mail server."""

from app.core.errors import Invalid
from app.core.mail import Answer, Letter, Transport, compose, send
from app.core.runtime import current


def hand_over(letter: Letter) -> Answer | None:
    """Return what the mail server said; None where the letter cannot be written as a mail."""
    try:
        message = compose(letter)
    except Invalid:
        return None
    transport = Transport.from_url(current().settings.mail_url)
    return send(transport, letter.envelope_sender, letter.recipient_address, message)
