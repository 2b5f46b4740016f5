"""Asking the partner: whether somebody can be reached, and whether the connection works."""

from collections.abc import Callable
from typing import Any, Final

from app.core.languages import N_
from app.core.outbound import Reply
from app.delivery.channels.adapter import Check, Setup, Step, StepState
from app.delivery.channels.ebill import client
from app.delivery.channels.ebill.address import asked_by
from app.delivery.channels.ebill.client import Call, NoToken
from app.delivery.channels.ebill.events import STREAMS
from app.delivery.channels.ebill.handing import sentence_of
from app.delivery.channels.ebill.stages import Place, Stage, stage_of

SEARCH: Final = "/biller/bill-recipients/search"
HEALTH: Final = "/healthcheck"
REFUSES: Final = "NOT_ALLOWED"
SETTINGS: Final = N_("The settings are complete")
TOKEN: Final = N_("Get an access token")
HEALTHY: Final = N_("Ask the interface whether it is well")
EVENTS: Final = N_("Read the newest events")


def check(setup: Setup, address: str) -> tuple[Check, str]:
    """Ask whether bills may be sent to somebody; the network lists those who allow it."""
    stage, asked = stage_of(setup), asked_by(address)
    if stage is None:
        return Check.UNCHECKED, ""
    if asked is None:
        return Check.UNKNOWN, ""
    try:
        reply = client.ask(stage, Call(SEARCH, body=client.dumped(asked)))
    except NoToken as error:
        return Check.UNCHECKED, str(error)
    said = client.read(reply)
    if not reply.is_success or not isinstance(said, list):
        return Check.UNCHECKED, _words(reply, said)
    found = [one for one in said if isinstance(one, dict)]
    if not found:
        return Check.UNKNOWN, ""
    refusing = [one for one in found if one.get("ebillSubmissionStatus") == REFUSES]
    verdict = Check.NOT_SUBSCRIBED if len(refusing) == len(found) else Check.OK
    return verdict, client.plain(found[0].get("billRecipientId"), 17)


def _words(reply: Reply, said: Any) -> str:
    return sentence_of(said) or reply.reason or f"status {reply.status}"


def test(setup: Setup) -> list[Step]:
    """Try the connection step by step; what fails ends it."""
    stage = stage_of(setup)
    if stage is None:
        return [Step(SETTINGS, StepState.FAILED)]
    steps = [Step(SETTINGS, StepState.DONE, stage.url)]
    tries: tuple[Callable[[Stage], Step], ...] = (_token, _health, _events)
    for one in tries:
        try:
            steps.append(one(stage))
        except NoToken as error:
            steps.append(Step(TOKEN, StepState.FAILED, str(error)))
        if steps[-1].state is StepState.FAILED:
            break
    return steps


def _token(stage: Stage) -> Step:
    client.forget(stage)
    client.token(stage)
    return Step(TOKEN, StepState.DONE)


def _health(stage: Stage) -> Step:
    """Ask for the state; a stage that calls itself productive is none for tests."""
    reply = client.ask(stage, Call(HEALTH))
    said = client.read(reply)
    if not reply.is_success or not isinstance(said, dict):
        return Step(HEALTHY, StepState.FAILED, _words(reply, said))
    named = client.plain(said.get("environmentStage"), 50)
    is_live = named.lower().startswith("prod")
    is_odd = bool(named) and is_live is (stage.place is Place.TEST)
    version = client.plain(said.get("apiVersion"), 50)
    detail = ", ".join(word for word in (named, version) if word)
    return Step(HEALTHY, StepState.WARNING if is_odd else StepState.DONE, detail)


def _events(stage: Stage) -> Step:
    for path, _limit in STREAMS.values():
        reply = client.ask(stage, Call(path, query={"limit": "1"}))
        said = client.read(reply)
        if not reply.is_success or not isinstance(said, list):
            return Step(EVENTS, StepState.FAILED, f"{path}: {_words(reply, said)}")
    return Step(EVENTS, StepState.DONE)
