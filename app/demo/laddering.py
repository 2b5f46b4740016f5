"""Delivery ladders of the demonstration: one for Lindenhof's private customers, and a climb mid-way."""

from typing import Final

from sqlalchemy import select

from app.access.grants import Role
from app.access.principal import Principal
from app.core import clock
from app.core.db import session
from app.delivery.models import Dispatch
from app.delivery.rules import State
from app.documents.models import Document
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State as DocumentState
from app.ladders import queries
from app.ladders.actions import climbing, deciding
from app.ladders.models import Climb
from app.ladders.rules import Counting, Deed, Group
from app.ladders.rules.steps import Step
from app.organisations.models import Customer, Organisation
from app.organisations.rules import Channel, CustomerKind

HOUSE: Final = "lindenhof"
KINDS: Final = (Kind.INVOICE, Kind.REMINDER)
STEPS: Final = (
    Step(1, Deed.REMIND),
    Step(5, Deed.TEXT, Counting.BUSINESS),
    Step(20, Deed.PRINT),
)


def propose(organisation: Organisation) -> None:
    """Give a house ladders for what private customers have to pay, unless it has one."""
    if organisation.slug != HOUSE or queries.ladders_of(organisation.id):
        return
    who = Principal(Role.ADMINISTRATOR, "demo", "Kontor", organisation.id)
    for kind in KINDS:
        made = deciding.add(organisation, who, kind.value, Group.PRIVATE, STEPS)
        deciding.change(made, who, is_on=True, steps=STEPS)


def climb(organisation: Organisation) -> None:
    """Let the oldest bill or reminder that nobody opened climb to its second step, once."""
    if organisation.slug != HOUSE or session().scalar(select(Climb.id).limit(1)) is not None:
        return
    rows = (
        select(Dispatch)
        .join(Document, Document.id == Dispatch.document_id)
        .join(Customer, Customer.id == Dispatch.customer_id)
        .where(
            Document.organisation_id == organisation.id,
            Document.kind.in_(KINDS),
            Document.state == DocumentState.PUBLISHED,
            Customer.kind == CustomerKind.PRIVATE,
            Dispatch.channel == Channel.EMAIL,
            Dispatch.state == State.SUBMITTED,
            Dispatch.opened_at.is_(None),
        )
    )
    sent = session().scalars(rows.order_by(Dispatch.created_at, Dispatch.id).limit(1)).first()
    if sent is None:
        return
    with clock.standing_at(sent.handed_at or sent.created_at):
        climbing.begin(sent.document_id)
    for found in queries.running_of(sent.document_id):
        if found.due_at is not None and found.due_at < clock.now():
            climbing.take_due(found.id)
