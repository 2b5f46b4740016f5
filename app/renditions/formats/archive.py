"""PDF/A-3b: what a sheet needs to claim it, and the e-invoice inside (Factur-X 1.09, ISO 19005-3).

The same input gives the same bytes: every moment in the file is the document's own.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any, Final

import facturx
import pikepdf
from PIL import ImageCms

PRODUCER: Final = "Kontor"
LEVEL: Final = "en16931"

_MOMENTS: Final = re.compile(
    rb"(<xmp:(?:CreateDate|ModifyDate|MetadataDate)>)[^<]*(</xmp:[A-Za-z]+>)"
)


@dataclass(frozen=True, slots=True)
class Label:
    """What a file says about itself: title, author, language (BCP 47), the moment it is of."""

    title: str
    author: str
    language: str
    moment: datetime

    @property
    def pdf_moment(self) -> str:
        """The moment as PDF writes it (ISO 32000-1, 7.9.4)."""
        return self.moment.strftime("D:%Y%m%d%H%M%S+00'00'")

    @property
    def iso_moment(self) -> str:
        """The moment as XMP writes it (ISO 8601)."""
        return self.moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def with_invoice(sheet: bytes, xml: bytes, label: Label) -> bytes:
    """Return a Factur-X PDF of a sheet with the CII invoice `xml` inside."""
    metadata = {
        "title": label.title,
        "author": label.author,
        "subject": label.title,
    }
    file = BytesIO(sheet)  # read and written in memory: a cell has no other place
    facturx.generate_from_file(
        file,
        xml,
        flavor="factur-x",
        level=LEVEL,
        check_xsd=False,  # the schema and the official rules were checked before
        pdf_metadata=metadata,
        lang=label.language,
        xmp_compression=False,
    )
    with pikepdf.open(BytesIO(file.getvalue())) as pdf:
        root: Any = pdf.Root
        root.Metadata.write(_dated(root.Metadata.read_bytes(), label))
        del root["/PageMode"]
        for entry in root.AF:
            entry.EF.F.Params.ModDate = pikepdf.String(label.pdf_moment)
        return _saved(pdf, label)


def plain(sheet: bytes, label: Label) -> bytes:
    """Return a sheet as PDF/A-3b, without an e-invoice."""
    with pikepdf.open(BytesIO(sheet)) as pdf:
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            metadata["pdfaid:part"] = "3"
            metadata["pdfaid:conformance"] = "B"
            metadata["dc:title"] = label.title
            metadata["dc:creator"] = [label.author]
            metadata["dc:description"] = label.title
            metadata["pdf:Producer"] = PRODUCER
            metadata["xmp:CreatorTool"] = PRODUCER
            metadata["xmp:CreateDate"] = label.iso_moment
            metadata["xmp:ModifyDate"] = label.iso_moment
        root: Any = pdf.Root
        root.Lang = pikepdf.String(label.language)
        return _saved(pdf, label)


def enclosed(sheet: bytes, name: str, media_type: str, content: bytes, moment: datetime) -> bytes:
    """Return a PDF/A-3 with one more file inside that belongs to it as data (ISO 19005-3, 6.8).

    Raises `pikepdf.PdfError` where it is no PDF that can be opened.
    """
    date = pikepdf.String(moment.strftime("D:%Y%m%d%H%M%S+00'00'"))
    with pikepdf.open(BytesIO(sheet)) as pdf:
        stream = pdf.make_stream(
            content,
            Type=pikepdf.Name.EmbeddedFile,
            Subtype=pikepdf.Name("/" + media_type),
            Params=pikepdf.Dictionary(Size=len(content), ModDate=date),
        )
        embedded = pikepdf.Dictionary(F=stream, UF=stream)
        entry = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Filespec,
                F=pikepdf.String(name),
                UF=pikepdf.String(name),
                Desc=pikepdf.String(name),
                AFRelationship=pikepdf.Name.Data,
                EF=embedded,
            )
        )
        root: Any = pdf.Root
        if "/AF" not in root:
            root.AF = pikepdf.Array()
        root.AF.append(entry)
        pikepdf.NameTree(_files_of(pdf))[name] = entry
        target = BytesIO()
        pdf.save(target, deterministic_id=True)
        return target.getvalue()


def _files_of(pdf: pikepdf.Pdf) -> Any:
    """Return the tree of the files inside, made where there is none (ISO 32000-1, 7.7.4)."""
    root: Any = pdf.Root
    if "/Names" not in root:
        root.Names = pikepdf.Dictionary()
    if "/EmbeddedFiles" not in root.Names:
        root.Names.EmbeddedFiles = pdf.make_indirect(pikepdf.Dictionary(Names=pikepdf.Array()))
    return root.Names.EmbeddedFiles


def _dated(metadata: bytes, label: Label) -> bytes:
    """Return XMP with our moment, and with our name as that of the producer."""
    found = _MOMENTS.sub(rb"\g<1>" + label.iso_moment.encode() + rb"\g<2>", metadata)
    for name in (b"pdf:Producer", b"xmp:CreatorTool"):
        pattern = rb"(<" + name + rb">)[^<]*(</" + name + rb">)"
        found = re.sub(pattern, rb"\g<1>" + PRODUCER.encode() + rb"\g<2>", found)
    return found


def _saved(pdf: pikepdf.Pdf, label: Label) -> bytes:
    _say_colours(pdf)
    for name in list(map(str, pdf.docinfo.keys())):
        del pdf.docinfo[name]
    pdf.docinfo["/Title"] = label.title
    pdf.docinfo["/Author"] = label.author
    pdf.docinfo["/Subject"] = label.title
    pdf.docinfo["/Creator"] = PRODUCER
    pdf.docinfo["/Producer"] = PRODUCER
    pdf.docinfo["/CreationDate"] = label.pdf_moment
    pdf.docinfo["/ModDate"] = label.pdf_moment
    target = BytesIO()
    pdf.save(target, deterministic_id=True, min_version="1.7")
    return target.getvalue()


def _say_colours(pdf: pikepdf.Pdf) -> None:
    """Add the OutputIntent sRGB (ISO 19005-3, 6.2.3)."""
    stream = pdf.make_stream(_profile(), N=3, Alternate=pikepdf.Name.DeviceRGB)
    intent = pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent,
        S=pikepdf.Name.GTS_PDFA1,
        OutputConditionIdentifier=pikepdf.String("sRGB"),
        Info=pikepdf.String("sRGB IEC61966-2.1"),
        DestOutputProfile=pdf.make_indirect(stream),
    )
    root: Any = pdf.Root
    root.OutputIntents = pikepdf.Array([pdf.make_indirect(intent)])


@cache
def _profile() -> bytes:
    """Return an ICC profile of sRGB without the moment of its making (ICC.1, 7.2.8)."""
    made = bytes(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    return made[:24] + bytes(12) + made[36:]
