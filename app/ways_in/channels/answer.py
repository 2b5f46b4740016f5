"""The answer to a mail that brought documents: what became of each, in the house's language."""

from collections.abc import Sequence

from app.core import languages, rendering
from app.core.mail import Letter, verp
from app.core.runtime import current
from app.organisations.models import Organisation
from app.ways_in.models import ArrivedMail


def letter(
    mail: ArrivedMail,
    organisation: Organisation,
    files: Sequence[tuple[str, str, Sequence[str]]],
    left_out: Sequence[tuple[str, str]],
) -> Letter:
    """Write the answer; it goes to the envelope sender and is marked as one (RFC 3834).

    `files`: name, sentence, findings. `left_out`: name, reason. Both in the language spoken now.
    """
    settings = current().settings
    subject, text, html = rendering.mail(
        "ways_in/answer", organisation=organisation, files=files, left_out=left_out
    )
    answered = {"In-Reply-To": mail.message_id, "References": mail.message_id}
    return Letter(
        sender_name=organisation.sender_name,
        sender_address=organisation.sender_email,
        recipient_name="",
        recipient_address=mail.sender,
        subject=subject,
        text=text,
        html=html,
        message_id=f"<{mail.id}@{settings.bounce_domain}>",
        envelope_sender=verp(mail.id, settings.key("bounce"), settings.bounce_domain),
        language=languages.current(),
        date=mail.created_at,
        headers={name: value for name, value in answered.items() if value and "=?" not in value},
        auto_submitted="auto-replied",
    )
