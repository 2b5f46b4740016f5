"""Which forms a document can be made in, and why one cannot be made."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from app.core.languages import N_
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.kinds import Kind
from app.documents.rules.life import Answer

RENDERER: Final = "1"
"""Version of what makes renditions; it grows when they come out differently."""

CORE: Final = "urn:cen.eu:en16931:2017"
"""BT-24 of an invoice that follows EN 16931 and promises nothing beyond."""


class Form(StrEnum):
    """What Kontor makes of a document, beside the bytes that came."""

    PDF = "pdf"
    """A PDF for people."""
    FACTURX = "facturx"
    """The same with the e-invoice inside (Factur-X 1.09, EN 16931)."""
    STAMPED = "stamped"
    """The PDF of a quote, with who accepted it and when."""
    UBL = "ubl"
    CII = "cii"


class State(StrEnum):
    """How far a rendition is."""

    WANTED = "wanted"
    MADE = "made"
    IMPOSSIBLE = "impossible"


class Reason(StrEnum):
    """Why a rendition is impossible."""

    FINDINGS = "findings"
    SUB_LINES = "sub_lines"
    LETTERS = "letters"
    GIVEN_UP = "given_up"


FORM_NAMES: Final = {
    Form.PDF: N_("PDF"),
    Form.FACTURX: N_("PDF with the e-invoice inside"),
    Form.STAMPED: N_("PDF with the stamp of acceptance"),
    Form.UBL: N_("UBL (XML)"),
    Form.CII: N_("CII (XML)"),
}
REASONS: Final = {
    Reason.FINDINGS: N_("The data do not meet the rules of this format: %(detail)s."),
    Reason.SUB_LINES: N_("The invoice has lines below lines, which this format does not know."),
    Reason.LETTERS: N_("Kontor's fonts lack these letters: %(detail)s"),
    Reason.GIVEN_UP: N_("It could not be made after several tries."),
}

MEDIA_TYPES: Final = {
    Form.PDF: "application/pdf",
    Form.FACTURX: "application/pdf",
    Form.STAMPED: "application/pdf",
    Form.UBL: "application/xml",
    Form.CII: "application/xml",
}
ENDINGS: Final = {
    Form.PDF: ".pdf",
    Form.FACTURX: ".pdf",
    Form.STAMPED: "-accepted.pdf",
    Form.UBL: "-ubl.xml",
    Form.CII: "-cii.xml",
}
SOON: Final = timedelta(seconds=30)
"""How long after its publication a document's PDF may be on its way without anybody having noted it."""
INVOICES: Final = frozenset({Kind.INVOICE, Kind.CREDIT_NOTE})


def sheet_form(kind: Kind) -> Form:
    """Return the form in which a document of a kind is made for people."""
    return Form.FACTURX if kind in INVOICES else Form.PDF


def offered(
    kind: Kind, syntax: str, said: Mapping[str, object] | None, *, has_pdf: bool
) -> tuple[Form, ...]:
    """Return the forms that a document can be made in, beside the one that it came in.

    `syntax` is what it came as, `said` its e-invoice as plain values: without lines there is no XML
    to be made. CII is for invoices and credit notes only.
    """
    if said is None:
        return ()
    forms = [] if has_pdf else [sheet_form(kind)]
    has_lines = bool(said.get("lines") or said.get("reminded_invoices"))
    if has_lines and not syntax.startswith("ubl_"):
        forms.append(Form.UBL)
    if has_lines and kind in INVOICES and syntax != "cii":
        forms.append(Form.CII)
    return tuple(forms)


def coming(
    kind: Kind, forms: Iterable[Form], published_at: datetime | None, now: datetime
) -> Form | None:
    """Return which of the `forms` that are not wanted yet comes by itself: the one for people.

    It is wanted a moment after the publication, by who reacts to that; later nobody waits for it.
    """
    is_new = published_at is not None and now - published_at < SOON
    return sheet_form(kind) if is_new and sheet_form(kind) in forms else None


def accepted_at(answer: Answer | None, answered_at: datetime | None) -> datetime | None:
    """Return when a quote was accepted; None where it is not, or was opened again."""
    return answered_at if answer is Answer.ACCEPTED else None


def stamp_comes(accepted: datetime | None, now: datetime) -> bool:
    """Say whether a stamp comes by itself: it is wanted a moment after the acceptance."""
    return accepted is not None and now - accepted < SOON


def is_of_today(form: Form, wanted_at: datetime, accepted: datetime | None) -> bool:
    """Say whether a rendition says what is true now: a stamp is of the acceptance that holds."""
    return form is not Form.STAMPED or (accepted is not None and wanted_at >= accepted)


def fitted(einvoice: EInvoice, form: Form) -> EInvoice:
    """Return an invoice that says that it is of EN 16931, as far as `form` needs that (BT-24)."""
    said = einvoice.specification
    keeps = form is not Form.FACTURX and said.startswith(CORE) and "factur-x" not in said
    return einvoice if keeps else replace(einvoice, specification=CORE)
