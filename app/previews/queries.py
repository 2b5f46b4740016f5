"""Every look-up of previews and their pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from app.access.principal import Principal
from app.core.db import session
from app.documents import queries as documents
from app.documents.formats import media_types
from app.documents.models import Document, File
from app.previews.models import PageImage, Preview


@dataclass(frozen=True, slots=True)
class Shown:
    """A PDF of a document with its preview and its pictures, None and empty where there are none."""

    file: File
    preview: Preview | None
    pictures: list[PageImage] = field(default_factory=list)


def by_id(preview_id: str) -> Preview | None:
    """Return a preview; for jobs."""
    return session().get(Preview, preview_id)


def of_bytes(organisation_id: str, sha256: str) -> Preview | None:
    """Return the preview of a PDF by its address."""
    return session().scalar(
        select(Preview).where(Preview.organisation_id == organisation_id, Preview.sha256 == sha256)
    )


def of_files(files: Sequence[File]) -> list[Shown]:
    """Return the PDFs among a document's files, with their pictures, in one SELECT or none."""
    pdfs = [one for one in files if one.media_type == media_types.PDF]
    if not pdfs:
        return []
    found = session().execute(
        select(Preview, PageImage)
        .outerjoin(PageImage, PageImage.preview_id == Preview.id)
        .where(
            Preview.organisation_id == pdfs[0].organisation_id,
            Preview.sha256.in_([one.sha256 for one in pdfs]),
        )
        .order_by(Preview.id, PageImage.number)
    )
    rows = found.all()
    previews = {row[0].sha256: row[0] for row in rows}
    pictures: dict[str, list[PageImage]] = {}
    for preview, picture in rows:
        if picture is not None:
            pictures.setdefault(preview.sha256, []).append(picture)
    return [Shown(one, previews.get(one.sha256), pictures.get(one.sha256, [])) for one in pdfs]


def picture(
    who: Principal, document_id: str, file_id: str, number: int
) -> tuple[Document, File, PageImage] | None:
    """Return the picture of one page of a file that exists for a principal."""
    found = documents.file(who, document_id, file_id)
    if found is None:
        return None
    document, file = found
    rows = (
        select(PageImage)
        .join(Preview, Preview.id == PageImage.preview_id)
        .where(
            Preview.organisation_id == file.organisation_id,
            Preview.sha256 == file.sha256,
            PageImage.number == number,
        )
    )
    image = session().scalar(rows)
    return None if image is None else (document, file, image)
