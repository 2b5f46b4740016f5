"""What is never called, whatever is written and wherever a name leads."""

import socket
from typing import Any

import pytest

from app.core import outbound
from app.core.outbound import Outcome, guard
from tests.core.outbound.servers import OK, answering, serving

BAD = [
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com:70/_x",
    "//example.com/",
    "example.com",
    "",
    "https://",
    "https:///path",
    "https://user:secret@example.com/",
    "https://user@example.com/",
    "https://example.com:22/",
    "https://example.com:25/",
    "https://example.com:0/",
    "https://example.com:99999/",
    "https://[::1/",
    "https://exa mple.com/",
    "https://127.0.0.1/",
    "https://127.8.9.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://localhost/",
    "https://0.0.0.0/",
    "https://10.1.2.3/",
    "https://172.31.255.255/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://100.100.100.200/",
    "https://169.254.169.254/latest/meta-data/",
    "https://168.63.129.16/",
    "https://192.0.0.8/",
    "https://192.0.2.1/",
    "https://198.18.0.1/",
    "https://198.51.100.1/",
    "https://203.0.113.1/",
    "https://224.0.0.1/",
    "https://239.255.255.250/",
    "https://255.255.255.255/",
    "https://240.0.0.1/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:7f00:1::]/",
    "https://[2001:db8::1]/",
    "https://[fe80::1]/",
    "https://[fec0::1]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[ff02::1]/",
    "https://[100::1]/",
]


@pytest.mark.parametrize("url", BAD)
def test_what_leads_inwards_is_refused(url: str) -> None:
    reply = outbound.post(url, b"{}", {}, timeout=2, allow_private=False)
    assert (reply.outcome, reply.is_sent) == (Outcome.REFUSED, False), reply


ALWAYS_BAD = [
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://0.0.0.0/",
    "http://224.0.0.1/",
    "http://[::ffff:169.254.169.254]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "ftp://127.0.0.1/",
    "http://127.0.0.1:22/",
]


@pytest.mark.parametrize("url", ALWAYS_BAD)
def test_some_is_refused_also_where_inner_networks_are_allowed(url: str) -> None:
    reply = outbound.get(url, {}, timeout=2, allow_private=True)
    assert (reply.outcome, reply.is_sent) == (Outcome.REFUSED, False), reply


@pytest.mark.parametrize("url", ["https://8.8.8.8/", "https://[2a00:1450::1]:8443/x?y=z"])
def test_what_is_on_the_internet_passes(url: str) -> None:
    target = guard.target(url, allow_private=False)
    assert len(guard.places(target, allow_private=False)) == 1


@pytest.mark.parametrize("url", ["https://hooks.example.com/kontor", "https://example.com:8443/"])
def test_a_form_has_nothing_against_a_name_that_it_does_not_resolve(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _never)
    assert outbound.objection(url, allow_private=False) == ""


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://example.com/", "not https"),
        ("https://127.0.0.1/", "an address of an inner network"),
        ("https://169.254.169.254/", "an address that is not on the internet"),
        ("https://example.com:25/", "a port of another service"),
    ],
)
def test_a_form_learns_what_is_wrong_with_an_address(url: str, why: str) -> None:
    assert outbound.objection(url, allow_private=False) == why


class Resolver:
    """Leads every name where a script says, one answer after the other; addresses stay themselves."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self._real = socket.getaddrinfo

    def __call__(self, host: str, port: int, **options: Any) -> Any:
        self.asked.append(host)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [found for one in answer for found in self._real(one, port, **options)]


def _never(*_arguments: Any, **_options: Any) -> Any:
    raise AssertionError("asked the resolver")


def leading(monkeypatch: pytest.MonkeyPatch, *answers: tuple[str, ...]) -> Resolver:
    resolver = Resolver(*answers)
    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    return resolver


def test_a_name_that_leads_inwards_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    leading(monkeypatch, ("10.0.0.5",))
    reply = outbound.get("https://hooks.example.com/", {}, timeout=2, allow_private=False)
    assert (reply.outcome, reply.reason) == (Outcome.REFUSED, "an address of an inner network")


def test_one_inner_address_among_good_ones_is_enough_to_refuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    leading(monkeypatch, ("8.8.8.8", "127.0.0.1"))
    reply = outbound.get("https://hooks.example.com/", {}, timeout=2, allow_private=False)
    assert reply.outcome is Outcome.REFUSED


def test_a_name_is_resolved_once_so_that_it_cannot_lead_elsewhere_the_second_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(answering(OK)) as server:
        resolver = leading(monkeypatch, ("127.0.0.1",), ("169.254.169.254",))
        reply = outbound.get(server.url("hooks.example.com"), {}, timeout=5, allow_private=True)
    assert reply.outcome is Outcome.ANSWERED
    assert resolver.asked == ["hooks.example.com"]
    assert f"Host: hooks.example.com:{server.port}".encode() in server.requests[0]
