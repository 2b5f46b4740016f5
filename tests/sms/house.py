"""A house that sends text messages, and what it has sent."""

from datetime import timedelta

from sqlalchemy import select

from app.core import ids, sealing
from app.core.db import session
from app.organisations.models import Organisation
from app.sms.actions import send
from app.sms.models import SmsSettings, TextMessage
from app.sms.providers import http_gateway
from app.sms.rules.life import Gateway, Purpose
from tests import cast

SWISS = "+41791234542"
VALID_FOR = timedelta(minutes=10)


def founded(gateway: Gateway = Gateway.TWILIO, url: str = "", **changes: object) -> Organisation:
    """Found a house that is connected to a gateway."""
    house = cast.found("texting", "House of Texts")
    connect(house, gateway, url, **changes)
    return house


def connect(house: Organisation, gateway: Gateway, url: str, **changes: object) -> SmsSettings:
    """Connect a house to a gateway."""
    values: dict[str, object] = {
        "is_on": True,
        "sender": "+41790000001",
        "account": "AC0123456789abcdef",
        "sealed_secret": sealing.seal("a token that nobody knows"),
        "url": url,
        "template": http_gateway.TEMPLATE,
        "reference_path": "id",
    }
    found = SmsSettings(organisation_id=house.id, gateway=gateway, **(values | changes))
    session().add(found)
    session().flush()
    return found


def text_to(
    house: Organisation,
    number: str = SWISS,
    text: str = "123456 is your code",
    purpose: Purpose = Purpose.CODE,
    valid_for: timedelta = VALID_FOR,
) -> TextMessage:
    """Have one message sent, with a key of its own."""
    return send(house, number, text, key=ids.new(), purpose=purpose, valid_for=valid_for)


def messages() -> list[TextMessage]:
    """Return every message, the oldest first."""
    return list(session().scalars(select(TextMessage).order_by(TextMessage.id)))
