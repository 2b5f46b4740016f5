"""A resident's insurer in the demonstration: billed as data, in test mode, behind a folder."""

from typing import Final

from sqlalchemy import select

from app.access.grants import Role
from app.access.principal import Principal
from app.core.db import session
from app.core.runtime import current
from app.delivery.actions import connecting, dispatching
from app.delivery.channels.efaktura import adapter as efaktura
from app.delivery.channels.setups import all_of
from app.delivery.queries import channels
from app.documents.models import Document
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State
from app.organisations.models import Customer, Organisation
from app.organisations.queries import recipients_of
from app.organisations.rules import Channel, RecipientRole

WHO_SHOWS_IT: Final = "lindenhof"
INSURED: Final = "1007"
INSURER: Final = "7609999000027"
"""GLN of Helvida, an insurer of stories; so is the house's own."""
VALUES: Final = {
    "version": "5.0",
    "way": "folder",
    "folder": "insurers",
    "biller_gln": "7609999000010",
    "biller_zsr": "H123401",
    "role": "nursingstaff",
    "place": "company",
    "canton": "ZH",
    "law": "KVG",
    "tiers": "payant",
}
PATIENT: Final = {
    "family_name": "Zumsteg",
    "given_name": "Heidi",
    "born_on": "1938-05-14",
    "gender": "female",
    "insurance_number": "756.9217.0769.85",
    "reason": "disease",
    "insured_number": "80756009990000017041",
}
ADDRESS: Final = {"street": "Effingerstrasse 77", "postcode": "3008", "city": "Bern"}
COST: Final = 30
"""Rappen an invoice."""


def connect(house: Organisation) -> None:
    """Let a house bill insurers through the folder that the stand-in watches, once."""
    if current().settings.partner_folders is None or house.slug != WHO_SHOWS_IT:
        return
    if channels.one_of(house.id, Channel.EFAKTURA) is not None:
        return
    who = Principal(role=Role.ADMINISTRATOR, id=house.id, name="Kontor", organisation_id=house.id)
    switches = {"is_on": True, "is_test": True, "holds": False, "cost_minor": COST}
    connecting.connect(house, efaktura.ADAPTER, who, values=VALUES, secrets={}, **switches)


def send(house: Organisation) -> None:
    """Let a resident's insurer get data in place of mails, and the newest invoice at once."""
    if current().settings.partner_folders is None or house.slug != WHO_SHOWS_IT:
        return
    mine = Customer.organisation_id == house.id
    customer = session().scalars(select(Customer).where(mine, Customer.number == INSURED)).one()
    insurers = [one for one in recipients_of(customer.id) if one.role is RecipientRole.INSURER]
    for recipient in [one for one in insurers if one.channel is not Channel.EFAKTURA]:
        recipient.channel, recipient.endpoint = Channel.EFAKTURA, INSURER
        recipient.particulars, recipient.postal = dict(PATIENT), dict(ADDRESS)
        session().flush()
        bills = select(Document).where(
            Document.customer_id == customer.id,
            Document.kind == Kind.INVOICE,
            Document.state == State.PUBLISHED,
        )
        newest = session().scalars(bills.order_by(Document.listed_on.desc()).limit(1)).one()
        dispatching.make(newest, customer, recipient, house, all_of(house.id))
