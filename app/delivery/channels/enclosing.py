"""Files that are handed over with a document; which a letter carries beside its link (PY-10)."""

from dataclasses import dataclass
from datetime import timedelta

from app.core import clock, runtime
from app.core.mail import encoded_size
from app.delivery import rules
from app.delivery.channels.adapter import Piece
from app.delivery.models import Dispatch
from app.delivery.rules import LeftOut
from app.documents import queries as documents
from app.documents.actions import keeping
from app.documents.models import Audience, Document, File, FileRole
from app.organisations import queries as organisations
from app.organisations.rules import CustomerKind
from app.organisations.rules.portal import are_mailed
from app.renditions import queries as renditions
from app.renditions.models import Rendition
from app.renditions.rules import ENDINGS, MEDIA_TYPES, State, sheet_form


@dataclass(frozen=True, slots=True)
class Packed:
    """What a letter carries, or why it carries nothing although it should."""

    pieces: tuple[Piece, ...] = ()
    left_out: LeftOut | None = None


def pause(dispatch: Dispatch, document: Document) -> timedelta | None:
    """Return how long a letter waits for the PDF that it is to carry; None: it waits no longer."""
    age = clock.now() - dispatch.queued_at
    if not _carries(dispatch) or age >= rules.LONGEST_WAIT:
        return None
    return rules.pause_for_files(age) if is_being_made(document) else None


def is_being_made(document: Document) -> bool:
    """Say whether the PDF for people is being made at this moment."""
    made = sheet(document, documents.files_of(document))
    return made is not None and made.state is State.WANTED


def pack(dispatch: Dispatch, document: Document) -> Packed:
    """Return what the letter of a dispatch carries: what its customer could download, or nothing."""
    if not _carries(dispatch):
        return Packed()
    if dispatch.left_out is LeftOut.REFUSED:
        return Packed(left_out=LeftOut.REFUSED)
    files = documents.files_of(document)
    made = sheet(document, files)
    if made is not None and made.state is State.WANTED:
        return Packed(left_out=LeftOut.NOT_READY)
    pieces = (*piece_of(document, made), *(_piece(one) for one in files if _is_enclosed(one)))
    limit = runtime.current().settings.mail_files_limit
    if sum(encoded_size(one.size) for one in pieces) > limit:
        return Packed(left_out=LeftOut.TOO_LARGE)
    return Packed(pieces)


def _carries(dispatch: Dispatch) -> bool:
    house = organisations.organisation_by_id(dispatch.organisation_id)
    customer = organisations.customer_by_id(dispatch.customer_id)
    is_private = customer is None or customer.kind is CustomerKind.PRIVATE
    return are_mailed(house.mailed_files, is_private=is_private)


def sheet(document: Document, files: list[File]) -> Rendition | None:
    """Return the PDF for people that Kontor makes; None where the document came as one."""
    if documents.is_pdf(files):
        return None
    return renditions.in_form(document.id, sheet_form(document.kind))


def _is_enclosed(one: File) -> bool:
    # The e-invoice out of a PDF is in that PDF: twice in one mail, a program would book it twice.
    return one.audience is Audience.CUSTOMER and one.role is not FileRole.XML


def _piece(one: File) -> Piece:
    return Piece(one.name, one.media_type, one.size, one.sha256)


def piece_of(document: Document, made: Rendition | None) -> tuple[Piece, ...]:
    """Return what was made of a document, named after its number; nothing where it is not there."""
    if made is None or made.sha256 is None or made.size is None:
        return ()
    name = keeping.safe_name(document.number) + ENDINGS[made.form]
    return (Piece(name, MEDIA_TYPES[made.form], made.size, made.sha256),)


def content(organisation_id: str, piece: Piece) -> bytes:
    """Return the bytes of a piece, outside of any transaction; raises `Missing`."""
    return runtime.current().storage.read(organisation_id, piece.sha256)
