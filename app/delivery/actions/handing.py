"""Handing a parcel over, outside of any transaction: asked for first where it may have arrived."""

from app.delivery.channels.adapter import Parcel, Result
from app.delivery.channels.register import ADAPTERS
from app.delivery.rules import Outcome

TOO_LATE = "it took too long to begin: another attempt may be under way"


def hand_over(parcel: Parcel) -> Result:
    """Hand a parcel over; where an earlier attempt may have done so, the channel is asked first.

    So nothing goes out twice through a channel that can be asked, whatever happened to the answer.
    """
    adapter = ADAPTERS[parcel.channel]
    if parcel.is_repeat and adapter.find is not None:
        found = adapter.find(parcel)
        if found is not None:
            return found
    if parcel.is_late:
        return Result(Outcome.TEMPORARY, None, None, TOO_LATE)
    result: Result = adapter.submit(parcel)
    return result
