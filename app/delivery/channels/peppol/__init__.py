"""Peppol: invoices and credit notes as BIS Billing 3, through the HTTP interface of an access point.

The access point speaks AS4 for us (docs/decisions/0013). The contract: docs/peppol-access-point.md.
"""

from app.delivery.channels.adapter import Adapter, Check, Setup, Wanted
from app.delivery.channels.peppol.answers import parse
from app.delivery.channels.peppol.asking import check, test
from app.delivery.channels.peppol.form import Settings
from app.delivery.channels.peppol.handing import find, submit
from app.delivery.channels.peppol.invoice import KINDS, prepare
from app.delivery.channels.peppol.messages import listen
from app.delivery.channels.peppol.participants import participant
from app.delivery.channels.peppol.stages import stage_of
from app.delivery.rules import Obstacle
from app.organisations.rules import Channel

__all__ = ["ADAPTER"]


def _address(wanted: Wanted) -> str:
    """Return the participant in one way of writing; what is none stays as it was typed."""
    return str(participant(wanted.recipient.endpoint) or wanted.recipient.endpoint)


def _obstacle(wanted: Wanted, setup: Setup) -> Obstacle | None:
    if stage_of(setup) is None:
        return Obstacle.INCOMPLETE
    if not wanted.recipient.endpoint:
        return Obstacle.NO_ADDRESS
    if participant(wanted.recipient.endpoint) is None:
        return Obstacle.BAD_ADDRESS
    cannot = wanted.recipient.checked in (Check.UNKNOWN, Check.TYPE_UNSUPPORTED)
    return Obstacle.NOT_REGISTERED if cannot else None


ADAPTER = Adapter(
    channel=Channel.PEPPOL,
    prepare=prepare,
    submit=submit,
    form=Settings,
    obstacle=_obstacle,
    address=_address,
    kinds=KINDS,
    check=check,
    find=find,
    listen=listen,
    parse=parse,
    test=test,
)
