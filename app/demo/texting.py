"""Connects a house of the demonstration to the stand-in that takes its text messages."""

from typing import Final

from app.access.grants import Role
from app.access.principal import Principal
from app.organisations.models import Organisation
from app.sms import queries
from app.sms.actions import connecting
from app.sms.providers import http_gateway
from app.sms.rules.life import Authentication, Gateway

NO_SECRET: Final = "demonstration"  # noqa: S105 - of a stand-in on this machine
NEIGHBOURS: Final = ["AT", "CH", "DE", "NO", "SE"]
"""Countries of the demonstration's customers."""


def connect(house: Organisation) -> None:
    """Let a house send text messages, once."""
    if queries.settings_of(house.id) is not None:
        return
    who = Principal(role=Role.ADMINISTRATOR, id=house.id, name="Kontor", organisation_id=house.id)
    values = {
        "gateway": Gateway.TWILIO,
        "sender": "Kontor",
        "account": "ACdemonstration",
        "url": "",
        "authentication": Authentication.BEARER,
        "template": http_gateway.TEMPLATE,
        "reference_path": "id",
        "countries": NEIGHBOURS,
        "per_day": 200,
        "per_country_and_day": 200,
        "per_month": 3000,
        "price_minor": 7,
        "money_per_month": 10000,
    }
    connecting.change(house, who, secret=NO_SECRET, is_on=True, values=values)
