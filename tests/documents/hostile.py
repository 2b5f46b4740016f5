"""Files that mean harm, or are broken as only real files are: XML, PDF, and archives for later readers.

Each is made small here and grows where it is opened. `XML`, `CONTENT` and `PDFS` name what the finding
has to be; "" means that the file is good all the same.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pikepdf

from tests.documents.invoices import pdf, ubl

Case = tuple[Callable[[], bytes], str]
"""Makes the bytes; the rule that has to be among the findings."""


def _text() -> str:
    return ubl().decode()


def _declared(encoding: str, body: bytes) -> bytes:
    return f'<?xml version="1.0" encoding="{encoding}"?>\n'.encode() + body


def _body() -> str:
    return _text().split("?>", 1)[1]


def _with_root(before: str, after: str = "") -> bytes:
    """Return the invoice with something before its root element, and its number replaced."""
    text = _text().replace("<Invoice ", f"{before}<Invoice ", 1)
    return text.replace("R-1001", after or "R-1001").encode()


def _inside(extra: str) -> bytes:
    """Return the invoice with something in its note."""
    return _text().replace("#AAI#Thank you", extra).encode()


def billion_laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return _with_root(f'<!DOCTYPE Invoice [<!ENTITY l0 "ha">{entities}]>', "&l9;")


def quadratic() -> bytes:
    return _with_root(f'<!DOCTYPE Invoice [<!ENTITY q "{"a" * 50_000}">]>', "&q;" * 5_000)


XML: dict[str, Case] = {
    "empty": (lambda: b"", "KT-EMPTY"),
    "only spaces": (lambda: b" \n\t" * 100, "KT-EMPTY"),
    "truncated": (lambda: ubl()[:2000], "KT-XML-SYNTAX"),
    "truncated in a tag": (lambda: ubl()[: ubl().index(b"PayableAmount") + 4], "KT-XML-SYNTAX"),
    "something behind the end": (lambda: ubl() + b"<Invoice/>", "KT-XML-SYNTAX"),
    "null bytes": (lambda: ubl().replace(b"R-1001", b"R-\x001001"), "KT-XML-SYNTAX"),
    "nothing but null bytes": (lambda: b"\x00" * 10_000, "KT-TYPE"),
    "latin-1 declared as UTF-8": (
        lambda: _declared("UTF-8", _body().replace("Bern", "Zürich").encode("latin-1")),
        "KT-XML-SYNTAX",
    ),
    "latin-1 that says so": (
        lambda: _declared("ISO-8859-1", _body().replace("Bern", "Zürich").encode("latin-1")),
        "",
    ),
    "UTF-8 declared as UTF-16": (lambda: _declared("UTF-16", _body().encode()), "KT-XML-SYNTAX"),
    "UTF-7": (
        lambda: _declared("UTF-7", _body().replace("<", "+ADw-").replace(">", "+AD4-").encode()),
        "KT-XML-",
    ),
    "EBCDIC": (lambda: _declared("IBM037", b"") + _body().encode("cp037"), "KT-XML-SYNTAX"),
    "unknown encoding": (lambda: _declared("X-NONE", _body().encode()), "KT-XML-SYNTAX"),
    "UTF-16 with a mark": (
        lambda: ('<?xml version="1.0" encoding="UTF-16"?>' + _body()).encode("utf-16"),
        "",
    ),
    "UTF-16 without a mark": (
        lambda: ('<?xml version="1.0" encoding="UTF-16"?>' + _body()).encode("utf-16-le"),
        "",
    ),
    "XXE": (
        lambda: _with_root('<!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
        "KT-XML-DOCTYPE",
    ),
    "XXE by the network": (
        lambda: _with_root('<!DOCTYPE Invoice SYSTEM "http://127.0.0.1:9/e.dtd">'),
        "KT-XML-DOCTYPE",
    ),
    "parameter entities": (
        lambda: _with_root(
            '<!DOCTYPE Invoice [<!ENTITY % a SYSTEM "file:///etc/hostname">'
            "<!ENTITY % b \"<!ENTITY c SYSTEM 'http://127.0.0.1:9/?%a;'>\">%b;]>",
            "&c;",
        ),
        "KT-XML-DOCTYPE",
    ),
    "billion laughs": (billion_laughs, "KT-XML-DOCTYPE"),
    "quadratic blow-up": (quadratic, "KT-XML-DOCTYPE"),
    "plain DOCTYPE": (lambda: _with_root("<!DOCTYPE Invoice>"), "KT-XML-DOCTYPE"),
    "depth of 100,000": (lambda: b"<a>" * 100_000 + b"</a>" * 100_000, "KT-XML-SYNTAX"),
    "depth of 200": (lambda: b"<a>" * 200 + b"</a>" * 200, "KT-XML-DEPTH"),
    "a million attributes": (
        lambda: b"<Invoice " + b" ".join(b'a%d="1"' % n for n in range(1_000_000)) + b"/>",
        "KT-XML-SYNTAX",
    ),
    "a long text": (lambda: _inside("x" * 11_000_000), "KT-XML-SYNTAX"),
    "many namespaces": (
        lambda: b"<a " + b" ".join(b'xmlns:n%d="urn:%d"' % (n, n) for n in range(100_000)) + b"/>",
        "KT-",
    ),
    "XInclude": (
        lambda: _inside(
            '</cbc:Note><xi:include xmlns:xi="http://www.w3.org/2001/XInclude"'
            ' href="file:///etc/passwd" parse="text"/><cbc:Note>x'
        ),
        "KT-SCHEMA",
    ),
    "style sheet": (
        lambda: _with_root('<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:9/x.xsl"?>'),
        "",
    ),
    "HTML": (lambda: b"<!DOCTYPE html><html><script>alert(1)</script></html>", "KT-XML-DOCTYPE"),
    "SVG": (
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        "KT-OTHER-XML",
    ),
    "a program": (lambda: b"\x7fELF" + bytes(1000), "KT-TYPE"),
}
"""Name → the file and its finding, for what is wrong with XML as XML."""


def _amounts(currency: str, *changes: tuple[str, str]) -> Callable[[], bytes]:
    def made() -> bytes:
        text = _text().replace("CHF", currency)
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        return text.encode()

    return made


def _changed(old: str, new: str) -> Callable[[], bytes]:
    return lambda: ubl((old, new))


CONTENT: dict[str, Case] = {
    "yen with decimals": (_amounts("JPY"), "KT-"),
    "dinars with three decimals": (
        _amounts("KWD", ("310.00", "310.000"), ("25.11", "25.110"), ("335.11", "335.110")),
        "BR-DEC",
    ),
    "no currency (XXX)": (_amounts("XXX"), "KT-"),
    "lower case currency": (_amounts("chf"), "BR-CL"),
    "currency of four letters": (_amounts("CHFF"), "BR-CL"),
    "sums that do not add up": (
        _changed(
            '<cbc:PayableAmount currencyID="CHF">335.11', '<cbc:PayableAmount currencyID="CHF">1'
        ),
        "BR-CO-16",
    ),
    "not a number": (
        _changed(
            '<cbc:PayableAmount currencyID="CHF">335.11', '<cbc:PayableAmount currencyID="CHF">NaN'
        ),
        "KT-SCHEMA",
    ),
    "infinite": (
        _changed(
            '<cbc:PayableAmount currencyID="CHF">335.11', '<cbc:PayableAmount currencyID="CHF">INF'
        ),
        "KT-SCHEMA",
    ),
    "exponent": (
        _changed(
            '<cbc:PayableAmount currencyID="CHF">335.11',
            '<cbc:PayableAmount currencyID="CHF">1e400',
        ),
        "KT-SCHEMA",
    ),
    "four thousand digits": (
        _changed(
            '<cbc:PayableAmount currencyID="CHF">335.11',
            '<cbc:PayableAmount currencyID="CHF">' + "9" * 4000,
        ),
        "KT-NUMBER-LENGTH",
    ),
    "digits of another script": (
        _changed(
            '<cbc:PayableAmount currencyID="CHF">335.11',
            '<cbc:PayableAmount currencyID="CHF">٣٣٥.١١',
        ),
        "KT-SCHEMA",
    ),
    "negative price": (
        _changed(
            '<cbc:PriceAmount currencyID="CHF">10.00', '<cbc:PriceAmount currencyID="CHF">-10.00'
        ),
        "BR-27",
    ),
    "day zero": (_changed("2026-03-02", "0000-00-00"), "KT-SCHEMA"),
    "year zero": (_changed("2026-03-02", "0000-01-01"), "KT-"),
    "year 20260": (_changed("2026-03-02", "20260-03-02"), "KT-"),
    "last day of all": (_changed("2026-04-01", "9999-12-31"), ""),
    "30 February": (_changed("2026-03-02", "2026-02-30"), "KT-SCHEMA"),
    "no number": (_changed("<cbc:ID>R-1001</cbc:ID>", ""), "BR-02"),
    "a number of 10,000 characters": (_changed("R-1001", "R" * 10_000), ""),
    "a name that turns the reading direction": (
        _changed("Kunde GmbH", "Kunde \u202egpj.exe\u2066\u200b GmbH"),
        "KT-HIDDEN",
    ),
    "a name with line breaks": (
        _changed("Kunde GmbH", "Kunde&#13;&#10;Bcc: x@evil.example"),
        "KT-HIDDEN",
    ),
    "an address with a line break": (
        _changed(
            "Kunde GmbH</cbc:RegistrationName>\n    </cac:PartyLegalEntity>",
            "Brief AG</cbc:RegistrationName></cac:PartyLegalEntity><cac:Contact>"
            "<cbc:ElectronicMail>a@b.example&#13;&#10;Bcc: c@d.example</cbc:ElectronicMail>"
            "</cac:Contact>",
        ),
        "",
    ),
    "a name with markup": (_changed("Kunde GmbH", "&lt;script&gt;alert(1)&lt;/script&gt;"), ""),
    "a name of a template": (_changed("Kunde GmbH", "{{ 7*7 }} %(name)s ${7*7} =1+1"), ""),
}
"""Name → the invoice and its finding, for what is wrong with what it says."""


def _pdf(build: Callable[[pikepdf.Pdf], None], **options: object) -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    build(document)
    target = io.BytesIO()
    document.save(target, **options)  # type: ignore[arg-type]
    return target.getvalue()


def _script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(
        S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)")
    )


def _nested_launch(document: pikepdf.Pdf) -> None:
    """A launch that has no number of its own and hangs on another action's /Next."""
    launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe"))
    page = document.pages[0].obj
    page.AA = pikepdf.Dictionary(
        O=pikepdf.Dictionary(S=pikepdf.Name.GoTo, Next=pikepdf.Array([launch]))
    )


def _program(document: pikepdf.Pdf) -> None:
    document.attachments["invoice.pdf.exe"] = pikepdf.AttachedFileSpec(
        document, b"MZ" + bytes(100), filename="invoice.pdf.exe"
    )


def _form(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm = pikepdf.Dictionary(
        XFA=document.make_stream(b"<xdp:xdp/>"), Fields=pikepdf.Array()
    )


def _bomb(document: pikepdf.Pdf, name: str = "factur-x.xml") -> None:
    """An e-invoice of 1 GB that is 1 MB when compressed."""
    packed = zlib.compressobj(9)
    piece = b" " * 1_000_000
    content = b"".join(packed.compress(piece) for _ in range(1000)) + packed.flush()
    stream = pikepdf.Stream(document, content)
    stream.Filter = pikepdf.Name.FlateDecode
    stream.Type = pikepdf.Name.EmbeddedFile
    specification = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Filespec,
            F=pikepdf.String(name),
            UF=pikepdf.String(name),
            EF=pikepdf.Dictionary(F=stream, UF=stream),
        )
    )
    document.Root.Names = pikepdf.Dictionary(
        EmbeddedFiles=pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String(name), specification]))
    )


def _several(document: pikepdf.Pdf) -> None:
    for name in ("factur-x.xml", "xrechnung.xml"):
        document.attachments[name] = pikepdf.AttachedFileSpec(document, ubl(), filename=name)


def _circle(document: pikepdf.Pdf) -> None:
    """A name tree whose branch is the tree itself."""
    tree = document.make_indirect(pikepdf.Dictionary())
    tree.Kids = pikepdf.Array([tree])
    document.Root.Names = pikepdf.Dictionary(EmbeddedFiles=tree)


def _without_pages(document: pikepdf.Pdf) -> None:
    del document.pages[0]


def _many_pages(document: pikepdf.Pdf) -> None:
    page = document.pages[0]
    for _ in range(9_999):
        document.pages.append(page)


def _giant(document: pikepdf.Pdf) -> None:
    document.pages[0].MediaBox = [0, 0, 14_400, 14_400]


def _thread(document: pikepdf.Pdf) -> None:
    document.pages[0].MediaBox = [0, 0, 1, 14_400]


def _endless(document: pikepdf.Pdf) -> None:
    """Forms that draw each other, ten times each, ten deep: ten thousand million rectangles."""
    inner = document.make_stream(b"0 0 1 1 re f ")
    for _ in range(10):
        outer = document.make_stream(b"/X Do " * 10)
        for form in (inner,):
            form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
            form.BBox = pikepdf.Array([0, 0, 600, 800])
        outer.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=inner))
        inner = outer
    page = document.pages[0]
    page.obj.Resources = inner.Resources
    page.obj.Contents = document.make_stream(b"/X Do " * 10)


def plain_pdf() -> bytes:
    """Return a harmless PDF of one page without an e-invoice."""
    return _pdf(lambda _document: None)


def object_streams() -> bytes:
    """Return a PDF whose object stream says that it extends itself."""
    made = _pdf(_script, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return made.replace(b"/Type /ObjStm", b"/Extends 1 0 R /Type /ObjStm")


def _broken_xref() -> bytes:
    made = plain_pdf()
    return made[: made.rindex(b"xref")] + b"xref\n0 1\n9999999999 65535 f\nstartxref\n99999\n%%EOF"


PDFS: dict[str, Case] = {
    "plain": (plain_pdf, "KT-PLAIN-PDF"),
    "broken": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40, "KT-PDF-BROKEN"),
    "truncated": (lambda: pdf(ubl())[:600], "KT-PDF-BROKEN"),
    "broken list of objects": (_broken_xref, "KT-PLAIN-PDF"),
    "encrypted": (lambda: pdf(ubl(), password="geheim"), "KT-PDF-PASSWORD"),
    "encrypted for nobody": (lambda: pdf(ubl(), password=""), "KT-PDF-ENCRYPTED"),
    "scripted": (lambda: _pdf(_script), "KT-PDF-SCRIPTED"),
    "a form with scripts": (lambda: _pdf(_form), "KT-PDF-SCRIPTED"),
    "scripted in an object stream": (
        lambda: _pdf(_script, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        "KT-PDF-SCRIPTED",
    ),
    "an object stream that extends itself": (object_streams, "KT-PDF-SCRIPTED"),
    "nested launch": (lambda: _pdf(_nested_launch), "KT-PDF-LAUNCH"),
    "a program inside": (lambda: _pdf(_program), "KT-PDF-PROGRAM"),
    "PDF and ZIP at once": (lambda: plain_pdf() + archive({"a.xml": ubl()}), "KT-PLAIN-PDF"),
    "HTML before the PDF": (lambda: b"<html><script>1</script>" + plain_pdf(), "KT-"),
    "a bomb as invoice": (lambda: _pdf(_bomb), "KT-"),
    "a name tree in a circle": (lambda: _pdf(_circle), "KT-"),
    "an invoice under another name": (lambda: pdf(ubl(), "rechnung.xml"), "KT-PLAIN-PDF"),
    "two invoices": (lambda: _pdf(_several), "KT-PDF-SEVERAL"),
    "an XXE inside": (lambda: pdf(XML["XXE"][0]()), "KT-XML-DOCTYPE"),
    "no pages": (lambda: _pdf(_without_pages), "KT-PLAIN-PDF"),
    "ten thousand pages": (lambda: _pdf(_many_pages), "KT-PLAIN-PDF"),
    "a giant page": (lambda: _pdf(_giant), "KT-PLAIN-PDF"),
    "a page like a thread": (lambda: _pdf(_thread), "KT-PLAIN-PDF"),
    "forms that draw each other": (lambda: _pdf(_endless), "KT-PLAIN-PDF"),
}
"""Name → the PDF and its finding."""


def archive(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP with these names, taken literally: slips and tricks included."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as made:
        for name, content in files.items():
            made.writestr(zipfile.ZipInfo(name), content, compression)
    return target.getvalue()


def archive_with_slip() -> bytes:
    """Return a ZIP whose names lead out of any folder."""
    names = ("../../evil.xml", "/etc/evil.xml", "C:\\evil.xml", "a/../../evil.xml", "..\\evil.xml")
    return archive(dict.fromkeys(names, ubl()))


def archive_bomb(megabytes: int = 1000) -> bytes:
    """Return a ZIP of some kilobytes with one file of many megabytes."""
    return archive({"invoice.xml": b" " * 1_000_000 * megabytes})


def nested_archive(depth: int = 10) -> bytes:
    """Return a ZIP in a ZIP in a ZIP …, with an invoice in the innermost."""
    content = archive({"invoice.xml": ubl()})
    for _ in range(depth):
        content = archive({"more.zip": content})
    return content


def archive_of_doubles() -> bytes:
    """Return a ZIP with two different files of one name."""
    one = archive({"invoice.xml": ubl()}, zipfile.ZIP_STORED)
    two = archive({"invoicf.xml": ubl(("R-1001", "R-9999"))}, zipfile.ZIP_STORED)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for content in (one, two):
            with zipfile.ZipFile(io.BytesIO(content)) as part:
                for name in part.namelist():
                    made.writestr(name, part.read(name))
    return target.getvalue().replace(b"invoicf.xml", b"invoice.xml")


def encrypted_archive() -> bytes:
    """Return a ZIP that says its file is encrypted (general purpose bit 0)."""
    made = bytearray(archive({"invoice.xml": ubl()}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = made.index(mark) + offset
        (flags,) = struct.unpack_from("<H", made, place)
        struct.pack_into("<H", made, place, flags | 1)
    return bytes(made)


def archive_that_lies_about_sizes() -> bytes:
    """Return a ZIP whose file is larger than its directory says."""
    made = bytearray(archive({"invoice.xml": b" " * 1_000_000}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", made, made.index(mark) + offset, 10)
    return bytes(made)


def archive_of_many(count: int = 100_000) -> bytes:
    """Return a ZIP with very many empty files."""
    return archive({f"{n}.xml": b"" for n in range(count)}, zipfile.ZIP_STORED)


ARCHIVES: dict[str, Callable[[], bytes]] = {
    "slip": archive_with_slip,
    "bomb": archive_bomb,
    "nested": nested_archive,
    "doubles": archive_of_doubles,
    "encrypted": encrypted_archive,
    "lies about sizes": archive_that_lies_about_sizes,
    "very many files": archive_of_many,
}
"""Name → an archive for whoever reads archives."""
