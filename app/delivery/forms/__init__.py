"""The shape of what people type about deliveries."""

from app.delivery.forms.deliveries import Filters, Renew, TryAgain

__all__ = ["Filters", "Renew", "TryAgain"]
