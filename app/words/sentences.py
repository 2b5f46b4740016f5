"""The one sentence that says what matters on a page, and the labels of what lists show."""

from collections.abc import Sequence
from typing import Final

from app.access.grants import Can
from app.access.principal import principal
from app.access.rights import Action
from app.core import clock, languages, text
from app.core.languages import N_, ngettext
from app.core.languages import gettext as _
from app.core.money import Money
from app.core.progress import Progress
from app.documents.models import Document, File, FileRole
from app.documents.queries import Due
from app.documents.rules import life
from app.documents.rules.kinds import Kind
from app.organisations.models import Organisation
from app.renditions.models import Rendition
from app.renditions.rules import FORM_NAMES, REASONS
from app.words.states import payment_state

SENTENCES: Final = {
    life.State.HELD: N_("It is held: something needs your decision. No customer has seen it."),
    life.State.READY: N_("It is checked and waits to be published. No customer has seen it."),
    life.State.WITHDRAWN: N_("It was withdrawn: customers do not see it any more."),
    life.State.DISCARDED: N_("It was discarded. No customer has seen it."),
}
"""What matters about a document that is not with its customer."""


def due_sentence(due: Due) -> str:
    """Say what a customer owes in one currency, and since when."""
    sentence = ngettext(
        "%(num)d invoice is open: %(amount)s.",
        "%(num)d invoices are open, together %(amount)s.",
        due.count,
        amount=text.money(Money(due.minor, due.currency)),
    )
    if due.oldest is None:
        return sentence
    day = text.day(due.oldest)
    if due.oldest < clock.today(languages.timezone()):
        late = _("Payable since %(day)s.") if due.count == 1 else _("The oldest since %(day)s.")
    else:
        late = _("Payable until %(day)s.") if due.count == 1 else _("The first until %(day)s.")
    return f"{sentence} {late % {'day': day}}"


def home_sentence(due: Sequence[Due]) -> str:
    """Say what a customer owes, currency by currency; nothing to who may see no invoices."""
    if due:
        return " ".join(due_sentence(one) for one in due)
    may_see = principal().may(Can.READ_DOCUMENTS, Kind.INVOICE.value)
    return _("Nothing is to be paid.") if may_see else ""


def work_sentence(progress: Progress, waiting: str) -> str:
    """Say how a long piece of work stands; `waiting` says what is still to be done."""
    if progress.is_over:
        return _("Everything is done.")
    return _("It is stopped.") + " " + waiting if progress.is_stopped else waiting


def document_sentence(document: Document) -> str:
    """Say what matters about one document: when it is due, or from whom and when it is."""
    if document.state in SENTENCES:
        return _(SENTENCES[document.state])
    due = payment_state(document)
    if due and document.open is not None and document.due_date is not None:
        amount, day = text.money(document.open), text.day(document.due_date)
        if due[0] == "attention":
            return _("%(amount)s were payable until %(day)s.", amount=amount, day=day)
        return _("%(amount)s, payable until %(day)s.", amount=amount, day=day)
    if document.kind.traits.has_validity and document.due_date is not None:
        return _(
            "From %(seller)s, valid until %(day)s.",
            seller=document.seller_name or "–",
            day=text.day(document.due_date),
        )
    return _(
        "From %(seller)s, %(day)s.",
        seller=document.seller_name or "–",
        day=text.day(document.issue_date or document.listed_on),
    )


def listed_amount(document: Document, is_staff: bool) -> Money | None:
    """Return what a list shows: to customers, and of a reminder, what is still to be paid."""
    due = None if is_staff else payment_state(document)
    if due:
        return document.open
    is_reminder = document.kind is Kind.REMINDER and document.payable is not None
    return document.payable if is_reminder else document.total


def file_label(file: File, kind: Kind) -> str:
    """Say what a file is to its document of a kind, with its size."""
    if file.role is FileRole.ATTACHMENT:
        name = _("Attachment")
    elif file.media_type == "application/pdf":
        name = _("PDF")
    elif file.role is FileRole.XML or "xml" in file.media_type:
        # EN 16931 knows invoices only: a delivery note in XML is no e-invoice.
        name = _("E-invoice (XML)") if kind.traits.is_einvoice else _("Data (XML)")
    else:
        name = _("File as it came")
    return f"{name}, {text.size(file.size)}"


def rendition_label(one: Rendition) -> str:
    """Say what a rendition is, with its size."""
    return f"{_(FORM_NAMES[one.form])}, {text.size(one.size or 0)}"


def rendition_reason(one: Rendition) -> str:
    """Say why a rendition is impossible."""
    return _(REASONS[one.reason], detail=one.detail) if one.reason else ""


def comments_sentence(house: Organisation, document: Document) -> str:
    """Tell staff who reads what they write to the customer about a document."""
    is_released = (
        house.portal_is_on
        and Action.COMMENT.value in house.portal_actions
        and document.kind.value in house.portal_kinds
    )
    if is_released:
        return _("The customer reads these and is told by mail.")
    return _("Customers cannot read these: comments on this kind are not open to them.")
