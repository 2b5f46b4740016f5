"""Mails as strangers write them."""

import random
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from app.ways_in.formats.mail import DEPTH, PARTS, Reason, head, read
from tests.documents.invoices import pdf, ubl

LIMIT = 100_000


def mail(*parts: tuple[str, str, bytes]) -> bytes:
    one = EmailMessage(policy=SMTP)
    one["From"] = "a@x.example"
    one.set_content("Hello")
    one.add_alternative("<p>Hello</p>", subtype="html")
    for name, kind, content in parts:
        main, _slash, rest = kind.partition("/")
        one.add_attachment(content, maintype=main, subtype=rest, filename=name or None)
    return one.as_bytes()


def names(raw: bytes) -> list[str]:
    return [one.name for one in read(raw, LIMIT).documents]


def test_documents_are_what_their_content_says_whatever_they_are_called() -> None:
    found = read(
        mail(
            ("a.bin", "application/octet-stream", pdf(None)),
            ("b.txt", "text/plain", ubl()),
            ("c.pdf", "application/pdf", b"<html>no</html>"),
            ("", "application/pdf", pdf(None)),
        ),
        LIMIT,
    )
    assert [one.name for one in found.documents] == ["a.bin", "b.txt", "6.pdf"]
    assert found.documents[1].content == ubl()
    assert found.left_out == (("c.pdf", Reason.KIND),)


def test_the_text_of_the_mail_is_neither_taken_nor_named() -> None:
    assert read(mail(), LIMIT) == read(b"", LIMIT)


def test_what_is_left_out_says_why() -> None:
    found = read(
        mail(
            ("logo.png", "image/png", b"\x89PNG\r\n\x1a\n"),
            ("s.p7s", "application/pkcs7-signature", b"x"),
            ("s.p7m", "application/pkcs7-mime", b"x"),
            ("a.zip", "application/zip", b"PK\x03\x04"),
            ("big.pdf", "application/pdf", b"%PDF-1.7" + b"x" * LIMIT),
        ),
        LIMIT,
    )
    assert found.documents == ()
    assert dict(found.left_out) == {
        "logo.png": Reason.PICTURE,
        "s.p7s": Reason.SIGNATURE,
        "s.p7m": Reason.ENCRYPTED,
        "a.zip": Reason.KIND,
        "big.pdf": Reason.TOO_LARGE,
    }


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('filename="../../etc/passwd"', "passwd"),
        ('filename="C:\\\\x\\\\a.pdf"', "a.pdf"),
        ('filename="=?utf-8?q?a=0D=0ABcc:_x.pdf?="', "a Bcc: x.pdf"),
        ("filename*=utf-8''r%C3%A9%0D%0Ax.pdf", "ré x.pdf"),
        ("filename*=nonsense''%FF.pdf", "ÿ.pdf"),
        ('filename="=?nonsense?q?=FF?="', "= ?nonsense?q?=FF?="),
        ('filename="\u202efdp.exe"', "fdp.exe"),
    ],
)
def test_names_are_one_harmless_line(header: str, name: str) -> None:
    raw = (
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: application/pdf\r\n'
        f"Content-Disposition: attachment; {header}\r\n\r\n%PDF-1.7\r\n--b--\r\n"
    ).encode()
    (found,) = names(raw)
    assert found.isprintable()
    assert "/" not in found
    if "nonsense''" not in header and "\u202e" not in header:
        assert found == name


def nested(depth: int) -> bytes:
    raw = b"%PDF-1.7"
    for level in range(depth):
        boundary = f"b{level}".encode()
        inner = raw if level else b"Content-Type: application/pdf\r\n\r\n" + raw
        raw = (
            b'Content-Type: multipart/mixed; boundary="'
            + boundary
            + b'"\r\n\r\n--'
            + boundary
            + b"\r\n"
            + inner
            + b"\r\n--"
            + boundary
            + b"--\r\n"
        )
    return raw


def test_parts_within_parts_are_found_down_to_a_depth() -> None:
    assert names(nested(DEPTH)) == ["1.pdf"]
    for depth in (DEPTH + 1, 100, 3000):
        found = read(nested(depth), LIMIT)
        assert found.documents == ()
        assert found.left_out == (("…", Reason.UNREADABLE),)


def test_too_many_parts_are_cut_off_and_the_first_are_taken() -> None:
    raw = mail(*[(f"{n}.pdf", "application/pdf", b"%PDF-1.7") for n in range(PARTS + 10)])
    found = read(raw, LIMIT)
    assert len(found.documents) == PARTS - 2
    assert found.left_out == (("…", Reason.TOO_MANY),)


def test_documents_in_a_mail_that_was_attached_are_taken() -> None:
    inner = EmailMessage(policy=SMTP)
    inner.set_content("x")
    inner.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="in.pdf")
    outer = EmailMessage(policy=SMTP)
    outer.set_content("forwarded")
    outer.add_attachment(inner)
    assert names(outer.as_bytes()) == ["in.pdf"]


def test_a_mail_changed_at_random_is_read_or_left_and_nothing_is_raised() -> None:
    chance = random.Random(3)
    sound = mail(("a.pdf", "application/pdf", pdf(None)), ("b.xml", "application/xml", ubl()))
    for _time in range(300):
        raw = bytearray(sound)
        for _change in range(chance.randint(1, 20)):
            raw[chance.randrange(len(raw) // chance.choice((1, 10)))] = chance.randrange(256)
        read(bytes(raw), LIMIT)
        head(bytes(raw))


@pytest.mark.parametrize(
    "value",
    [
        "",
        "nobody",
        "a@x.example)b@y.example",
        '"a@x.example" <b@y.example>',
        "a@x.example <b@y.example>",
        "<a@x.example> b@y.example",
        "group: a@x.example, b@y.example;, c@z.example@",
        "=?utf-8?q?a=40x.example?= <b@y.example",
        "a@x.example" * 300,
    ],
)
def test_a_from_that_can_be_read_in_two_ways_names_nobody_else(value: str) -> None:
    found = head(f"From: {value}\r\n\r\n".encode()).senders
    assert found in ((), ("b@y.example",))


@pytest.mark.parametrize("name", ['"a@x.example"', "\"'A@x.example'\"", "A", ""])
def test_an_address_that_is_its_own_name_is_read(name: str) -> None:
    assert head(f"From: {name} <a@X.example>\r\n\r\n".encode()).senders == ("a@x.example",)


def test_two_froms_name_nobody() -> None:
    assert head(b"From: a@x.example\r\nFrom: b@x.example\r\n\r\n").senders == ()


def test_a_folded_from_with_a_name_is_read() -> None:
    raw = b"From: =?utf-8?q?B=C3=BCro?=\r\n <Buero@X.example>\r\n\r\n"
    assert head(raw).senders == ("buero@x.example",)


@pytest.mark.parametrize(
    ("line", "is_automatic"),
    [
        ("Auto-Submitted: no", False),
        ("Auto-Submitted: Auto-Generated (by cron)", True),
        ("Precedence: LIST", True),
        ("List-Unsubscribe: <mailto:x@y.example>", True),
        ("X-Auto-Response-Suppress: OOF", True),
        ("Precedence: first-class", False),
    ],
)
def test_programs_and_lists_are_known(line: str, is_automatic: bool) -> None:
    assert head(f"From: a@x.example\r\n{line}\r\n\r\n".encode()).is_automatic is is_automatic


def test_a_message_id_that_is_not_well_formed_is_none() -> None:
    assert head(b"Message-ID: <1@x.example>\r\n\r\n").message_id == "<1@x.example>"
    for wrong in (b"1@x", b"<1@x.example> =?utf-8?q?=0A?=", b"<" + b"a" * 300 + b"@x.example>"):
        assert head(b"Message-ID: " + wrong + b"\r\n\r\n").message_id is None
