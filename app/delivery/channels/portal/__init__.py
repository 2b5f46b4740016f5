"""Portal only: no dispatch, the document lies there; that a person opens it is the confirmation."""

from app.core.errors import Refused
from app.delivery.channels.adapter import Adapter, Order, Parcel, Result
from app.delivery.rules import Outcome
from app.organisations.rules import Channel


def _prepare(order: Order) -> Parcel:
    raise Refused("what lies in the portal is not sent")


def _submit(_parcel: Parcel) -> Result:
    return Result(Outcome.ACCEPTED, None, None, "")


ADAPTER = Adapter(
    channel=Channel.PORTAL,
    prepare=_prepare,
    submit=_submit,
    address=lambda _wanted: "",
    needs_settings=False,
)
