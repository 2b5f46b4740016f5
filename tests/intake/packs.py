"""Tables and archives as people bring them."""

import io
import zipfile
from collections.abc import Mapping
from functools import cache

from app.core.db import session
from app.intake.actions import tables
from app.intake.actions.reception import Sent
from app.intake.models import IntakeTable
from app.intake.rules import mapping
from tests.documents.invoices import pdf
from tests.factories import BY

HEADINGS = "Rechnungsnr.;Datum;Kundennummer;Kunde;Betrag;Datei"


def csv(*rows: str, headings: str = HEADINGS, encoding: str = "utf-8") -> bytes:
    """Return a table with one line for each row."""
    return "\r\n".join([headings, *rows, ""]).encode(encoding)


def row(number: str, customer: str = "K-1", name: str = "Ruth Keller", **changes: str) -> str:
    """Return a good row, of the file `<number>.pdf`."""
    date, total = changes.get("date", "3.11.2026"), changes.get("total", "1'284.50")
    return ";".join([number, date, customer, name, total, changes.get("file", f"{number}.pdf")])


def letter(mark: str) -> bytes:
    """Return a PDF without an e-invoice, its bytes like no other's."""
    return _page() + f"%{mark}\n".encode()


@cache
def _page() -> bytes:
    return pdf(None)  # its bytes differ from one second to the next


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return an archive of files by their names."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return target.getvalue()


def letters(*numbers: str) -> bytes:
    """Return an archive with a PDF for each number."""
    return zipped({f"{number}.pdf": letter(number) for number in numbers})


def brought(
    organisation_id: str,
    content: bytes | None = None,
    archive: bytes | None = None,
) -> IntakeTable:
    """Bring a table with an archive and choose the columns that are guessed."""
    if content is None:
        rows = (row("T-1"), row("T-2", "K-77", "Lena Neu"), row("T-3", date="bald"))
        content = csv(*rows, headings="Belegnummer;Datum;Kundennr.;Kunde;Betrag;PDF")
    files = archive if archive is not None else letters("T-1", "T-2", "T-9")
    sent = (Sent("rechnungen.csv", "", content), Sent("pdfs.zip", "", files))
    table, entries = tables.read_table(sent[0]), tables.read_archive(sent[1])
    one = tables.keep(tables.store(organisation_id, sent, table, entries), BY)
    session().flush()
    tables.choose(one, table.headings, mapping.guessed(table, "CHF"), BY)
    session().refresh(one)
    return one
