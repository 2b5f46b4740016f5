"""E-mail: a letter with a link, and files where it carries any, handed to an SMTP server."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.core import runtime
from app.core.errors import Invalid, Missing
from app.core.languages import gettext as _
from app.core.mail import (
    Answer,
    Enclosure,
    Letter,
    Session,
    Stage,
    Transport,
    compose,
    file_name,
    verp,
)
from app.delivery.channels.adapter import Order, Parcel, Result, parcel_of
from app.delivery.channels.enclosing import content, pack
from app.delivery.models import Dispatch
from app.delivery.rules import Outcome, State
from app.delivery.rules.bouncing import Trouble, is_hard, trouble_of
from app.documents.models import Document
from app.identity.models import CapabilityLink
from app.identity.proofs import capability
from app.notices.rules import Written
from app.organisations.models import Organisation
from app.texts import queries as texts
from app.texts.formats import letter as letters
from app.texts.formats.values import Reader, facts_of
from app.texts.rules.placeholders import ADDRESS, uses
from app.texts.rules.words import Topic, Words

_lines = threading.local()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending(Parcel):
    """A letter, ready to go; the bytes of its files are read when no transaction is open."""

    letter: Letter


def prepare(order: Order) -> Sending:
    """Write the letter in the recipient's language; it leads to the document (B2-18).

    It carries files where the organisation mails them (PY-10), and says which.
    """
    dispatch, house = order.dispatch, order.house
    packed = pack(dispatch, order.document)
    link = order.make_link()
    settings = runtime.current().settings
    names = [file_name(one.name) for one in packed.pieces]
    # The link has to be known to the words; that files are missing, too.
    written = _written(order, link, names, lacks_files=packed.left_out is not None)
    letter = Letter(
        sender_name=house.sender_name,
        sender_address=house.sender_email,
        recipient_name=dispatch.name,
        recipient_address=house.contact_email if order.setup.is_test else dispatch.address,
        subject=_marked(written.subject, is_test=order.setup.is_test),
        text=written.text,
        html=written.html,
        message_id=f"<{dispatch.reference}@{settings.bounce_domain}>",
        envelope_sender=verp(
            f"{dispatch.id}-{dispatch.round}", settings.key("bounce"), settings.bounce_domain
        ),
        language=dispatch.language,
        date=dispatch.queued_at,
        reply_address=house.contact_email,
    )
    return Sending(**parcel_of(order), letter=letter, files=packed.pieces, left_out=packed.left_out)


def _marked(subject: str, *, is_test: bool) -> str:
    """Mark the subject of a test, which goes to the house itself and to no customer (B2-23)."""
    return f"[{_('Test')}] {subject}" if is_test else subject


def _written(
    order: Order, link: CapabilityLink | None, enclosed: Sequence[str], *, lacks_files: bool
) -> Written:
    """Return the organisation's words for the kind and the reader's language, or the standard's."""
    dispatch, document, organisation = order.dispatch, order.document, order.house
    of = Topic(document.kind, dispatch.language)
    words = texts.words_for(organisation.id, of)
    url = f"{organisation.base_url}/documents/{document.id}"
    if link is not None:
        url = capability.url(organisation.base_url, link.id)
    client = order.customer
    reader = Reader(
        name=dispatch.name,
        client_name=client.name,
        client_number=client.number,
        document_url=url,
        client_url=(link and _portal(dispatch, organisation, words, document)) or url,
        link_ends_on=link.expires_at.date() if link else None,
    )
    filled = letters.filled(words, of, facts_of(document), organisation, reader)
    filled = replace(filled, enclosed=tuple(enclosed), lacks_files=lacks_files)
    return letters.written(filled, dispatch.language, organisation)


def _portal(
    dispatch: Dispatch, organisation: Organisation, words: Words, document: Document
) -> str | None:
    """Return the address of the customer's portal where the text asks for it and the reader has one."""
    if not uses(words.body, document.kind, f"client.{ADDRESS}"):
        return None
    link_id = texts.portal_link(dispatch.customer_id, dispatch.address)
    return None if link_id is None else capability.url(organisation.base_url, link_id)


def submit(sending: Sending) -> Result:
    """Hand a letter over; slow, and outside of any transaction."""
    try:
        letter = _with_files(sending)
        message = compose(letter)
    except Invalid as error:
        return Result(Outcome.PERMANENT, None, None, str(error)[:500])
    except Missing:
        # Nothing is wrong with the recipient: it is tried again, and staff see that it waits.
        gone = "a file is not in the file store"
        return Result(Outcome.UNAVAILABLE, None, None, gone, is_ours=True)
    answer = _line().send(
        letter.envelope_sender, letter.recipient_address, message, sending.reference
    )
    return _result(answer, is_test=sending.is_test)


def _with_files(sending: Sending) -> Letter:
    """Return the letter with the bytes of its files; raises `Missing` where some are gone."""
    files = tuple(
        Enclosure(one.name, one.media_type, content(sending.organisation_id, one))
        for one in sending.files
    )
    return replace(sending.letter, enclosures=files)


def _result(answer: Answer, *, is_test: bool) -> Result:
    outcome = Outcome(answer.outcome.value)
    # A test goes to the house itself: what its server says is not about the recipient.
    is_final = outcome is Outcome.PERMANENT and not is_test
    trouble = trouble_of(answer.enhanced, answer.text) if is_final else None
    return Result(
        outcome,
        answer.code,
        answer.enhanced,
        answer.text[:500],
        # Turned down by rules of the other side: the address may be right (RFC 3463, X.7).
        told=State.REJECTED if trouble is Trouble.POLICY else None,
        is_hard=is_final and _is_about_recipient(answer) and is_hard(answer.enhanced, answer.text),
    )


def _is_about_recipient(answer: Answer) -> bool:
    """Say whether an answer can be about the recipient: before RCPT it is about us."""
    return answer.at_stage in (Stage.RECIPIENT, Stage.DATA, Stage.END_OF_DATA)


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
