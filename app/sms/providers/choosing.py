"""The one place that knows which module speaks to which gateway."""

from collections.abc import Callable
from typing import Final

from app.sms.providers import http_gateway, twilio
from app.sms.providers.order import Order, Result
from app.sms.rules.life import Gateway

SUBMIT: Final[dict[Gateway, Callable[[Order], Result]]] = {
    Gateway.HTTP: http_gateway.submit,
    Gateway.TWILIO: twilio.submit,
}


def submit(order: Order) -> Result:
    """Hand a message to its gateway; slow, and outside of any transaction."""
    return SUBMIT[order.gateway](order)
