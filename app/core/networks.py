"""Networks of those who guess: what one of them has at hand counts as one."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

LONGEST: Final = 45
"""Characters of an IPv6 address as text."""


def network_of(address: str) -> str:
    """Return an IPv4 address, or the /64 of an IPv6 one; what is no address stays as it is."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:LONGEST]
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
    return str(found)
