"""Letters on paper in the demonstration: one house uses the stand-in for a print centre beside it."""

from typing import Final

from sqlalchemy import select

from app.access.grants import Role
from app.access.principal import Principal
from app.core.db import session
from app.core.journal import Actor
from app.core.runtime import current
from app.delivery.actions import connecting, dispatching
from app.delivery.channels.print_centre.adapter import ADAPTER
from app.delivery.channels.print_centre.form import PrintCentreForm
from app.delivery.channels.setups import all_of
from app.delivery.queries import channels
from app.demo.print_centre import HOST, LETTERS, host_key
from app.demo.print_files import PASSWORD, USER
from app.documents.models import Document
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State
from app.organisations import actions as organisations
from app.organisations.models import Customer, Organisation
from app.organisations.queries import recipients_of
from app.organisations.rules import Channel, RecipientRole

BY: Final = Actor("command", "demo", "Kontor")
WHO_SHOWS_IT: Final = "lindenhof"
READS_PAPER: Final = "1005"
COST: Final = 145
"""Rappen a letter."""


def connect(house: Organisation) -> None:
    """Connect a house to the stand-in; its port may be another than the last time."""
    port = current().settings.demo_print_port
    if not port or house.slug != WHO_SHOWS_IT:
        return
    key = host_key(current().settings.data_dir / LETTERS)
    secrets = {"password": PASSWORD}
    usual = PrintCentreForm(formdata=None).data
    values = {name: usual[name] for name in usual if name not in ("password", "private_key")}
    values |= {
        "host": HOST,
        "port": port,
        "username": USER,
        "fingerprints": str(key.get_fingerprint()),
        "postage": "B",
        "prices": "B 3 1.45\nB 9 2.10",
        "return_address": f"{house.name} · Lindenweg 4 · 8001 Zürich",
    }
    known = channels.one_of(house.id, Channel.PRINT)
    if known is not None and known.values == values:
        return
    who = Principal(role=Role.ADMINISTRATOR, id=house.id, name="Kontor", organisation_id=house.id)
    switches = {"is_on": True, "is_test": False, "holds": False, "cost_minor": COST}
    connecting.connect(house, ADAPTER, who, values=values, secrets=secrets, **switches)


def send(house: Organisation) -> None:
    """Let a customer's son get invoices on paper, and send the newest one: once."""
    if not current().settings.demo_print_port or house.slug != WHO_SHOWS_IT:
        return
    mine = Customer.organisation_id == house.id
    customer = session().scalars(select(Customer).where(mine, Customer.number == READS_PAPER)).one()
    if any(one.channel is Channel.PRINT for one in recipients_of(customer.id)):
        return
    recipient = organisations.add_recipient(
        customer,
        BY,
        role=RecipientRole.RELATIVE,
        name=f"{customer.name}",
        channel=Channel.PRINT,
        email=None,
        language=None,
        kinds=[Kind.INVOICE.value],
    )
    session().flush()
    bills = select(Document).where(
        Document.customer_id == customer.id,
        Document.kind == Kind.INVOICE,
        Document.state == State.PUBLISHED,
    )
    newest = session().scalars(bills.order_by(Document.listed_on.desc()).limit(1)).first()
    if newest is not None:
        dispatching.make(newest, customer, recipient, house, all_of(house.id))
