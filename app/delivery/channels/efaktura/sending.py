"""A request, made in the open transaction, written in a cell, and put where the intermediary looks."""

from dataclasses import dataclass
from typing import Final

from app.core import cells, clock, languages
from app.core.errors import Refused
from app.core.languages import N_
from app.core.languages import gettext as _
from app.delivery import queries
from app.delivery.channels.adapter import Order, Parcel, Result, Setup, parcel_of
from app.delivery.channels.efaktura import apart, composing
from app.delivery.channels.efaktura.amounts import Impossible
from app.delivery.channels.efaktura.composing import Dunned, Envelope
from app.delivery.channels.efaktura.connection import (
    FIELD_NAMES,
    connection,
    is_gln,
    lacks,
    told,
    untold,
)
from app.delivery.channels.efaktura.facts import Named, Request
from app.delivery.channels.efaktura.folder import Lost
from app.delivery.channels.efaktura.store import store_of
from app.delivery.models import Dispatch
from app.delivery.rules import Outcome, State, reference_of
from app.documents import queries as documents
from app.documents.models import Document
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.kinds import Kind

NOT_GLN: Final = N_("The insurer’s address must be a GLN of 13 digits with a right check digit.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requesting(Parcel):
    """A request, ready to be written."""

    request: Request
    setup: Setup
    """Where it goes."""

    @property
    def name(self) -> str:
        """The name of its file: ours, so that the same again is the same file."""
        return f"{self.reference}.xml"


def prepare(order: Order) -> Requesting:
    """Make the request of a document; raises `Refused` with what is lacking, in the house's language."""
    house = order.house
    with languages.speaking(house.language, house.country):
        try:
            request = _request(order)
        except Impossible as error:
            raise Refused(_(error.sentence, **error.values)) from error
    return Requesting(**parcel_of(order), request=request, setup=order.setup)


def _request(order: Order) -> Request:
    _refuse_gaps(lacks(order.setup.values), N_("The channel’s settings lack: %(names)s."))
    there = connection(order.setup.values)
    _refuse_gaps(
        untold(order.recipient, order.customer, there),
        N_("The insurer’s entry of this customer lacks: %(names)s."),
    )
    if not is_gln(order.dispatch.address):
        raise Impossible(NOT_GLN)
    known = told(order.recipient, order.customer, there)
    said = _said(order.document)
    if order.document.kind is not Kind.REMINDER:
        return composing.request(said, there, known, _envelope(order))
    invoice = _reminded(order, said)
    level = order.document.reminder_level or int(said.reminder_level or 1)
    dunned = Dunned(said, level, _named(invoice, order))
    return composing.request(_said(invoice), there, known, _envelope(order), dunned)


def _refuse_gaps(names: list[str], sentence: str) -> None:
    if names:
        raise Impossible(sentence, names=", ".join(_(FIELD_NAMES[name]) for name in names))


def _envelope(order: Order) -> Envelope:
    dispatch = order.dispatch
    return Envelope(
        reference=dispatch.reference,
        timestamp=_timestamp(dispatch, dispatch.round),
        recipient=dispatch.address,
        insurer_name=order.recipient.name,
        language=dispatch.language,
        is_test=order.setup.is_test,
    )


def _timestamp(dispatch: Dispatch, round_: int) -> int:
    """Return the moment of a request: the same for all attempts of a round, another for the next."""
    return int(dispatch.created_at.timestamp()) + round_ - 1


def _said(document: Document) -> EInvoice:
    said = documents.einvoice_of(documents.content_of(document))
    if said is None:
        raise Impossible(N_("The document holds no e-invoice: insurers are sent data, not pages."))
    return said


def _reminded(order: Order, said: EInvoice) -> Document:
    """Return the invoice that a reminder is about; raises `Impossible` where it is not exactly one."""
    numbers = {one.number for one in said.reminded_invoices if one.number}
    numbers |= {one.number for one in said.preceding_invoices if one.number}
    if len(numbers) != 1:
        raise Impossible(N_("Insurers are reminded of one invoice at a time."))
    (number,) = numbers
    found = documents.published(order.house.id, order.customer.id, Kind.INVOICE, number)
    if found is None:
        raise Impossible(N_("The invoice %(number)s is not here."), number=number)
    return found


def _named(invoice: Document, order: Order) -> Named:
    """Return by which name the insurer knows an invoice: by our request, else by its number."""
    day = invoice.issue_date or invoice.listed_on
    sent = queries.to_recipient(invoice.id, order.recipient.id, order.setup.channel)
    if sent is None or sent.handed_at is None:
        moment = int(clock.midnight(day, order.house.timezone).timestamp())
        return Named(" ".join(invoice.number.split())[:35], moment, day)
    return Named(reference_of(sent.id, sent.round), _timestamp(sent, sent.round), day)


def submit(parcel: Requesting) -> Result:
    """Write the request and hand it over, outside; what its schema refuses never leaves the house."""
    try:
        content = apart.written(parcel.request)
    except apart.AgainstSchema as error:
        return Result(Outcome.PERMANENT, None, "XSD", str(error)[:500], told=State.REJECTED)
    except (cells.CellDied, cells.CellNotStarted) as error:
        return Result(Outcome.TEMPORARY, None, None, str(error)[:500], is_ours=True)
    try:
        store_of(parcel.setup).hand_over(parcel.name, content)
    except Lost as error:
        return Result(Outcome.UNKNOWN, None, None, str(error)[:500])
    except OSError as error:
        return _unavailable(error)
    return _taken(parcel)


def find(parcel: Requesting) -> Result | None:
    """Look whether a request was handed over before, even where it was fetched since."""
    try:
        return _taken(parcel) if store_of(parcel.setup).has(parcel.name) else None
    except OSError as error:
        return _unavailable(error)


def _taken(parcel: Requesting) -> Result:
    return Result(Outcome.ACCEPTED, None, None, parcel.name, provider_ref=parcel.request.guid)


def _unavailable(error: OSError) -> Result:
    return Result(Outcome.UNAVAILABLE, None, None, (error.strerror or str(error))[:500])
