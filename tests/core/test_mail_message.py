import email
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.core.mail import Enclosure, Letter, clean, compose, encoded_size, mailbox
from app.core.mail.headers import header

LETTER = Letter(
    sender_name="Muster AG",
    sender_address="rechnung@muster.example",
    recipient_name="Anna Kundin",
    recipient_address="anna@kundin.example",
    subject="Invoice 2026-0042",
    text="Hello\n",
    html="<p>Hello</p>\n",
    message_id="<4f2a.1@muster.example>",
    envelope_sender="bounce+4f2a@muster.example",
    language="en",
    date=datetime(2026, 11, 21, 8, 30, tzinfo=UTC),
    headers={"List-Unsubscribe": "<https://muster.example/u/1>", "X-Kontor": "notice"},
)


def shown_name(octets: bytes, name: str) -> str:
    # Not display_name of the new parser: it puts a space between two encoded words (RFC 2047 6.2).
    phrase = str(email.message_from_bytes(octets)[name]).rpartition("<")[0].strip()
    if phrase.startswith("=?"):
        return str(make_header(decode_header(phrase)))
    return unquote(phrase.replace("\r\n ", " "))


NAMES = [
    "Date",
    "From",
    "To",
    "Subject",
    "Message-ID",
    "Content-Language",
    "Auto-Submitted",
    "List-Unsubscribe",
    "X-Kontor",
    "MIME-Version",
    "Content-Type",
]

INJECTIONS = [
    "x\r\nBcc: evil@evil.example",
    "x\nBcc: evil@evil.example",
    "x\rBcc: evil@evil.example",
    "x\r\n\r\n<script>alert(1)</script>",
    "x\x0bBcc: evil@evil.example",
    "x\x0cBcc: evil@evil.example",
    "x\x85Bcc: evil@evil.example",
    "x\u2028Bcc: evil@evil.example",
    "x\u2029Bcc: evil@evil.example",
    "x\x00Bcc: evil@evil.example",
    "=?utf-8?q?a=0ABcc:_evil@evil.example?=",
    "=?utf-8?q?a=0D=0ABcc:_evil@evil.example?=",
    "=?UTF-8?B?YQ0KQmNjOiBldmlsQGV2aWwuZXhhbXBsZQ==?=",
    "==??utf-8?q?a=0ABcc:_evil@evil.example?=",
    "=\u202e?utf-8?q?a=0ABcc:_evil@evil.example?=",
    "=\x00?utf-8?q?a=0ABcc:_evil@evil.example?=",
    '" <evil@evil.example>, "',
    'a" <evil@evil.example',
    "evil@evil.example, b",
    "a\\",
    'a\\"',
    "(comment) <evil@evil.example>",
    "group: evil@evil.example;",
    "\udce4\ud800",
    "\u202eelpmaxe.live@live\u202c",
]


def read(letter: Letter) -> EmailMessage:
    return email.message_from_bytes(compose(letter), policy=SMTP)


def addresses(message: EmailMessage, name: str) -> list[str]:
    return [one.addr_spec for one in message[name].addresses]


def test_a_letter_has_exactly_these_headers() -> None:
    message = read(LETTER)
    assert message.keys() == NAMES
    assert message["Date"].datetime == LETTER.date
    assert message["Message-ID"] == "<4f2a.1@muster.example>"
    assert message["Content-Language"] == "en"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"] == "Muster AG <rechnung@muster.example>"
    assert message["To"] == "Anna Kundin <anna@kundin.example>"


@pytest.mark.parametrize("payload", INJECTIONS)
@pytest.mark.parametrize("field", ["subject", "sender_name", "recipient_name"])
def test_a_value_cannot_become_a_header_or_a_recipient(field: str, payload: str) -> None:
    octets = compose(replace(LETTER, **{field: payload}))
    message = email.message_from_bytes(octets, policy=SMTP)
    assert message.keys() == NAMES
    assert addresses(message, "To") == ["anna@kundin.example"]
    assert addresses(message, "From") == ["rechnung@muster.example"]
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    lines = octets.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert not [line for line in lines if line.lower().startswith(b"bcc")]


@pytest.mark.parametrize(
    "payload", [*INJECTIONS, "", "a", "a@", "@b.example", "a@b.example, c@d.example"]
)
@pytest.mark.parametrize(
    "field", ["sender_address", "recipient_address", "reply_address", "envelope_sender"]
)
def test_what_is_no_address_is_refused(field: str, payload: str) -> None:
    if field == "reply_address" and not payload:
        pytest.skip("no address to reply to is the usual case")
    with pytest.raises(Invalid):
        compose(replace(LETTER, **{field: payload}))


@pytest.mark.parametrize("payload", INJECTIONS)
def test_a_message_id_is_well_formed_or_refused(payload: str) -> None:
    with pytest.raises(Invalid):
        compose(replace(LETTER, message_id=f"<{payload}@muster.example>"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Bcc", "evil@evil.example"),
        ("To", "evil@evil.example"),
        ("Subject", "again"),
        ("X-A: b\r\nBcc", "evil@evil.example"),
        ("X-A", "b\r\nBcc: evil@evil.example"),
        ("X-A", "=?utf-8?q?a=0ABcc:_evil@evil.example?="),
        ("X-A", "ä"),
        ("X-A", ""),
        ("X-A", "b" * 1000),
    ],
)
def test_a_further_header_is_known_and_ascii_or_refused(name: str, value: str) -> None:
    with pytest.raises(Invalid):
        compose(replace(LETTER, headers={name: value}))


def test_a_header_given_twice_in_two_cases_is_still_read_as_written() -> None:
    message = read(replace(LETTER, headers={"X-A": "1", "x-a": "2"}))
    assert message.get_all("X-A") == ["1", "2"]


def test_a_date_without_a_time_zone_is_refused() -> None:
    with pytest.raises(Invalid):
        compose(replace(LETTER, date=datetime(2026, 11, 21)))  # noqa: DTZ001 - the point


SUBJECT = (
    "Ihre Rechnung für die Überprüfung der Wärmedämmverbundsystemausführungsbestätigung an der "
    "Größenmaßstabsänderungsstraße in Österreich – fällig am 21. Dezember 2026 (Übersicht)"
)


def test_a_long_german_subject_arrives_and_its_lines_stay_short() -> None:
    octets = compose(replace(LETTER, subject=SUBJECT))
    assert email.message_from_bytes(octets, policy=SMTP)["Subject"] == SUBJECT
    assert max(map(len, octets.split(b"\r\n"))) <= 78
    assert octets.isascii()


@pytest.mark.parametrize(
    "name",
    [
        "Müller & Söhne, Zürich",
        'Dr. "Ada" O\'Neil',
        "back\\slash",
        "株式会社テスト",
        "Åsa Ø. Lindström-Bjørnstad of a Very Long Company Name That Goes On and On in English",
        "👩‍🔧 Werkstatt",
        "a(b)c",
        "x" * 200,
    ],
)
def test_a_name_arrives_as_it_was_written(name: str) -> None:
    octets = compose(replace(LETTER, sender_name=name, recipient_name=name))
    assert shown_name(octets, "To") == name
    assert shown_name(octets, "From") == name


def test_without_a_name_only_the_address_is_shown() -> None:
    assert read(replace(LETTER, recipient_name=" \r\n"))["To"] == "anna@kundin.example"


def test_a_long_address_to_unsubscribe_is_not_encoded() -> None:
    # email.message folds such a URL into encoded words, which no mail program undoes (RFC 2369).
    url = f"<https://muster.example/u/{'t' * 300}>"
    octets = compose(replace(LETTER, headers={"List-Unsubscribe": url}))
    assert f"\r\nList-Unsubscribe: {url}\r\n".encode() in octets


def test_bodies_arrive_as_they_were_written() -> None:
    text = "Grüezi\n.\n..two dots\nFrom here\n\ttab and trailing space \n" + "ä" * 3000 + "\n"
    message = read(replace(LETTER, text=text.replace("\n", "\r\n"), html=f"<pre>{text}</pre>\n"))
    plain, rich = message.iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == text
    assert rich.get_content().replace("\r\n", "\n") == f"<pre>{text}</pre>\n"


def test_a_body_cannot_end_its_part() -> None:
    ended = compose(LETTER).split(b"\r\n--")[1].split(b"\r\n")[0].decode()
    message = read(replace(LETTER, text=f"a\n--{ended}\nContent-Type: text/html\n\nb\n"))
    assert len(list(message.iter_parts())) == 2


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert compose(LETTER) == compose(replace(LETTER))
    assert compose(LETTER) != compose(replace(LETTER, text="Other"))


def test_an_international_domain_is_written_in_punycode() -> None:
    message = read(replace(LETTER, recipient_address="info@Müller.example"))
    assert addresses(message, "To") == ["info@xn--mller-kva.example"]
    assert mailbox("a@faß.example") == "a@xn--fa-hia.example"


def test_a_local_part_beyond_ascii_is_refused() -> None:
    with pytest.raises(Invalid):
        mailbox("jörg@muster.example")


def test_addresses_of_test_networks_are_addresses_and_unreachable_ones_are_not() -> None:
    assert mailbox("anna@kontor.test") == "anna@kontor.test"
    assert mailbox("anna@kontor.example") == "anna@kontor.example"
    with pytest.raises(Invalid):
        mailbox("root@localhost")


def test_a_header_that_would_hold_a_line_end_is_not_written() -> None:
    with pytest.raises(Invalid):
        header("X-A", ["a\r\nBcc:", "b"])


@given(st.text(max_size=300))
def test_clean_gives_one_visible_line_and_changes_it_no_more(value: str) -> None:
    once = clean(value)
    assert clean(once) == once
    assert "=?" not in once
    assert not {unicodedata.category(character) for character in once} & {"Cc", "Cs", "Zl", "Zp"}
    assert once == once.strip()


@given(st.text(max_size=200), st.text(max_size=100))
def test_any_subject_and_name_make_a_letter_that_reads_back(subject: str, name: str) -> None:
    octets = compose(replace(LETTER, subject=subject, recipient_name=name, sender_name=subject))
    message = email.message_from_bytes(octets, policy=SMTP)
    assert message.keys() == NAMES
    assert addresses(message, "To") == ["anna@kundin.example"]
    assert str(message["Subject"]) == clean(subject)
    assert shown_name(octets, "To") == clean(name)


NAMES_OF_FILES = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        [*INJECTIONS, "../../etc/passwd", 'a".pdf', "x; filename=y.exe", "%41.pdf", "'"]
    ),
)


@given(
    files=st.lists(
        st.builds(Enclosure, NAMES_OF_FILES, st.text(max_size=40), st.binary(max_size=200)),
        max_size=3,
    )
)
def test_files_arrive_with_every_byte_and_a_name_that_is_one_harmless_line(
    files: list[Enclosure],
) -> None:
    octets = compose(replace(LETTER, enclosures=tuple(files)))
    message = email.message_from_bytes(octets, policy=SMTP)
    assert isinstance(message, EmailMessage)
    assert list(message) == NAMES
    assert octets.isascii()
    assert max(map(len, octets.split(b"\r\n"))) <= 998
    found = list(message.iter_attachments())
    assert [one.get_payload(decode=True) for one in found] == [one.content for one in files]
    for one in found:
        name = one.get_filename()
        assert name is not None
        assert one.get_content_disposition() == "attachment"
        assert 0 < len(name) <= 150
        assert not set(name) & set('\r\n/\\\u202e"')
        assert list(one) == ["Content-Type", "Content-Transfer-Encoding", "Content-Disposition"]


def test_the_size_of_a_file_in_a_mail_is_known_before_it_is_written() -> None:
    for size in (0, 1, 56, 57, 58, 114, 10_000):
        bare = replace(LETTER, enclosures=(Enclosure("a.bin", "application/x", b""),))
        full = replace(LETTER, enclosures=(Enclosure("a.bin", "application/x", b"x" * size),))
        grown = len(compose(full)) - len(compose(bare))
        assert grown == (encoded_size(size) - 2 if size else 0)
