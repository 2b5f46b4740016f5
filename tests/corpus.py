"""The corpora that nobody here wrote: where they lie, and which files they hold."""

import os
from pathlib import Path

import pikepdf
import pytest

ROOT = Path(
    os.environ.get("KONTOR_CORPUS") or Path(__file__).resolve().parents[2] / "shared" / "corpus"
)

needed = pytest.mark.skipif(not ROOT.is_dir(), reason="the corpora are not here (KONTOR_CORPUS)")
"""Mark for tests that need the corpora."""


def files(folder: str, *endings: str) -> list[Path]:
    """Return the files below a folder of the corpora, sorted; empty where there are none."""
    found = (ROOT / folder).rglob("*") if ROOT.is_dir() else []
    return sorted(path for path in found if path.suffix.lower() in endings)


def cen_ubl() -> list[Path]:
    """UBL examples of CEN: officially valid."""
    return files("cen-en16931/ubl-examples", ".xml")


def cen_cii() -> list[Path]:
    """CII examples of CEN: officially valid."""
    return files("cen-en16931/cii-examples", ".xml")


def oasis_invoices() -> list[Path]:
    """Invoices and credit notes of OASIS: good UBL, older than EN 16931."""
    return files("oasis-ubl/examples/invoice", ".xml") + files(
        "oasis-ubl/examples/creditnote", ".xml"
    )


def oasis_others() -> list[Path]:
    """UBL documents of OASIS that are neither invoice nor credit note."""
    known = set(oasis_invoices())
    return [path for path in files("oasis-ubl/examples", ".xml") if path not in known]


def zugferd() -> list[Path]:
    """PDFs with an e-invoice inside."""
    return files("zugferd", ".pdf")


def einvoices() -> list[Path]:
    """Every file that holds a UBL or CII invoice."""
    return cen_ubl() + cen_cii() + oasis_invoices() + zugferd()


def xml_of(path: Path) -> bytes:
    """Return the invoice's XML: the file's bytes, or what is embedded in the PDF."""
    if path.suffix.lower() != ".pdf":
        return path.read_bytes()
    with pikepdf.open(path) as pdf:
        embedded = [
            entry.get_file().read_bytes()
            for name, entry in pdf.attachments.items()
            if name.lower().endswith(".xml")
        ]
    return embedded[0]
