"""The parcel: an invoice or a credit note as UBL of BIS Billing 3, as it came or written anew."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.core import languages
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.delivery.channels.adapter import Order, Parcel, Piece, parcel_of
from app.delivery.channels.peppol import fitting
from app.delivery.channels.peppol.identifiers import CREDIT_NOTE, INVOICE
from app.delivery.channels.peppol.participants import Participant, participant
from app.delivery.channels.peppol.stages import Stage, stage_of
from app.documents import queries as documents
from app.documents.models import Content, Document, File, FileRole
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.kinds import Kind
from app.documents.rules.type_codes import CREDIT_NOTE_CODES
from app.renditions.formats.wanted import House, Reader, Wish
from app.renditions.rules import Form

KINDS: Final = frozenset({Kind.INVOICE, Kind.CREDIT_NOTE})
UBL: Final = frozenset({"ubl_invoice", "ubl_credit_note"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill(Parcel):
    """An invoice on its way."""

    stage: Stage
    receiver: Participant
    document_type: str
    country: str
    """Of the sender (C1), which the network's envelope names since 2024."""
    number: str
    kind: Kind
    said: EInvoice | None
    """What to write; None: the first file goes as it came. The others are its attachments."""
    moment: datetime
    """The document's own."""
    house: House
    reader: Reader
    """In whose language findings are told."""

    def wish(self, embedded: dict[str, bytes]) -> Wish:
        """Return what is to be written of it; `said` is there."""
        assert self.said is not None
        return Wish(
            form=Form.UBL,
            kind=self.kind,
            einvoice=self.said,
            embedded=embedded,
            house=self.house,
            reader=self.reader,
            moment=self.moment,
        )


def prepare(order: Order) -> Bill:
    """Make the parcel of a document; raises `Refused` with all that is wrong, in the house's language."""
    house = order.house
    with languages.speaking(house.language, house.country, house.timezone):
        return _bill(order)


def _bill(order: Order) -> Bill:
    house, document = order.house, order.document
    stage, receiver = stage_of(order.setup), participant(order.dispatch.address)
    if stage is None:
        raise Refused(_("Peppol is not set up yet for the mode that it is in."))
    if receiver is None:
        raise Refused(_("The recipient’s address is no participant ID of Peppol."))
    content = documents.content_of(document)
    said = documents.einvoice_of(content)
    if said is None:
        raise Refused(_("The document has no data. Peppol takes e-invoices only."))
    wrong = fitting.objections(said)
    if wrong:
        raise Refused(" ".join(_(sentence, **values) for sentence, values in wrong))
    original = _original(document, content, said)
    return Bill(
        **parcel_of(order),
        files=(original,) if original else _attachments(document),
        stage=stage,
        receiver=receiver,
        document_type=CREDIT_NOTE if said.type_code in CREDIT_NOTE_CODES else INVOICE,
        country=house.country,
        number=document.number,
        kind=document.kind,
        said=None if original else fitting.fitted(said, stage.sender, receiver),
        moment=document.published_at or document.created_at,
        house=House(house.name, house.accent, house.country),
        reader=Reader(house.language, house.country, house.timezone),
    )


def _original(document: Document, content: Content, said: EInvoice) -> Piece | None:
    """Return the file that came, where it is what the network takes; nobody writes it anew then."""
    if content.syntax not in UBL or not fitting.is_of_peppol(said):
        return None
    came = documents.original_of(document)
    return None if came is None else _piece(came)


def _attachments(document: Document) -> tuple[Piece, ...]:
    files = documents.files_of(document)
    return tuple(_piece(one) for one in files if one.role is FileRole.ATTACHMENT)


def _piece(one: File) -> Piece:
    return Piece(one.name, one.media_type, one.size, one.sha256)
