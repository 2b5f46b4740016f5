"""Every channel's adapter, by channel."""

from collections.abc import Mapping
from typing import Final

from app.delivery.channels import ebill, email, peppol, portal
from app.delivery.channels.adapter import Adapter
from app.delivery.channels.efaktura import adapter as efaktura
from app.delivery.channels.print_centre import adapter as print_centre
from app.organisations.rules import Channel

ADAPTERS: Final[Mapping[Channel, Adapter]] = {
    adapter.channel: adapter
    for adapter in (
        *(email.ADAPTER, portal.ADAPTER, ebill.ADAPTER),
        *(efaktura.ADAPTER, print_centre.ADAPTER, peppol.ADAPTER),
    )
}


def hang_up() -> None:
    """Close what this thread kept open with any of them."""
    for adapter in ADAPTERS.values():
        adapter.hang_up()
