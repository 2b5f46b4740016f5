"""One dispatch: its steps, its whole history, and for each channel whether it could take it."""

from flask import Response

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.delivery import forms, queries, rules
from app.delivery.actions import switching
from app.delivery.channels.register import ADAPTERS
from app.delivery.forms.deliveries import TakeChannel
from app.delivery.models import Dispatch
from app.delivery.queries import history
from app.delivery.rules.steps import MARK_NAMES, STAGE_NAMES, Facts, Step, steps_of
from app.delivery.views import blueprint
from app.documents import queries as documents
from app.organisations import queries as organisations
from app.organisations.rules import CHANNEL_NAMES, Channel
from app.web import answers
from app.web.page import page

MOST_RAW = 20_000
"""Characters of a raw answer that are shown."""


def show(
    dispatch: Dispatch,
    form: forms.TryAgain,
    status: int = 200,
) -> Response:
    """Show one dispatch."""
    house = organisations.organisation_by_id(dispatch.organisation_id)
    lines = history.of_dispatch(dispatch)
    return page(
        "delivery/show.html",
        status,
        dispatch=dispatch,
        document=documents.by_id(dispatch.document_id),
        history=lines,
        meaning=_meaning(dispatch),
        steps=_steps(dispatch, lines),
        cost=history.cost_of(dispatch, house),
        form=form,
        rules=rules,
        MARK_NAMES=MARK_NAMES,
        STAGE_NAMES=STAGE_NAMES,
    )


def _meaning(dispatch: Dispatch) -> str:
    """Return in a sentence what the state means; of what is held, for what it waits."""
    if dispatch.held_because is not None:
        return _(rules.HELD_NAMES[dispatch.held_because])
    return _(rules.STATE_MEANINGS[dispatch.state])


def _steps(dispatch: Dispatch, lines: list[history.Line]) -> list[Step]:
    adapter = ADAPTERS.get(dispatch.channel)
    is_mail = dispatch.channel is Channel.EMAIL
    facts = Facts(
        state=dispatch.state,
        response=dispatch.response,
        held=dispatch.held_because,
        attempts=dispatch.attempts,
        was_handed=any(line.is_taken and not line.is_old for line in lines),
        is_opened=dispatch.opened_at is not None,
        is_delayed=dispatch.is_delayed,
        is_test=dispatch.is_test,
        left_out=dispatch.left_out,
        confirms=is_mail or (adapter is not None and adapter.parse is not None),
    )
    return steps_of(facts)


@blueprint.get("/deliveries/<id:dispatch_id>/channel")
@gate(Can.CHANGE_DELIVERIES, queries.one)
def ways(dispatch: Dispatch) -> Response:
    """Show which channels could take it, and what stands in the way of the others (B2-20)."""
    found = switching.ways_of(dispatch)
    return _ways(dispatch, found, TakeChannel.of(found, dispatch.channel))


def _ways(
    dispatch: Dispatch,
    found: dict[Channel, rules.Obstacle | None],
    choice: TakeChannel,
    status: int = 200,
) -> Response:
    return page(
        "delivery/ways.html",
        status,
        dispatch=dispatch,
        ways=found,
        form=choice,
        OBSTACLE_NAMES=rules.OBSTACLE_NAMES,
    )


@blueprint.post("/deliveries/<id:dispatch_id>/channel")
@gate(Can.CHANGE_DELIVERIES, queries.one)
def take_channel(dispatch: Dispatch) -> Response:
    """Send what a dispatch is about over another channel."""
    found = switching.ways_of(dispatch)
    choice = TakeChannel.of(found, dispatch.channel, is_sent=True)
    if not choice.validate():
        return _ways(dispatch, found, choice, 422)
    channel = Channel(choice.channel.data)
    try:
        other = switching.take(dispatch, channel, principal())
    except Refused as refusal:
        choice.reject(choice.channel, refusal.sentence)
        return _ways(dispatch, found, choice, 422)
    name = _(CHANNEL_NAMES[channel])
    answers.say("success", _("It takes another way now: %(channel)s.", channel=name))
    return answers.see_other("delivery.show", dispatch_id=other.id)


@blueprint.get("/deliveries/<id:dispatch_id>/answers")
@gate(Can.READ_ANSWERS, queries.one)
def raw(dispatch: Dispatch) -> Response:
    """Show the answers of the other side as they came, for administrators (B2-11)."""
    found = history.raw_of(dispatch, MOST_RAW)
    return page("delivery/raw.html", dispatch=dispatch, found=found)
