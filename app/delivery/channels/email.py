"""E-mail: a letter with a link, handed to an SMTP server, and what its answer means."""

import threading
from dataclasses import dataclass

from app.core import languages, rendering, runtime, text
from app.core.errors import Invalid
from app.core.mail import Answer, Letter, Session, Transport, compose, verp
from app.delivery.models import Dispatch
from app.delivery.rules import ANNOUNCEMENTS, Outcome
from app.documents.models import Document
from app.documents.rules.kinds import NAMES, Kind
from app.identity.models import CapabilityLink
from app.identity.proofs import capability
from app.organisations.models import Organisation
from app.organisations.rules import ink_on, readable

_lines = threading.local()


@dataclass(frozen=True, slots=True)
class Sending:
    """All that is needed to send once the transaction is closed."""

    dispatch_id: str
    token: str
    round: int
    letter: Letter


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt came to, in the words of every channel."""

    outcome: Outcome
    code: int | None
    enhanced: str | None
    answer: str


def prepare(
    dispatch: Dispatch,
    token: str,
    document: Document,
    organisation: Organisation,
    link: CapabilityLink | None,
) -> Sending:
    """Write the letter in the recipient's language; it leads to the document and holds none (B2-18)."""
    settings = runtime.current().settings
    accent = readable(organisation.accent, "#ffffff")
    with languages.speaking(dispatch.language, organisation.country):
        subject, plain, html = rendering.mail(
            "delivery/document",
            document=document,
            kind=languages.gettext(NAMES[document.kind]),
            announcement=languages.gettext(
                ANNOUNCEMENTS[document.kind], organisation=organisation.name
            ),
            facts=_facts(document),
            organisation=organisation,
            recipient=dispatch.name,
            url=_url(organisation, document, link),
            expires_on=link and link.expires_at.date(),
            accent=accent,
            on_accent=ink_on(accent),
        )
    letter = Letter(
        sender_name=organisation.sender_name,
        sender_address=organisation.sender_email,
        recipient_name=dispatch.name,
        recipient_address=dispatch.address,
        subject=subject,
        text=plain,
        html=html,
        message_id=f"<{dispatch.id}.{dispatch.round}@{settings.bounce_domain}>",
        envelope_sender=verp(dispatch.id, settings.key("bounce"), settings.bounce_domain),
        language=dispatch.language,
        date=dispatch.queued_at,
        reply_address=organisation.contact_email,
    )
    return Sending(dispatch.id, token, dispatch.round, letter)


def _url(organisation: Organisation, document: Document, link: CapabilityLink | None) -> str:
    if link is None:
        return f"{organisation.base_url}/documents/{document.id}"
    return capability.url(organisation.base_url, link.id)


def _facts(document: Document) -> list[tuple[str, str]]:
    """Return what the letter says of amount and time, each with its label."""
    _ = languages.gettext
    payable = document.payable
    asks = payable is not None and payable.minor > 0
    is_reminder = document.kind is Kind.REMINDER and asks
    total, label = (payable, _("To be paid")) if is_reminder else (document.total, _("Total"))
    facts = [] if not total else [(label, text.money(total))]
    traits = document.kind.traits
    if document.due_date is not None and (traits.has_validity or asks):
        facts.append((_(traits.until_name), text.day(document.due_date)))
    return facts


def submit(sending: Sending) -> Result:
    """Hand a letter over; slow, and outside of any transaction."""
    letter = sending.letter
    try:
        message = compose(letter)
    except Invalid as error:
        return Result(Outcome.PERMANENT, None, None, str(error)[:500])
    answer = _line().send(letter.envelope_sender, letter.recipient_address, message)
    return _result(answer)


def _result(answer: Answer) -> Result:
    outcome = Outcome(answer.outcome.value)
    return Result(outcome, answer.code, answer.enhanced, answer.text[:500])


def _line() -> Session:
    """Return this thread's open line to the mail server: a pump sends many letters over one."""
    url = runtime.current().settings.mail_url
    kept: tuple[str, Session] | None = getattr(_lines, "kept", None)
    if kept is None or kept[0] != url:
        kept = (url, Session(Transport.from_url(url)))
        _lines.kept = kept
    return kept[1]


def hang_up() -> None:
    """Close this thread's line, at the end of a pump's turn."""
    kept: tuple[str, Session] | None = getattr(_lines, "kept", None)
    if kept is not None:
        kept[1].close()
        _lines.kept = None
