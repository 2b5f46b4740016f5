"""A letter on its way to a print centre: what is handed over, and what came of it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from app.core import cells
from app.core.errors import Missing
from app.delivery.channels.adapter import Parcel, Result
from app.delivery.channels.enclosing import content
from app.delivery.channels.print_centre import folders, prices, sheets
from app.delivery.channels.print_centre.folders import Course, Files, Folders
from app.delivery.channels.print_centre.line import FAULTS, Unavailable, Where, hang_up, line, words
from app.delivery.channels.print_centre.sheets import Made, NotMade, Window, Wish
from app.delivery.rules import Outcome, State
from app.organisations.rules.postal import Postal

LARGE_ENVELOPE: Final = 10
"""Sheets from which a letter no longer goes into a C5 envelope folded once."""
VERSION: Final = 1
TOO_LATE: Final = "it took too long: another attempt may be under way"


@dataclass(frozen=True, slots=True)
class Options:
    """How a letter is printed and posted, and within which limits."""

    is_duplex: bool
    is_colour: bool
    postage: str
    envelope: str
    most_bytes: int
    prices: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting(Parcel):
    """A letter, ready to be handed over."""

    where: Where
    folders: Folders
    options: Options
    address: Postal
    wish: Wish
    document: Mapping[str, str]
    """Kind and number, as the manifest says them."""


def submit(posting: Posting) -> Result:
    """Make the letter's pages ready and put them at the print centre; slow, outside."""
    try:
        line(posting.where)
    except Unavailable as error:
        return _unavailable(str(error))
    made = _made(posting)
    return made if isinstance(made, Result) else _put(posting, made)


def _made(posting: Posting) -> Made | Result:
    try:
        pdf = content(posting.organisation_id, posting.files[0])
        made = sheets.made(posting.wish, pdf)
    except Missing:
        return Result(Outcome.TEMPORARY, None, None, "a file is not in the file store")
    except (cells.CellNotStarted, cells.CellTimedOut) as error:
        return Result(Outcome.TEMPORARY, None, None, str(error)[:500])
    except cells.CellDied as error:
        return _refused("broken", f"The PDF cannot be read: {error}")
    if isinstance(made, NotMade):
        return _refused(made.unfit.value, made.sentence)
    if len(made.pdf) > posting.options.most_bytes:
        return _refused(
            "too_large", f"The PDF is larger than the print centre takes: {_size(made)}."
        )
    return made


def _size(made: Made) -> str:
    return f"{len(made.pdf) / 1e6:.1f} MB"


def _refused(code: str, sentence: str) -> Result:
    """Turn a letter down ourselves, before anybody prints it (B2-13)."""
    return Result(Outcome.PERMANENT, None, code, sentence[:500], told=State.REJECTED)


def _put(posting: Posting, made: Made) -> Result:
    course = Course(posting.until)
    files = Files(posting.reference, posting.token[:8], made.pdf, manifest(posting, made))
    try:
        is_new = line(posting.where).do(
            lambda sftp: folders.put(sftp, posting.folders, files, course)
        )
    except FAULTS as error:
        hang_up()
        if course.is_late:
            return Result(Outcome.TEMPORARY, None, None, TOO_LATE)
        if course.is_named:
            return Result(Outcome.UNKNOWN, None, None, f"the answer was lost: {words(error)}")
        return _unavailable(words(error))
    return _taken(posting, "stored" if is_new else "stored before", made)


def _taken(posting: Posting, said: str, made: Made | None = None) -> Result:
    cost = None
    if made is not None:
        options = posting.options
        table = prices.read(options.prices)
        cost = prices.cost(table, options.postage, made.sheets, options.currency)
        said = f"{said}: {made.pages} pages on {made.sheets} sheets"
        said += ", with a cover sheet" if made.window is Window.COVER else ""
    reference = posting.reference
    return Result(Outcome.ACCEPTED, None, None, said, provider_ref=reference, cost_minor=cost)


def _unavailable(said: str) -> Result:
    return Result(Outcome.UNAVAILABLE, None, None, said[:500])


def find(posting: Posting) -> Result | None:
    """Look whether a letter that may have arrived can be seen at the print centre."""
    try:
        place = line(posting.where).do(
            lambda sftp: folders.find(sftp, posting.folders, posting.reference)
        )
    except FAULTS as error:
        hang_up()
        return _unavailable(words(error))
    return _taken(posting, f"found: {place}") if place else None


def manifest(posting: Posting, made: Made) -> bytes:
    """Return what the print centre is told of a letter; the same for the same letter."""
    options = posting.options
    large = made.sheets >= LARGE_ENVELOPE
    auto = "C4" if large else "C5"
    said: dict[str, Any] = {
        "version": VERSION,
        "reference": posting.reference,
        "is_test": posting.is_test,
        "file": f"{posting.reference}.pdf",
        "sha256": hashlib.sha256(made.pdf).hexdigest(),
        "bytes": len(made.pdf),
        "pages": made.pages,
        "sheets": made.sheets,
        "cover_sheet": made.window is Window.COVER,
        "duplex": options.is_duplex,
        "colour": options.is_colour,
        "postage": options.postage,
        "envelope": auto if options.envelope == "auto" else options.envelope,
        "country": posting.address.country or posting.wish.house.country,
        "return_address": posting.wish.sender,
        "address": {"lines": list(posting.wish.lines), **asdict(posting.address)},
        "document": dict(posting.document),
    }
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()
