"""Which addresses may be called: what is written, and every place that the name leads to.

The name is resolved once, and the connection goes to what was looked at: a second resolution could
lead elsewhere (SSRF, OWASP ASVS 5.0 1.3.6). `ipaddress.is_global` alone lets too much through: NAT64
of this machine, 6to4 and multicast are global to it.
"""

import ipaddress
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from urllib3.exceptions import HTTPError
from urllib3.util import parse_url

DEFAULT_PORTS: Final = {"https": 443, "http": 80}
LOWEST_PORT: Final = 1024
"""Below it only the scheme's own port is called: not mail servers, not remote shells."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _networks(*written: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(one) for one in written)


PRIVATE: Final = _networks(
    *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"),
    *("::1/128", "fc00::/7"),
)
"""This machine and networks of one house (RFC 1918, 4193, 6598): only where the settings allow it."""
FORBIDDEN: Final = _networks(
    # What a cloud tells its machines about themselves lies at these, some within the ranges above.
    *("169.254.0.0/16", "168.63.129.16/32", "100.100.100.200/32", "fd00:ec2::254/128"),
    *("0.0.0.0/8", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15"),
    *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    # Addresses of IPv6 that carry one of IPv4 inside: Teredo, 6to4. NAT64 is not in 2000::/3.
    *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
)
"""Never, whatever the settings say (RFC 6890 and its successors)."""
UNICAST: Final = ipaddress.ip_network("2000::/3")
"""What is assigned of IPv6 for everybody; everything else of it is special."""


class Forbidden(Exception):
    """The guard says no; the message says why, in English."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart."""

    is_encrypted: bool
    host: str
    """A name or an address, without brackets."""
    port: int
    authority: str
    """As the `Host` header names it (RFC 9110, 7.2)."""
    path: str
    """With its query."""


Place = tuple[int, tuple[Any, ...]]
"""Family of a socket, and the address that it takes."""


def objection(url: str, *, allow_private: bool) -> str:
    """Return why `url` would never be called, in English; empty where nothing written is against it.

    It resolves no name: for forms.
    """
    try:
        host = target(url, allow_private).host
        with suppress(ValueError):
            _look_at(ipaddress.ip_address(host), allow_private)
    except Forbidden as forbidden:
        return str(forbidden)
    return ""


def target(url: str, allow_private: bool) -> Target:
    """Take an address apart; raises `Forbidden` for one that is never called."""
    try:
        found = parse_url(url)
    except HTTPError as error:
        raise Forbidden("not an address") from error
    scheme = found.scheme or ""
    if scheme not in (DEFAULT_PORTS if allow_private else ("https",)):
        raise Forbidden("not https")
    host = (found.host or "").strip("[]")
    if not host:
        raise Forbidden("no host")
    if found.auth is not None:
        raise Forbidden("a name and a password in the address")
    port = DEFAULT_PORTS[scheme] if found.port is None else found.port
    if port != DEFAULT_PORTS[scheme] and port < LOWEST_PORT:
        raise Forbidden("a port of another service")
    return Target(scheme == "https", host, port, found.netloc or "", found.request_uri)


def places(to: Target, allow_private: bool) -> list[Place]:
    """Resolve the name, once; raises `Forbidden` where a single one of its addresses is not allowed.

    Raises `OSError` where it has none. How long that takes is up to the resolver of the machine.
    """
    try:
        found = socket.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)
    except (UnicodeError, ValueError) as error:
        raise Forbidden("not the name of a host") from error
    for *_kinds, place in found:
        _look_at(ipaddress.ip_address(place[0]), allow_private)
    return [(family, place) for family, _type, _protocol, _name, place in found]


def _look_at(address: Address, allow_private: bool) -> None:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if any(address in network for network in FORBIDDEN):
        raise Forbidden("an address that is not on the internet")
    if any(address in network for network in PRIVATE):
        if not allow_private:
            raise Forbidden("an address of an inner network")
    elif address.version == 6 and address not in UNICAST:
        raise Forbidden("an address that is not on the internet")
