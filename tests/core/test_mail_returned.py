"""Mail that came back, as the world's servers write it: what is told of whom, or nothing."""

import email
from contextlib import suppress
from pathlib import Path

import pytest

from app.core import cells
from app.core.mail import apart, returned
from app.delivery.rules.bouncing import trouble_of
from tests import corpus

EXPECTED: dict[str, dict[str, str]] = {
    "bounce_01": {},
    "bounce_03": {"userx@example.uk": "other"},
    "dsn_01": {"userx@example.com": "full"},
    "dsn_03": {"userx@example.be": "size"},
    "dsn_05": {"userx@example.cz": "delayed"},
    "dsn_07": {"userx@example.nz": "delayed"},
    "dsn_09": {"userx@example.com": "policy"},
    "dsn_11": {"joem@example.com": "address"},
    "dsn_13": {"userx@example.com": "address"},
    "dsn_15": {"userx@example.com": "address"},
    "dsn_17": {"userx@example.fi": "delayed"},
    "dumbass_01": {},
    "groupwise_01": {"userx@example.edu": "address"},
    "groupwise_03": {},
    "llnl_01": {"user1@example.gov": "address"},
    "microsoft_02": {"userx@example.com": "address"},
    "microsoft_04": {"userx@example.com": "address"},
    "newmailru_01": {"zzzzz@newmail.ru": "full"},
    "postfix_02": {"yyyyy@digicool.com": "other"},
    "postfix_04": {"userx@mail1.example.com": "full"},
    "qmail_01": {"userx@example.de": "other"},
    "qmail_03": {"userx@example.jp": "address"},
    "qmail_05": {"userx@example.com": "address"},
    "qmail_07": {"user@example.net": "full"},
    "sendmail_01": {"zzzzz@nfg.nl": "other", "zzzzz@shaft.coal.nl": "other"},
    "simple_02": {"userx@example.net": "other"},
    "simple_04": {"userx@example.com": "other"},
    "simple_06": {"userx@example.com": "address"},
    "simple_08": {"userx@example.de": "address"},
    "simple_10": {"userx@example.com": "other"},
    "simple_12": {"userx@example.ac.jp": "address"},
    "simple_14": {"userx@example.com": "full", "usery@example.com": "full"},
    "simple_16": {"userx@example.com": "other"},
    "simple_18": {"userx@example.com": "other"},
    "simple_20": {"userx@example.com": "other"},
    "simple_22": {"user@example.org": "delayed"},
    "simple_24": {"userx@example.com": "other"},
    "simple_26": {"userx@example.it": "address"},
    "simple_28": {"userx@example.com": "delayed"},
    "simple_30": {"userx@example.com": "address"},
    "simple_32": {"userx@example.com": "other"},
    "simple_34": {"roland@example.com": "address"},
    "simple_36": {"userx@example.com": "address"},
    "simple_38": {"userx@example.com": "full"},
    "simple_40": {"user@example.com": "delayed"},
    "simple_42": {"david...@gmail.com": "policy"},
    "simple_44": {"user@example.com": "other"},
    "sina_01": {"userx@sina.com": "other", "usery@sina.com": "other"},
    "smtp32_02": {"userx@example.com": "other"},
    "smtp32_04": {"after_another@example.net": "address", "one_bad_address@example.net": "address"},
    "smtp32_06": {"absolute_garbage_addr@example.net": "address"},
    "yahoo_01": {"userx@example.com": "other"},
    "yahoo_03": {"userx@example.com": "address"},
    "yahoo_05": {"userx@example.com": "address", "usery@example.com": "address"},
    "yahoo_07": {
        "userw@example.com": "address",
        "userx@example.com": "address",
        "usery@example.com": "address",
        "userz@example.com": "address",
    },
    "yahoo_09": {"userx@example.com": "address", "usery@example.com": "address"},
    "yahoo_11": {"bad_user@aol.com": "address"},
    "yahoo_13": {"bogus-address@example.net": "address"},
}
"""File → address → what is wrong, as a person reads it; `other`: it does not say, nothing: it names nobody.

`address` alone is a hard bounce.
"""
POSTFIX = {
    "delayed_4.7.1": ("delayed", "4.7.1", "grey@example.ch", "d42.grey"),
    "failed_5.1.1": ("failed", "5.1.1", "unknown@example.ch", "d42.unknown"),
    "failed_5.2.2": ("failed", "5.2.2", "full@example.ch", "d42.full"),
    "relayed_2.0.0": ("relayed", "2.0.0", "kunde@example.ch", "d42.kunde"),
}
FILES = [path for path in corpus.files("bounces", ".txt") if "LICENSE" not in path.name]


@corpus.needed
def test_every_file_of_the_corpus_is_expected_here() -> None:
    assert sorted(path.stem for path in FILES) == sorted(EXPECTED)
    assert len(FILES) == 58


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_old_or_odd_bounce_gives_the_right_answer_or_an_honest_unknown(path: Path) -> None:
    found = returned.read(path.read_bytes())
    said = {
        one.recipients[0]: "delayed"
        if one.action == "delayed"
        else trouble_of(one.status, one.said)
        for one in found.told
    }
    assert {address: str(word) for address, word in said.items()} == EXPECTED[path.stem]
    assert {one.action for one in found.told} <= {"failed", "delayed"}
    assert found.complaint == ""


@corpus.needed
@pytest.mark.parametrize("name", POSTFIX)
def test_reports_of_postfix_name_action_status_recipient_and_envelope(name: str) -> None:
    raw = (corpus.ROOT / "dsn-postfix" / f"{name}.eml").read_bytes()
    found = apart.read(raw)
    action, status, recipient, envelope_id = POSTFIX[name]
    (one,) = found.told
    assert (one.action, one.status, one.recipients) == (action, status, (recipient,))
    assert one.said.startswith(("451 4.7.1", "550 5.1.1", "552 5.2.2", "250 2.0.0"))
    assert (found.envelope_id, found.message_ids) == (
        envelope_id,
        (f"{envelope_id}@kontor.example",),
    )
    assert found.written_at is not None
    assert found.written_at.isoformat() == "2026-11-21T19:57:36+00:00"


@corpus.needed
def test_a_copy_that_travelled_another_way_is_the_same_report() -> None:
    raw = (corpus.ROOT / "dsn-postfix" / "failed_5.1.1.eml").read_bytes()
    other = b"Received: by another.example; Sat, 21 Nov 2026 20:00:00 +0000\n" + raw
    assert returned.read(other).key == returned.read(raw).key
    assert returned.read(raw.replace(b"43CC824E964", b"43CC824E965")).key != returned.read(raw).key


NESTED = 3000


def matryoshka(depth: int) -> bytes:
    """Return parts within parts within parts."""
    lines = []
    for level in range(depth):
        lines += [f'Content-Type: multipart/mixed; boundary="b{level}"', "", f"--b{level}"]
    return "\r\n".join([*lines, "Content-Type: text/plain", "", "Hello"]).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 5000,
        matryoshka(50),
        matryoshka(NESTED),
        b"Content-Type: multipart/report; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 20_000,
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\n"
        b"Content-Type: message/delivery-status\r\n\r\nStatus: =?utf-8?x?=\r\nAction: \xff\xfe",
        b"Subject: x\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n"
        + b"a@b.example\n" * 60_000,
        b"From: " + b"<" * 100_000 + b"\r\n\r\nOut of office",
    ],
    ids=["nothing", "zeros", "nested", "very nested", "many parts", "broken", "long", "brackets"],
)
def test_whatever_a_stranger_sends_is_no_news_or_unreadable_and_never_a_crash(raw: bytes) -> None:
    told: tuple[apart.Told, ...] = ()
    with suppress(ValueError):  # unreadable
        told = apart.read(raw).told
    assert told == ()
    assert apart.read(b"Subject: still here\r\n\r\n").told == ()


def test_a_huge_mail_is_read_as_far_as_it_is_kept() -> None:
    report = (
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\n"
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        b"Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--x\r\n"
        b"Content-Type: message/rfc822\r\n\r\nSubject: big\r\n\r\n"
    )
    found = apart.read(report + b"x" * (8 * 1024 * 1024))
    assert [(one.status, one.recipients) for one in found.told] == [("5.1.1", ("a@b.example",))]


def test_a_cell_that_gives_nonsense_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    for header in ({}, {"told": 3}, {"told": [{"action": "failed"}]}):
        monkeypatch.setattr(cells, "run", lambda *_given, found=header: cells.Answer(found))
        with pytest.raises(ValueError, match="no proper answer"):
            apart.read(b"")


def test_recipients_are_read_as_they_travelled() -> None:
    block = email.message_from_string(
        "Original-Recipient: rfc822;Anna+2BBills@Kundin.example\n"
        "Final-Recipient: RFC822; <anna@intern.kundin.example>\nAction: failed\n"
    )
    (told,) = returned._reported([block])
    assert told.recipients == ("anna+bills@kundin.example", "anna@intern.kundin.example")
