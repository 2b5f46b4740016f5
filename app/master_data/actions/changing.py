"""Changing a customer's data: proposed by one person, decided by another, field by field."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import update

from app.access.principal import Principal
from app.core import clock, ids, journal
from app.core.db import insert, session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.master_data import queries, rules
from app.master_data.actions import telling
from app.master_data.models import DataChange, DataProposal
from app.master_data.queries import Proposed
from app.master_data.rules import Difference, Risk, State
from app.organisations import actions as organisations
from app.organisations.models import Customer
from app.organisations.rules.own_data import FIELD_NAMES, Field


def propose(
    customer: Customer, who: Principal, wanted: Sequence[Difference]
) -> tuple[list[Difference], list[Difference]]:
    """Write down what somebody wants changed; return what counts at once, and what waits.

    Raises `Refused` where a value was changed meanwhile, or a change of it waits already.
    """
    proposal = DataProposal(
        id=ids.new(),
        organisation_id=customer.organisation_id,
        customer_id=customer.id,
        by_id=who.id,
        by_name=who.name[:200],
        former_email=customer.email,
        created_at=clock.now(),
    )
    session().add(proposal)
    moves = any(one.field is Field.COUNTRY for one in wanted)
    made = [_write(proposal, one, rules.risk(one.field, moves_abroad=moves)) for one in wanted]
    at_once = [one for one in made if one.risk is Risk.LOW]
    waits = [one for one in made if one.risk is not Risk.LOW]
    for change in at_once:
        _apply(Proposed(change, proposal, customer), who)
    if waits:
        _announce_proposal(proposal, customer, who, waits)
        telling.ask_primary_contact(customer, proposal, waits)
    organisations.confirm_data(customer, who)
    return _plain(at_once), _plain(waits)


def accept(found: Proposed, who: Principal) -> None:
    """Let a change count; raises `Refused` where somebody was faster, or may not decide."""
    _check_may_decide(found, who)
    if not _settle(found.change, State.ACCEPTED, who):
        raise Refused(_decided())
    _apply(found, who)
    if rules.tells(found.change.field):
        telling.warn(found.customer, found.proposal, found.change)


def refuse(found: Proposed, who: Principal, reason: str) -> None:
    """Leave a value as it is, and tell who proposed the change why; raises `Refused` as `accept` does."""
    _check_may_decide(found, who)
    if not _settle(found.change, State.REFUSED, who, reason):
        raise Refused(_decided())
    journal.record("customer.change_refused", who.actor, **_line(found))
    telling.say_no(found.customer, found.proposal, found.change, reason)


def withdraw(found: Proposed, who: Principal) -> None:
    """Take one's own change back; raises `Refused` where it is another one's, or decided."""
    if found.proposal.by_id != who.id:
        raise Refused(_("Only %(name)s can withdraw this change.", name=found.proposal.by_name))
    if not _settle(found.change, State.WITHDRAWN, who):
        raise Refused(_decided())
    journal.record("customer.change_withdrawn", who.actor, **_line(found))


def _write(proposal: DataProposal, wanted: Difference, risk: Risk) -> DataChange:
    counts = risk is Risk.LOW
    row = insert(DataChange).values(
        id=ids.new(),
        organisation_id=proposal.organisation_id,
        proposal_id=proposal.id,
        customer_id=proposal.customer_id,
        field=wanted.field,
        before=wanted.before,
        after=wanted.after,
        risk=risk,
        state=State.ACCEPTED if counts else State.WAITING,
        decided_by=proposal.by_name if counts else "",
        decided_at=proposal.created_at if counts else None,
        reason="",
    )
    made: DataChange | None = session().scalar(row.on_conflict_do_nothing().returning(DataChange))
    if made is None:
        name = _(FIELD_NAMES[wanted.field])
        raise Refused(
            _(
                "A change of “%(field)s” waits for a decision already. Withdraw it first.",
                field=name,
            )
        )
    return made


def _apply(found: Proposed, who: Principal) -> None:
    change = found.change
    if not organisations.change_field(found.customer, change.field, change.before, change.after):
        name = _(FIELD_NAMES[change.field])
        raise Refused(
            _("“%(field)s” was changed meanwhile. Nothing was changed now; look again.", field=name)
        )
    journal.announce("customer.change_accepted", who.actor, **_line(found))


def _check_may_decide(found: Proposed, who: Principal) -> None:
    if not rules.may_decide(found.change.risk, found.proposal.by_id, queries.decider(who)):
        raise Refused(_("Somebody else has to decide about this change. Nothing was changed."))


def _settle(change: DataChange, state: State, who: Principal, reason: str = "") -> bool:
    settled = (
        update(DataChange)
        .where(DataChange.id == change.id, DataChange.state == State.WAITING)
        .values(state=state, decided_by=who.name[:200], decided_at=clock.now(), reason=reason[:500])
        .returning(DataChange.id)
        .execution_options(synchronize_session=False)
    )
    return session().execute(settled).first() is not None


def _decided() -> str:
    return _("This change was decided already. Nothing was changed.")


def _announce_proposal(
    proposal: DataProposal, customer: Customer, who: Principal, waits: Sequence[DataChange]
) -> None:
    journal.record(
        "customer.change_proposed",
        who.actor,
        organisation_id=customer.organisation_id,
        about=("customer", customer.id),
        number=customer.number,
        proposal=proposal.id,
        fields=[one.field.value for one in waits],
        changes=[
            {
                "change": one.id,
                "field": one.field.value,
                "value": rules.told(one.field, one.after),
            }
            for one in waits
        ],
    )


def _line(found: Proposed) -> dict[str, Any]:
    """Return what the journal says of a change: never a whole account."""
    change, customer = found.change, found.customer
    return {
        "organisation_id": customer.organisation_id,
        "about": ("customer", customer.id),
        "number": customer.number,
        "proposal": found.proposal.id,
        "change": change.id,
        "field": change.field.value,
        "value": rules.told(change.field, change.after),
        "proposed_by": found.proposal.by_name,
    }


def _plain(changes: Sequence[DataChange]) -> list[Difference]:
    return [Difference(one.field, one.before, one.after) for one in changes]
