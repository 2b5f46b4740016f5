"""Mail sign-in codes and ways to a new password: soon or never. A copy, after a crash, says the same."""

from app.core import clock, languages, rendering
from app.core.mail import Answer, Letter, Outcome, Transport, compose, send, verp
from app.core.runtime import current
from app.identity import queries
from app.identity.models import MailedCode, PasswordReset, Person
from app.identity.proofs import mailed_code
from app.identity.proofs import reset as reset_token
from app.organisations import queries as organisations
from jobs.job import Outside


def prepare(code: str) -> Letter | None:
    """Write the letter; None for a decoy, and for a code that is over."""
    row = queries.code_by_id(code)
    if row is None or row.person_id is None or row.expires_at <= clock.now():
        return None
    person = queries.person_by_id(row.person_id)
    if person is None:
        return None
    return _letter(row, person, "identity/code", code=mailed_code.code(row.id))


def prepare_reset(reset: str) -> Letter | None:
    """Write the letter; None for a decoy, and for a way that is over or was gone already."""
    row = queries.reset_by_id(reset)
    is_over = row is None or row.used_at is not None or row.expires_at <= clock.now()
    if row is None or row.person_id is None or is_over:
        return None
    person = queries.person_by_id(row.person_id)
    if person is None:
        return None
    organisation = organisations.organisation_by_id(person.organisation_id)
    url = reset_token.url(organisation.base_url, row.id)
    return _letter(row, person, "identity/reset", url=url)


def _letter(
    row: MailedCode | PasswordReset, person: Person, template: str, **values: str
) -> Letter:
    settings = current().settings
    organisation = organisations.organisation_by_id(person.organisation_id)
    language = languages.choose(person.language, organisation.language)
    with languages.speaking(language, organisation.country, organisation.timezone):
        subject, text, html = rendering.mail(
            template,
            person=person,
            organisation=organisation,
            **values,
        )
    return Letter(
        sender_name=organisation.sender_name,
        sender_address=organisation.sender_email,
        recipient_name=person.name,
        recipient_address=person.email,
        subject=subject,
        text=text,
        html=html,
        message_id=f"<{row.id}@{settings.bounce_domain}>",
        envelope_sender=verp(row.id, settings.key("bounce"), settings.bounce_domain),
        language=language,
        date=row.created_at,
    )


def perform(letter: Letter) -> Answer:
    """Hand it to the mail server."""
    transport = Transport.from_url(current().settings.mail_url)
    return send(transport, letter.envelope_sender, letter.recipient_address, compose(letter))


def settle(_letter: Letter, answer: Answer) -> bool:
    """Try again where surely nothing was sent; after a lost answer never (a code is soon over)."""
    return answer.outcome in (Outcome.TEMPORARY, Outcome.UNAVAILABLE)


SEND_CODE = Outside(prepare=prepare, perform=perform, settle=settle, tries=8)
SEND_RESET = Outside(prepare=prepare_reset, perform=perform, settle=settle, tries=8)
