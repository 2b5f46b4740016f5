"""Where each file of a document lies in its evidence pack."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.bundles.rules import Names, ending, part
from app.documents.models import Audience, Document, File, FileRole
from app.evidence.queries.gathering import Evidence
from app.renditions.models import Rendition
from app.renditions.rules import ENDINGS

FOLDERS: Final = {
    FileRole.ORIGINAL: "original",
    FileRole.XML: "xml",
    FileRole.ATTACHMENT: "attachments",
}
INTERNAL: Final = "internal"
RENDITIONS: Final = "renditions"
COMMENTS: Final = "comments"


@dataclass(frozen=True, slots=True)
class Placed:
    """One file of the storage and its path in the pack."""

    id: str
    """Of the row that names it."""
    path: str
    sha256: str
    size: int


def place(found: Evidence, *, with_internal: bool) -> dict[str, Placed]:
    """Return every file that goes along by the id of its row, in the order of the pack."""
    names = Names()
    placed = [*_of_versions(found, names, with_internal=with_internal), *_said(found, names)]
    return {one.id: one for one in placed}


def left_out(found: Evidence, *, with_internal: bool) -> frozenset[str]:
    """Return the names of files that stay inside, those that were removed included."""
    if with_internal:
        return frozenset()
    noted = {
        str(line.data.get("file"))
        for line in found.lines
        if line.data.get("audience") == Audience.INTERNAL.value
    }
    inside = {one.name for one in found.files if one.audience is Audience.INTERNAL} | noted
    return frozenset(inside - {one.name for one in found.files if _is_outside(one)})


def _is_outside(file: File) -> bool:
    return file.audience is Audience.CUSTOMER


def _of_versions(found: Evidence, names: Names, *, with_internal: bool) -> Iterator[Placed]:
    for version in found.versions:
        for file in found.files:
            is_taken = with_internal or _is_outside(file)
            if file.document_id == version.id and is_taken:
                yield _file(version, file, names)
        for rendition in found.renditions:
            if rendition.document_id == version.id:
                yield _rendition(version, rendition, names)


def _file(version: Document, file: File, names: Names) -> Placed:
    folder = FOLDERS[file.role] if _is_outside(file) else INTERNAL
    path = _free(names, f"versions/{version.version}/{folder}", file.name)
    return Placed(file.id, path, file.sha256, file.size)


def _rendition(version: Document, one: Rendition, names: Names) -> Placed:
    assert one.sha256 is not None
    stem = f"versions/{version.version}/{RENDITIONS}/{part(version.number)}"
    return Placed(one.id, names.free(stem, ENDINGS[one.form]), one.sha256, one.size or 0)


def _said(found: Evidence, names: Names) -> Iterator[Placed]:
    """Yield the files of comments, in a folder for each comment, numbered as they were written."""
    places = {one.id: number for number, one in enumerate(found.comments, 1)}
    for file in found.comment_files:
        path = _free(names, f"{COMMENTS}/{places[file.comment_id]}", file.name)
        yield Placed(file.id, path, file.sha256, file.size)


def _free(names: Names, folder: str, name: str) -> str:
    suffix = ending(name)
    return names.free(f"{folder}/{part(name[: len(name) - len(suffix)])}", suffix)
