"""What follows the lines: totals, how to pay, other parties, terms."""

from typing import Final

from reportlab.lib.units import mm

from app import paper
from app.core.languages import gettext as _
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.kinds import Kind
from app.paper import Fact
from app.renditions.formats.pdf.fonts import BOLD, REGULAR, wrapped
from app.renditions.formats.pdf.sheet import BODY, LEADING, LEFT, MUTED, RIGHT, Pen

TOTALS_LEFT: Final = LEFT + 60 * mm
AMOUNT_ROOM: Final = 36 * mm
LABEL_ROOM: Final = 40 * mm
LINE: Final = BODY * LEADING


def close(pen: Pen, einvoice: EInvoice, kind: Kind) -> None:
    """Write all that stands below the lines."""
    if kind is not Kind.DELIVERY_NOTE:
        _totals(pen, paper.totals(einvoice, kind))
    for way in einvoice.payment_instructions:
        to_pay = kind in (Kind.INVOICE, Kind.REMINDER)
        heading = way.means_text or (_("How to pay") if to_pay else _("Account"))
        _facts(pen, heading, paper.payment(way))
    # The first two are the seller and the buyer, who stand at the top.
    for label, party in paper.parties(einvoice)[2:]:
        lines = [party.name, *paper.address_lines(party), party.vat_identifier]
        _facts(pen, label, [("", line) for line in lines if line])
    _facts(pen, _("Delivery address"), [("", line) for line in _delivered_to(einvoice)])
    if einvoice.attachments:
        names = [one.name or one.description or one.reference for one in einvoice.attachments]
        _facts(pen, _("Attachments"), [("", name) for name in names])
    if einvoice.payment_terms:
        pen.y -= 0.8 * LINE
        pen.paragraph(einvoice.payment_terms)


def _delivered_to(einvoice: EInvoice) -> list[str]:
    """Return where it was delivered (BT-70, BG-15), unless that is where the buyer is."""
    said = einvoice.delivery
    if said is None or said.address is None or said.address == einvoice.buyer.address:
        return []
    return [line for line in (said.name, *paper.written(said.address)) if line]


def _totals(pen: Pen, rows: list[tuple[str, str, bool]]) -> None:
    """Write label and amount; the rows stay together, the last one stands out."""
    room = RIGHT - AMOUNT_ROOM - TOTALS_LEFT
    written = [
        (wrapped(label, BOLD if is_due else REGULAR, BODY, room), amount, is_due)
        for label, amount, is_due in rows
    ]
    height = sum(max(len(lines), 1) * LINE for lines, _amount, _is_due in written) + 2 * LINE
    pen.need(min(height, 60 * LINE))
    pen.y -= 0.5 * LINE
    for lines, amount, is_due in written:
        if is_due:
            pen.rule(pen.y + BODY * 0.5, left=TOTALS_LEFT, thick=0.9, colour=pen.house.colour)
            pen.y -= 0.6 * LINE
        pen.need(LINE)
        font, size = (BOLD, BODY + 1.5) if is_due else (REGULAR, BODY)
        pen.say(RIGHT, amount, font=font, size=size, from_right=True)
        for line in lines or [""]:
            pen.say(TOTALS_LEFT, line, font=font, size=size)
            pen.y -= LINE
    pen.y -= 0.5 * LINE


def _facts(pen: Pen, heading: str, facts: list[Fact]) -> None:
    if not facts:
        return
    pen.y -= 0.8 * LINE
    pen.heading(heading, below=min(len(facts), 6) * LINE)
    has_labels = any(label for label, _value in facts)
    indent = LABEL_ROOM if has_labels else 0.0
    for label, value in facts:
        for place, line in enumerate(wrapped(value, REGULAR, BODY, RIGHT - LEFT - indent)):
            pen.need(LINE)
            if place == 0:
                pen.say(LEFT, label, colour=MUTED)
            pen.say(LEFT + indent, line)
            pen.y -= LINE
