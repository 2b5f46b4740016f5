"""Tables of delivery."""

from app.delivery.models.channels import (
    BlockedAddress,
    BlockReason,
    BouncePolicy,
    ChannelHealth,
    ChannelRule,
    ChannelSettings,
    DeliverySettings,
)
from app.delivery.models.dispatches import Attempt, Dispatch, Event
from app.delivery.models.receipts import Receipt, ReceiptKind

__all__ = [
    "Attempt",
    "BlockReason",
    "BlockedAddress",
    "BouncePolicy",
    "ChannelHealth",
    "ChannelRule",
    "ChannelSettings",
    "DeliverySettings",
    "Dispatch",
    "Event",
    "Receipt",
    "ReceiptKind",
]
