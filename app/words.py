"""The words, tones and sentences that screens show for states and happenings, each in one table."""

from datetime import date
from typing import Any, Final

from babel.dates import format_skeleton
from flask import Flask

from app.core import clock, languages, text
from app.core.journal import Entry
from app.core.languages import N_, ngettext
from app.core.languages import gettext as _
from app.core.money import Money
from app.delivery import rules as delivery
from app.documents.models import Document, File, FileRole, ItemState
from app.documents.queries import Due
from app.documents.rules import kinds, life
from app.documents.rules.life import Payment
from app.organisations import rules as organisations

DOCUMENT_TONES: Final = {life.State.HELD: "attention", life.State.READY: "waiting"} | {
    life.State.PUBLISHED: "good"
}
DISPATCH_TONES: Final = {
    delivery.State.QUEUED: "waiting",
    delivery.State.SUBMITTING: "waiting",
    delivery.State.COMPONENT_DOWN: "attention",
    delivery.State.UNCERTAIN: "attention",
    delivery.State.SUBMITTED: "good",
    delivery.State.UNDELIVERABLE: "failed",
    delivery.State.FAILED: "failed",
}
ITEM_WORDS: Final = {
    ItemState.WAITING: ("waiting", N_("waiting")),
    ItemState.TAKEN_IN: ("good", N_("taken in")),
    ItemState.HELD: ("attention", N_("held")),
    ItemState.KNOWN: ("neutral", N_("known already")),
    ItemState.FAILED: ("failed", N_("not readable")),
}
"""State → tone and msgid. What no table names is neutral."""

SENTENCES: Final = {
    life.State.HELD: N_("It is held: something needs your decision. No customer has seen it."),
    life.State.READY: N_("It is checked and waits to be published. No customer has seen it."),
    life.State.WITHDRAWN: N_("It was withdrawn: customers do not see it any more."),
    life.State.DISCARDED: N_("It was discarded. No customer has seen it."),
}
"""What matters about a document that is not with its customer."""

HAPPENINGS: Final = {
    "document.taken_in": ("neutral", N_("Taken in from %(file)s")),
    "document.held": ("attention", N_("Taken in from %(file)s and held")),
    "document.customer_confirmed": ("neutral", N_("Customer %(customer)s confirmed")),
    "document.published": ("good", N_("Published")),
    "document.superseded": ("neutral", N_("Superseded by version %(by_version)s")),
    "document.discarded": ("neutral", N_("Discarded")),
    "document.withdrawn": ("neutral", N_("Withdrawn")),
    "document.opened": ("good", N_("Opened")),
    "document.downloaded": ("good", N_("Downloaded")),
    "dispatch.queued": ("waiting", N_("Put off by the other side: %(to)s")),
    "dispatch.submitted": ("good", N_("Sent to %(to)s")),
    "dispatch.component_down": ("attention", N_("Could not be transmitted: %(to)s")),
    "dispatch.uncertain": ("attention", N_("Answer lost: %(to)s")),
    "dispatch.undeliverable": ("failed", N_("Undeliverable: %(to)s")),
    "dispatch.failed": ("failed", N_("Given up: %(to)s")),
    "dispatch.tried_again": ("neutral", N_("Sending to %(to)s ordered again")),
    "dispatch.withdrawn": ("neutral", N_("Sending to %(to)s withdrawn")),
    "dispatch.link_renewed": ("neutral", N_("New link ordered for %(to)s")),
    "member.added": ("neutral", N_("Added as a member")),
    "person.signed_in": ("good", N_("Signed in")),
    "person.sign_in_failed": ("attention", N_("Wrong password from %(address)s")),
    "person.password_changed": ("neutral", N_("Password changed")),
    "person.disabled": ("neutral", N_("Access closed")),
    "person.enabled": ("neutral", N_("Access opened again")),
}
"""Name of a journal entry → tone and msgid; the entry's data fills it in."""

BROWSERS: Final = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
"""What an agent says of itself → its name; the first that fits."""


def init_app(app: Flask) -> None:
    """Offer the words to templates."""
    app.jinja_env.globals.update(
        document_state=document_state,
        payment_state=payment_state,
        dispatch_state=dispatch_state,
        item_state=item_state,
        happenings=happenings,
        day_bars=day_bars,
        due_sentence=due_sentence,
        desk_sentence=desk_sentence,
        document_sentence=document_sentence,
        file_label=file_label,
        browser=browser,
        MEMBER_ROLE_NAMES=organisations.MEMBER_ROLE_NAMES,
        CUSTOMER_KIND_NAMES=organisations.CUSTOMER_KIND_NAMES,
        RECIPIENT_ROLE_NAMES=organisations.RECIPIENT_ROLE_NAMES,
        CHANNEL_NAMES=organisations.CHANNEL_NAMES,
        KIND_NAMES=kinds.NAMES,
    )


def document_state(state: life.State) -> tuple[str, str]:
    """Return tone and word of a document's state."""
    return DOCUMENT_TONES.get(state, "neutral"), _(life.STATE_NAMES[state])


def dispatch_state(state: delivery.State) -> tuple[str, str]:
    """Return tone and word of a dispatch's state."""
    return DISPATCH_TONES.get(state, "neutral"), _(delivery.STATE_NAMES[state])


def item_state(state: ItemState) -> tuple[str, str]:
    """Return tone and word for one file of an intake."""
    tone, word = ITEM_WORDS[state]
    return tone, _(word)


def payment_state(document: Document) -> tuple[str, str, str] | None:
    """Return tone, word and detail of what is due; None where nothing is."""
    if document.state is not life.State.PUBLISHED:
        return None
    today = clock.today(languages.timezone())
    due = document.due_date
    state = life.payment_state(document.kind, document.payable_minor, due, today)
    if state is Payment.NOTHING_DUE:
        return None
    if state is Payment.OPEN or due is None:
        detail = _("until %(day)s", day=text.day(due)) if due else ""
        return "waiting", _("open"), detail
    days = abs((due - today).days)
    if state is Payment.OVERDUE:
        return "attention", _("overdue"), ngettext("%(num)d day", "%(num)d days", days)
    if not days:
        return "waiting", _("due"), _("today")
    return "waiting", _("due"), ngettext("in %(num)d day", "in %(num)d days", days)


class _Known(dict[str, Any]):
    """The data of a journal entry; what an old entry does not say is a dash."""

    def __missing__(self, _key: str) -> str:
        return "–"


def happenings(entries: list[Entry]) -> list[tuple[Any, str, str, str]]:
    """Return (moment, sentence, who, tone) of journal entries, as timelines take them."""
    lines = []
    for entry in entries:
        tone, sentence = HAPPENINGS.get(entry.name, ("neutral", ""))
        told = _(sentence) % _Known(entry.data) if sentence else entry.name
        lines.append((entry.at, told, entry.actor_name, tone))
    return lines


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


def desk_sentence(failed: int, sent: int) -> str:
    """Say how the dispatches since yesterday went."""
    went = ngettext("%(num)d was sent.", "%(num)d were sent.", sent)
    if not failed:
        return _("Nothing has failed since yesterday.") + " " + went
    trouble = ngettext(
        "%(num)d dispatch needs your eye since yesterday.",
        "%(num)d dispatches need your eye since yesterday.",
        failed,
    )
    return f"{trouble} {went}"


def document_sentence(document: Document) -> str:
    """Say what matters about one document: when it is due, or from whom and when it is."""
    if document.state in SENTENCES:
        return _(SENTENCES[document.state])
    due = payment_state(document)
    if due and document.payable is not None and document.due_date is not None:
        amount, day = text.money(document.payable), text.day(document.due_date)
        if due[0] == "attention":
            return _("%(amount)s were payable until %(day)s.", amount=amount, day=day)
        return _("%(amount)s, payable until %(day)s.", amount=amount, day=day)
    return _(
        "From %(seller)s, %(day)s.",
        seller=document.seller_name or "–",
        day=text.day(document.issue_date or document.listed_on),
    )


def file_label(file: File) -> str:
    """Say what a file is to its document, with its size."""
    if file.role is FileRole.ATTACHMENT:
        name = _("Attachment")
    elif file.media_type == "application/pdf":
        name = _("PDF")
    elif file.role is FileRole.XML or "xml" in file.media_type:
        name = _("E-invoice (XML)")
    else:
        name = _("File as it came")
    return f"{name}, {text.size(file.size)}"


def day_bars(days: list[tuple[date, int]]) -> list[tuple[str, int]]:
    """Return (day and month, number), as a bar chart takes them."""
    here = languages.locale()
    return [(format_skeleton("Md", day, locale=here), number) for day, number in days]


def browser(agent: str) -> str:
    """Return what to call a device: `Firefox · Windows`."""
    found = [
        next((name for sign, name in table if sign in agent), "") for table in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(name for name in found if name) or _("Unknown browser")
