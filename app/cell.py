"""The inside of a cell: `app.core.cells` starts this, and asks it for work through its standard input.

Everything it can do stands in `WORKS`. Before the first piece of work it gives up all it does not need.
"""

import fcntl
import os
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from app.access_letters.formats import apart as access_letters
from app.access_letters.formats import drawing as access_letter_drawing
from app.core import confinement, frames
from app.core.cells import MEGABYTES, OUT_OF_MEMORY, PATIENCE, Answer
from app.core.mail import apart as returned_mail
from app.core.mail import returned
from app.core.settings import PROJECT
from app.delivery.channels.efaktura import apart as efaktura
from app.delivery.channels.efaktura import reading as efaktura_reading
from app.delivery.channels.efaktura import writing as efaktura_writing
from app.delivery.channels.peppol import apart as peppol
from app.delivery.channels.peppol import reading as peppol_reading
from app.delivery.channels.print_centre import drawing as letters
from app.delivery.channels.print_centre import sheets
from app.documents.formats import apart, examine
from app.intake.formats import apart as intake
from app.intake.formats import opening
from app.organisations.formats import apart as logo
from app.organisations.formats import logos
from app.previews.formats import drawing, pages
from app.renditions.formats import apart as renditions
from app.renditions.formats import making
from app.reports.formats import apart as reports
from app.reports.formats import drawing as report_drawing
from app.statements.formats import apart as statements
from app.statements.formats import drawing as statement_drawing

Work = Callable[[Mapping[str, Any], bytes], Answer]

WORKS: Final[dict[str, Work]] = {
    apart.WORK: examine.work,
    returned_mail.WORK: returned.work,
    drawing.WORK: pages.work,
    logo.WORK: logos.work,
    intake.READ_TABLE: opening.read_table,
    intake.READ_ARCHIVE: opening.read_archive,
    intake.UNPACK: opening.unpack,
    renditions.WRITE: making.write,
    renditions.DRAW: making.draw,
    renditions.ENCLOSE: making.enclose,
    statements.DRAW: statement_drawing.draw,
    reports.DRAW: report_drawing.draw,
    access_letters.DRAW: access_letter_drawing.draw,
    efaktura.WRITE: efaktura_writing.work,
    efaktura.READ: efaktura_reading.work,
    peppol.READ: peppol_reading.work,
    sheets.WORK: letters.work,
}
"""Name → function of arguments and bytes. Whatever is asked by another name is refused."""

READABLE: Final = (
    *(Path(sys.prefix), Path(sys.base_prefix), PROJECT / "app"),
    *(Path("/usr"), Path("/lib"), Path("/lib64")),
    Path("/dev/urandom"),  # qpdf asks it when it opens an encrypted PDF
)
"""Code, schemas, time zones, fonts: what a cell may read. Our data are not among them."""

BORN_WITH: Final = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
"""The system's count begins with what the owner had when it started this process."""

GRACE: Final = 2.0
"""Seconds after which a cell ends itself whose owner did not end it in time."""


def main() -> None:
    """Work until the owner is gone."""
    # A terminal's Ctrl-C or a supervisor's SIGTERM to all ends the owner; with it this process. What
    # is being examined at that moment is not thereby a bad file.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for number in (signal.SIGALRM, signal.SIGIO, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    connection = socket.socket(fileno=os.dup(0))
    fcntl.fcntl(connection, fcntl.F_SETOWN, os.getpid())
    frames.send(connection, {"confined": confinement.confine(MEGABYTES, READABLE)})
    while True:
        try:
            request, (payload,) = frames.receive(connection)
        except frames.BrokenFrameError:
            os._exit(0)
        answer, blobs = _done(connection, request, payload)
        frames.send(connection, answer, blobs)


def _done(
    connection: socket.socket, request: Mapping[str, Any], payload: bytes
) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    seconds = float(request["seconds"])
    confinement.limit_processor(seconds)
    # Both end the process also in the middle of native code: the clock, and an owner that hangs up.
    signal.setitimer(signal.ITIMER_REAL, seconds * PATIENCE + GRACE)
    _listen(connection, True)
    try:
        answer = WORKS[request["work"]](request["arguments"], payload)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except Exception as error:  # the owner decides what it means
        return {"raised": _told(error)}, ()
    finally:
        _listen(connection, False)
        signal.setitimer(signal.ITIMER_REAL, 0)
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - BORN_WITH
    return {"answer": dict(answer.header), "kilobytes": kilobytes}, answer.blobs


def _listen(connection: socket.socket, wanted: bool) -> None:
    """Have the system send SIGIO when the owner hangs up (fcntl(2), O_ASYNC); it ends the process."""
    flags = fcntl.fcntl(connection, fcntl.F_GETFL)
    change = flags | fcntl.FASYNC if wanted else flags & ~fcntl.FASYNC
    fcntl.fcntl(connection, fcntl.F_SETFL, change)


def _told(error: Exception) -> str:
    """Return the kind of an error and the last places it came through; never what it says."""
    places = traceback.extract_tb(error.__traceback__)[-4:]
    where = " < ".join(f"{Path(one.filename).name}:{one.lineno}" for one in reversed(places))
    return f"{type(error).__name__} ({where})"


if __name__ == "__main__":
    main()
