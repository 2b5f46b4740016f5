"""Tables of delivery."""

from app.delivery.models.channels import (
    BlockedAddress,
    ChannelHealth,
    ChannelRule,
    ChannelSettings,
    DeliverySettings,
)
from app.delivery.models.dispatches import Attempt, Dispatch, Event
from app.delivery.models.receipts import Receipt, ReceiptKind
from app.delivery.models.releases import DeliveryRelease
from app.delivery.rules.bouncing import BlockReason, BouncePolicy

__all__ = [
    "Attempt",
    "BlockReason",
    "BlockedAddress",
    "BouncePolicy",
    "ChannelHealth",
    "ChannelRule",
    "ChannelSettings",
    "DeliveryRelease",
    "DeliverySettings",
    "Dispatch",
    "Event",
    "Receipt",
    "ReceiptKind",
]
