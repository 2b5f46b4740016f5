"""What comes of a call, against real servers on this machine."""

import socket
from contextlib import suppress
from pathlib import Path
from time import sleep

import pytest

from app.core import outbound
from app.core.outbound import MOST_BYTES, Outcome, Reply, calls
from tests.core.outbound.servers import OK, Script, answering, certificate, encrypted, serving

SOON = 1.0
"""Seconds; what hangs is cut after that."""


def called(script: Script, *, timeout: float = 10) -> Reply:
    with serving(script) as server:
        return outbound.post(server.url(), b'{"a":1}', {}, timeout=timeout, allow_private=True)


def test_an_answer_comes_with_status_headers_and_body() -> None:
    script = answering(b"HTTP/1.1 202 Accepted\r\nX-One: 1\r\nContent-Length: 2\r\n\r\nok")
    with serving(script) as server:
        reply = outbound.post(
            server.url(), b'{"a":1}', {"X-Ours": "yes"}, timeout=10, allow_private=True
        )
    assert (reply.outcome, reply.status, reply.body) == (Outcome.ANSWERED, 202, b"ok")
    assert (reply.headers["x-one"], reply.is_success, reply.is_sent) == ("1", True, True)
    head, _end, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook?a=b HTTP/1.1")
    assert body == b'{"a":1}'
    assert b"X-Ours: yes" in head
    assert b"User-Agent: Kontor" in head


def test_something_can_be_fetched() -> None:
    with serving(answering(OK)) as server:
        reply = outbound.get(server.url(), {}, timeout=10, allow_private=True)
    assert server.requests[0].startswith(b"GET /hook?a=b HTTP/1.1")
    assert reply.body == b"ok"


def test_pieces_are_put_together() -> None:
    script = answering(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\no\r\n1\r\nk\r\n0\r\n\r\n"
    )
    assert called(script).body == b"ok"


@pytest.mark.parametrize("status", [400, 410, 429, 500, 503])
def test_a_refusal_of_the_other_side_is_an_answer(status: int) -> None:
    reply = called(answering(b"HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n" % status))
    assert (reply.outcome, reply.status, reply.is_success) == (Outcome.ANSWERED, status, False)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with serving(answering(OK)) as elsewhere:
        place = elsewhere.url().encode()
        reply = called(
            answering(
                b"HTTP/1.1 %d See\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % (status, place)
            )
        )
    assert (reply.status, reply.is_success) == (status, False)
    assert elsewhere.requests == []


def test_a_redirect_to_what_a_cloud_tells_its_machines_is_only_an_answer() -> None:
    script = answering(
        b"HTTP/1.1 302 See\r\nLocation: http://169.254.169.254/latest/\r\nContent-Length: 0\r\n\r\n"
    )
    assert called(script).headers["location"] == "http://169.254.169.254/latest/"


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(answering(OK)) as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        assert called(answering(OK)).status == 200
    assert proxy.requests == []


def dripping(head: bytes, piece: bytes) -> Script:
    def script(connection: socket.socket) -> None:
        connection.sendall(head)
        with suppress(OSError):
            while True:
                connection.sendall(piece)
                sleep(0.05)

    return script


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\n", b"X-More: 1\r\n"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"."),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n.\r\n"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"."),
    ],
    ids=["status", "headers", "continue", "length", "chunks", "endless"],
)
def test_who_lets_it_drip_is_cut_off_when_the_time_is_over(head: bytes, piece: bytes) -> None:
    reply = called(dripping(head, piece), timeout=SOON)
    assert reply.outcome is Outcome.TIMED_OUT
    assert reply.is_sent


def test_who_never_answers_is_cut_off() -> None:
    reply = called(lambda connection: sleep(5), timeout=SOON)
    assert (reply.outcome, reply.status, reply.is_sent) == (Outcome.TIMED_OUT, 0, True)


def test_who_never_reads_is_cut_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        reply = outbound.post(url, b"." * 30_000_000, {}, timeout=SOON, allow_private=True)
    assert reply.outcome is Outcome.TIMED_OUT


def test_who_never_shakes_hands_is_cut_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"https://127.0.0.1:{deaf.getsockname()[1]}/"
        reply = outbound.post(url, b"{}", {}, timeout=SOON, allow_private=True)
    assert (reply.outcome, reply.is_sent) == (Outcome.TIMED_OUT, False)


@pytest.mark.parametrize(
    "head", [b"Content-Length: 9000000\r\n\r\n", b"\r\n"], ids=["named", "endless"]
)
def test_of_a_long_answer_the_beginning_is_kept(head: bytes) -> None:
    reply = called(answering(b"HTTP/1.1 200 OK\r\n" + head, b"x" * 9_000_000))
    assert (reply.outcome, len(reply.body)) == (Outcome.TOO_LARGE, MOST_BYTES)
    assert reply.is_success


def test_an_answer_of_exactly_the_most_is_whole() -> None:
    reply = called(
        answering(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % MOST_BYTES, b"x" * MOST_BYTES)
    )
    assert (reply.outcome, len(reply.body)) == (Outcome.ANSWERED, MOST_BYTES)


def test_a_compressed_answer_stays_compressed() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n"
    assert called(answering(head, b"\x1f\x8b..")).body == b"\x1f\x8b.."


def test_nobody_listening_means_that_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    reply = outbound.post(f"http://127.0.0.1:{port}/", b"{}", {}, timeout=5, allow_private=True)
    assert (reply.outcome, reply.is_sent) == (Outcome.UNREACHABLE, False)
    assert reply.reason == "Connection refused"


def test_who_hangs_up_may_have_read_the_request() -> None:
    reply = called(answering())
    assert (reply.outcome, reply.is_sent) == (Outcome.UNREACHABLE, True)


def test_half_an_answer_names_the_status_that_came() -> None:
    reply = called(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123"))
    assert (reply.outcome, reply.status) == (Outcome.UNREACHABLE, 200)
    assert reply.is_success


@pytest.mark.parametrize("junk", [b"SSH-2.0-OpenSSH\r\n", b"\x00\xff" * 40, b"HTTP/1.1 x\r\n\r\n"])
def test_what_is_not_http_is_no_answer(junk: bytes) -> None:
    assert called(answering(junk)).outcome is Outcome.UNREACHABLE


def test_a_header_with_a_line_break_is_not_sent() -> None:
    with serving(answering(OK)) as server:
        reply = outbound.post(
            server.url(), b"", {"X-A": "1\r\nX-B: 2"}, timeout=5, allow_private=True
        )
    assert reply.outcome is Outcome.UNREACHABLE
    assert server.requests == []


def test_the_second_address_of_a_name_is_tried_where_the_first_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = socket.getaddrinfo
    with serving(answering(OK)) as server:
        monkeypatch.setattr(
            socket,
            "getaddrinfo",
            lambda host, port, **how: [
                *real("::1", port, **how),
                *real("127.0.0.1", port, **how),
            ],
        )
        reply = outbound.get(server.url("two.example"), {}, timeout=5, allow_private=True)
    assert reply.status == 200


def test_a_trusted_certificate_for_the_name_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = certificate(tmp_path, "hooks.example", "127.0.0.1")
    with serving(answering(OK), tls=encrypted(mine)) as server:
        url = server.url(scheme="https")
        untrusted = outbound.get(url, {}, timeout=5, allow_private=True)
        monkeypatch.setenv("SSL_CERT_FILE", str(mine))
        calls._trusted.cache_clear()
        trusted = outbound.get(url, {}, timeout=5, allow_private=True)
        real = socket.getaddrinfo
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda _host, port, **how: real("127.0.0.1", port, **how)
        )
        for_the_name = outbound.get(
            server.url("hooks.example", "https"), {}, timeout=5, allow_private=True
        )
        another_name = outbound.get(
            server.url("other.example", "https"), {}, timeout=5, allow_private=True
        )
        calls._trusted.cache_clear()
    assert (untrusted.outcome, untrusted.is_sent) == (Outcome.UNREACHABLE, False)
    assert untrusted.reason.startswith("certificate:")
    assert trusted.status == 200
    assert for_the_name.status == 200
    assert (another_name.outcome, another_name.is_sent) == (Outcome.UNREACHABLE, False)
    assert len(server.requests) == 2
