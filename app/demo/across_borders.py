"""Peppol in the demonstration: one house sends through the stand-in that runs beside it, in test mode."""

from typing import Final

from sqlalchemy import select

from app.access.grants import Role
from app.access.principal import Principal
from app.core import clock
from app.core.db import session
from app.core.journal import Actor
from app.core.runtime import current
from app.delivery.actions import connecting, dispatching
from app.delivery.channels import peppol
from app.delivery.channels.adapter import Check
from app.delivery.channels.setups import all_of
from app.delivery.queries import channels
from app.demo.peppol_network import DEMONSTRATED, SENDERS, TOKEN
from app.documents.models import Document
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State
from app.organisations import actions as organisations
from app.organisations.models import Customer, Organisation
from app.organisations.queries import recipients_of
from app.organisations.rules import Channel, RecipientRole

BY: Final = Actor("command", "demo", "Kontor")
WHO_SHOWS_IT: Final = "sjoberg"
IS_REACHED: Final = "501"
SENT: Final = "24108"
"""An invoice with an order number, which the network asks for."""
COST: Final = 250
"""Öre an invoice."""


def connect(house: Organisation) -> None:
    """Connect a house to the stand-in; its port may be another than the last time."""
    url = current().settings.demo_access_point_url
    if url is None or house.slug != WHO_SHOWS_IT:
        return
    stages = {"url": f"{url}/live", "test_url": f"{url}/test"}
    values = {"sender": SENDERS[0], "user": "", "test_sender": "", "test_user": "", **stages}
    known = channels.one_of(house.id, Channel.PEPPOL)
    if known is not None and known.values == values:
        return
    who = Principal(role=Role.ADMINISTRATOR, id=house.id, name="Kontor", organisation_id=house.id)
    secrets = {"secret": TOKEN, "test_secret": TOKEN}
    switches = {"is_on": True, "is_test": True, "holds": False, "cost_minor": COST}
    connecting.connect(house, peppol.ADAPTER, who, values=values, secrets=secrets, **switches)


def send(house: Organisation) -> None:
    """Let a customer get invoices by Peppol, too, and send one: once."""
    if current().settings.demo_access_point_url is None or house.slug != WHO_SHOWS_IT:
        return
    mine = Customer.organisation_id == house.id
    customer = session().scalars(select(Customer).where(mine, Customer.number == IS_REACHED)).one()
    if any(one.channel is Channel.PEPPOL for one in recipients_of(customer.id)):
        return
    recipient = organisations.add_recipient(
        customer,
        BY,
        role=RecipientRole.PERSON,
        name=f"{customer.name}, Peppol",
        channel=Channel.PEPPOL,
        email=None,
        language=None,
        kinds=[Kind.INVOICE.value],
    )
    recipient.endpoint = DEMONSTRATED[0].id
    recipient.checked, recipient.checked_at = Check.OK.value, clock.now()
    session().flush()
    invoice = select(Document).where(
        Document.customer_id == customer.id,
        Document.number_sort == SENT,
        Document.state == State.PUBLISHED,
    )
    found = session().scalars(invoice).one()
    dispatching.make(found, customer, recipient, house, all_of(house.id))
