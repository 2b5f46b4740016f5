"""eBill in the demonstration: one house uses the stand-in that runs beside it, in test mode."""

from typing import Final

from sqlalchemy import select

from app.access.grants import Role
from app.access.principal import Principal
from app.core import clock
from app.core.db import session
from app.core.journal import Actor
from app.core.runtime import current
from app.delivery.actions import connecting, dispatching
from app.delivery.channels import ebill
from app.delivery.channels.adapter import Check
from app.delivery.channels.setups import all_of
from app.delivery.queries import channels
from app.demo.ebill_partner import CLIENT, DEMONSTRATED
from app.documents.models import Document
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State
from app.organisations import actions as organisations
from app.organisations.models import Customer, Organisation
from app.organisations.queries import recipients_of
from app.organisations.rules import Channel, RecipientRole

BY: Final = Actor("command", "demo", "Kontor")
WHO_SHOWS_IT: Final = "lindenhof"
PAYS_BY_EBILL: Final = "1007"
COST: Final = 45
"""Rappen a bill."""


def connect(house: Organisation) -> None:
    """Connect a house to the stand-in; its port may be another than the last time."""
    url = current().settings.demo_ebill_url
    if url is None or house.slug != WHO_SHOWS_IT:
        return
    values = {
        "biller_id": "BIID0000400500",
        "url": f"{url}/live",
        "token_url": f"{url}/auth/oauth/token",
        "client_id": CLIENT[0],
        "test_url": f"{url}/test",
        "test_token_url": f"{url}/auth/oauth/token",
        "test_client_id": CLIENT[0],
    }
    known = channels.one_of(house.id, Channel.EBILL)
    if known is not None and known.values == values:
        return
    who = Principal(role=Role.ADMINISTRATOR, id=house.id, name="Kontor", organisation_id=house.id)
    secrets = {"client_secret": CLIENT[1], "test_client_secret": CLIENT[1]}
    switches = {"is_on": True, "is_test": True, "holds": False, "cost_minor": COST}
    connecting.connect(house, ebill.ADAPTER, who, values=values, secrets=secrets, **switches)


def send(house: Organisation) -> None:
    """Let a customer get bills by eBill, too, and send the newest one: once."""
    if current().settings.demo_ebill_url is None or house.slug != WHO_SHOWS_IT:
        return
    mine = Customer.organisation_id == house.id
    customer = (
        session().scalars(select(Customer).where(mine, Customer.number == PAYS_BY_EBILL)).one()
    )
    if any(one.channel is Channel.EBILL for one in recipients_of(customer.id)):
        return
    recipient = organisations.add_recipient(
        customer,
        BY,
        role=RecipientRole.PERSON,
        name=f"{customer.name}, eBill",
        channel=Channel.EBILL,
        email=None,
        language=None,
        kinds=[Kind.INVOICE.value],
    )
    recipient.endpoint = DEMONSTRATED[0].id
    recipient.checked, recipient.checked_at = Check.OK.value, clock.now()
    session().flush()
    bills = select(Document).where(
        Document.customer_id == customer.id,
        Document.kind == Kind.INVOICE,
        Document.state == State.PUBLISHED,
    )
    newest = session().scalars(bills.order_by(Document.listed_on.desc()).limit(1)).one()
    dispatching.make(newest, customer, recipient, house, all_of(house.id))
