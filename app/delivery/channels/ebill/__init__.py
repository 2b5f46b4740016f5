"""Swiss eBill: bills into the recipient's e-banking, through a network partner (Software Partner API).

A recipient gets them who asked for them; the network says who did (`events`, `asking`).
"""

from app.delivery.channels.adapter import Adapter, Check, Setup, Wanted
from app.delivery.channels.ebill.address import asked_by
from app.delivery.channels.ebill.asking import check, test
from app.delivery.channels.ebill.case import KINDS, pause, prepare
from app.delivery.channels.ebill.events import listen, parse
from app.delivery.channels.ebill.form import Settings
from app.delivery.channels.ebill.handing import find, submit
from app.delivery.channels.ebill.stages import stage_of
from app.delivery.rules import Obstacle
from app.organisations.rules import Channel

__all__ = ["ADAPTER"]


def _address(wanted: Wanted) -> str:
    """Return the number that the network gave, or what a recipient is looked up by."""
    return wanted.recipient.endpoint or wanted.recipient.email or ""


def _obstacle(wanted: Wanted, setup: Setup) -> Obstacle | None:
    if stage_of(setup) is None:
        return Obstacle.INCOMPLETE
    address = _address(wanted)
    if not address:
        return Obstacle.NO_ADDRESS
    if asked_by(address) is None:
        return Obstacle.BAD_ADDRESS
    if wanted.recipient.checked == Check.UNKNOWN:
        return Obstacle.NOT_REGISTERED
    return None if wanted.recipient.checked == Check.OK else Obstacle.NOT_OPTED_IN


ADAPTER = Adapter(
    channel=Channel.EBILL,
    prepare=prepare,
    submit=submit,
    form=Settings,
    obstacle=_obstacle,
    address=_address,
    kinds=KINDS,
    pause=pause,
    check=check,
    find=find,
    listen=listen,
    parse=parse,
    test=test,
)
