"""The channel to health insurers, as the engine sees it."""

from typing import Final

from app.delivery.channels.adapter import Adapter, Setup, Wanted
from app.delivery.channels.efaktura.answers import parse
from app.delivery.channels.efaktura.connection import connection, is_gln, lacks, untold
from app.delivery.channels.efaktura.form import Settings
from app.delivery.channels.efaktura.listening import listen, test
from app.delivery.channels.efaktura.particulars import Particulars
from app.delivery.channels.efaktura.sending import find, prepare, submit
from app.delivery.rules import Obstacle
from app.documents.rules.kinds import Kind
from app.organisations.rules import Channel

KINDS: Final = frozenset({Kind.INVOICE, Kind.REMINDER})


def _obstacle(wanted: Wanted, setup: Setup) -> Obstacle | None:
    if lacks(setup.values):
        return Obstacle.INCOMPLETE
    number = wanted.recipient.endpoint
    if not number:
        return Obstacle.NO_ADDRESS
    if not is_gln(number):
        return Obstacle.BAD_ADDRESS
    gaps = untold(wanted.recipient, wanted.customer, connection(setup.values))
    return Obstacle.NO_DATA if gaps else None


ADAPTER = Adapter(
    channel=Channel.EFAKTURA,
    prepare=prepare,
    submit=submit,
    form=Settings,
    recipient_form=Particulars,
    obstacle=_obstacle,
    kinds=KINDS,
    find=find,
    listen=listen,
    parse=parse,
    test=test,
)
