"""A customer's own data, the staff's queue of changes, and what goes to the books."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import Principal, principal
from app.core.languages import gettext as _
from app.core.languages import ngettext
from app.master_data import formats, forms, queries, rules
from app.master_data.actions import books, changing
from app.master_data.models import DataBatch
from app.master_data.queries import Proposed
from app.master_data.rules import RISK_SENTENCES, STATE_NAMES, Difference, State
from app.organisations import actions as organisations
from app.organisations import queries as customers
from app.organisations.models import Customer
from app.organisations.rules import own_data
from app.organisations.rules.own_data import FIELD_NAMES, Field
from app.web import answers, paging
from app.web.page import page

blueprint = Blueprint("master_data", __name__)


@blueprint.get("/own-data")
@gate(Can.CHANGE_OWN_DATA, customers.own_customer)
def own(customer: Customer) -> Response:
    form = forms.OwnData()
    form.show(own_data.values_of(customer))
    return _own(customer, form)


@blueprint.post("/own-data")
@gate(Can.CHANGE_OWN_DATA, customers.own_customer)
def propose(customer: Customer) -> Response:
    form, now = forms.OwnData(), own_data.values_of(customer)
    seen = form.seen_values(now)
    proposed = queries.own(principal())
    if form.is_sound(seen):
        wanted, moved = rules.differences(seen, now, form.values)
        _reject(form, wanted, moved, proposed, now)
        if not form.errors:
            return _saved(customer, wanted)
    return _own(customer, form, 422, proposed=proposed)


def _reject(
    form: forms.OwnData,
    wanted: Sequence[Difference],
    moved: Sequence[Field],
    proposed: Sequence[Proposed],
    now: dict[Field, str],
) -> None:
    """Say at the fields what was changed meanwhile, and what waits already."""
    for field in moved:
        text = _("This was changed meanwhile; now it is “%(value)s”.", value=now[field] or "–")
        form.reject(form[field.value], text)
    waits = {one.change.field for one in proposed if one.change.state is State.WAITING}
    for one in wanted:
        if one.field in waits:
            text = _("A change of this waits for a decision already. Withdraw it first.")
            form.reject(form[one.field.value], text)


def _saved(customer: Customer, wanted: Sequence[Difference]) -> Response:
    if not wanted:
        organisations.confirm_data(customer, principal())
        answers.say("success", _("Thank you. Nothing was changed; your data count as confirmed."))
        return answers.see_other("master_data.own")
    counts, waits = changing.propose(customer, principal(), wanted)
    said = []
    if counts:
        said.append(
            ngettext("%(num)d change counts now.", "%(num)d changes count now.", len(counts))
        )
    if waits:
        said.append(
            ngettext(
                "%(num)d change waits for a decision.",
                "%(num)d changes wait for a decision.",
                len(waits),
            )
        )
    answers.say("success", " ".join(said))
    return answers.see_other("master_data.own")


def _own(
    customer: Customer,
    form: forms.OwnData,
    status: int = 200,
    *,
    proposed: list[Proposed] | None = None,
    refused: tuple[str, forms.Refusal] | None = None,
) -> Response:
    who = principal()
    found = queries.own(who) if proposed is None else proposed
    return page(
        "master_data/own.html",
        status,
        customer=customer,
        form=form,
        origins=queries.origins(customer),
        known=own_data.values_of(customer),
        waiting=[one for one in reversed(found) if one.change.state is State.WAITING],
        decided=[one for one in found if one.change.state is not State.WAITING],
        **_decisions(who, found, refused),
    )


def _decisions(
    who: Principal, found: Sequence[Proposed], refused: tuple[str, forms.Refusal] | None
) -> dict[str, Any]:
    """Return which of these changes somebody may decide about, with a form for a reason each."""
    open_ones = [one for one in found if one.change.state is State.WAITING]
    others = [one for one in open_ones if one.proposal.by_id != who.id]
    decider = queries.decider(who) if others else None
    mine = [
        one.change.id
        for one in others
        if decider and rules.may_decide(one.change.risk, one.proposal.by_id, decider)
    ]
    refusals = {change_id: _refusal(change_id) for change_id in mine}
    return {
        "refusals": refusals | (dict([refused]) if refused else {}),
        "STATE_NAMES": STATE_NAMES,
        "RISK_SENTENCES": RISK_SENTENCES,
    }


def _refusal(change_id: str) -> forms.Refusal:
    return forms.Refusal(prefix=f"{change_id}-")


@blueprint.post("/own-data/confirmation")
@gate(Can.CHANGE_OWN_DATA, customers.own_customer)
def confirm(customer: Customer) -> Response:
    organisations.confirm_data(customer, principal())
    answers.say("success", _("Thank you. Your data count as confirmed today."))
    return answers.see_other("desk.customer_home")


@blueprint.post("/own-data/changes/<id:change_id>/withdrawal")
@gate(Can.CHANGE_OWN_DATA, queries.one)
def withdraw(found: Proposed) -> Response:
    changing.withdraw(found, principal())
    answers.say("success", _("Withdrawn. Everything stays as it was."))
    return answers.see_other("master_data.own")


@blueprint.post("/own-data/changes/<id:change_id>/acceptance")
@gate(Can.CHANGE_OWN_DATA, queries.one)
def accept_own(found: Proposed) -> Response:
    _accept(found)
    return answers.see_other("master_data.own")


@blueprint.post("/own-data/changes/<id:change_id>/refusal")
@gate(Can.CHANGE_OWN_DATA, queries.one)
def refuse_own(found: Proposed) -> Response:
    if form := _refuse(found):
        own_form = forms.OwnData(formdata=None)
        own_form.show(own_data.values_of(found.customer))
        return _own(found.customer, own_form, 422, refused=(found.change.id, form))
    return answers.see_other("master_data.own")


def _accept(found: Proposed) -> None:
    changing.accept(found, principal())
    answers.say("success", _("Accepted: %(field)s.", field=_(FIELD_NAMES[found.change.field])))


def _refuse(found: Proposed) -> forms.Refusal | None:
    """Refuse a change; return the form where the reason is missing."""
    form = _refusal(found.change.id)
    if not form.validate():
        return form
    changing.refuse(found, principal(), form.reason.data)
    answers.say("success", _("Refused: %(field)s.", field=_(FIELD_NAMES[found.change.field])))
    return None


@blueprint.get("/master-data")
@gate(Can.READ_CUSTOMERS)
def queue() -> Response:
    who = principal()
    cursor, back = paging.cursor()
    rows = queries.queue(who, cursor, back=back, limit=paging.SIZE + 1)
    return page(
        "master_data/queue.html",
        listed=paging.paged(rows, lambda row: row.change.id),
        unexported=queries.unexported(who),
        MANY=queries.MANY,
    )


@blueprint.get("/master-data/<id:proposal_id>")
@gate(Can.READ_CUSTOMERS, queries.proposal)
def proposal(found: list[Proposed]) -> Response:
    return _proposal(found)


def _proposal(
    found: list[Proposed], status: int = 200, refused: tuple[str, forms.Refusal] | None = None
) -> Response:
    first, who = found[0], principal()
    return page(
        "master_data/proposal.html",
        status,
        customer=first.customer,
        proposal=first.proposal,
        changes=found,
        may_decide=who.may(Can.CHANGE_CUSTOMERS),
        **_decisions(who, found, refused),
    )


@blueprint.post("/master-data/changes/<id:change_id>/acceptance")
@gate(Can.CHANGE_CUSTOMERS, queries.one)
def accept(found: Proposed) -> Response:
    _accept(found)
    return answers.see_other("master_data.proposal", proposal_id=found.proposal.id)


@blueprint.post("/master-data/changes/<id:change_id>/refusal")
@gate(Can.CHANGE_CUSTOMERS, queries.one)
def refuse(found: Proposed) -> Response:
    if form := _refuse(found):
        together = queries.proposal(principal(), found.proposal.id) or [found]
        return _proposal(together, 422, (found.change.id, form))
    return answers.see_other("master_data.proposal", proposal_id=found.proposal.id)


@blueprint.get("/master-data/exports")
@gate(Can.READ_CUSTOMERS)
def batches() -> Response:
    who = principal()
    cursor, back = paging.cursor()
    rows = queries.batches(who, cursor, back=back, limit=paging.SIZE + 1)
    return page(
        "master_data/exports.html",
        listed=paging.paged(rows, lambda row: row.id),
        unexported=queries.unexported(who),
        MANY=queries.MANY,
    )


@blueprint.post("/master-data/exports")
@gate(Can.CHANGE_CUSTOMERS)
def take() -> Response:
    one = books.take(principal())
    answers.say(
        "success",
        ngettext(
            "%(num)d change is in the new export.",
            "%(num)d changes are in the new export.",
            one.total,
        ),
    )
    return answers.see_other("master_data.batches")


@blueprint.get("/master-data/exports/<id:batch_id>.csv")
@gate(Can.READ_CUSTOMERS, queries.batch)
def batch(one: DataBatch) -> Response:
    content = formats.written(queries.lines(principal(), one))
    name = f"{_('Changes')} {one.created_at:%Y-%m-%d} {one.id[-4:]}.csv"
    return answers.download(content, formats.MEDIA_TYPE, name)
