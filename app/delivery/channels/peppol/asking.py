"""Asking the access point: whether somebody takes invoices (SMP), and whether the connection works."""

from typing import Final
from urllib.parse import quote

from app.core.languages import N_
from app.delivery.channels.adapter import Check, Setup, Step, StepState
from app.delivery.channels.peppol import client
from app.delivery.channels.peppol.client import Call
from app.delivery.channels.peppol.identifiers import CREDIT_NOTE, INVOICE
from app.delivery.channels.peppol.participants import participant
from app.delivery.channels.peppol.stages import Stage, stage_of

PARTICIPANTS: Final = "/participants/"
STATUS: Final = "/status"
MESSAGES: Final = "/messages"
ABSENT: Final = 404
NOBODY: Final = "PARTICIPANT_UNKNOWN"
"""Tells somebody who is not registered from an address of the interface that is wrong."""
SETTINGS: Final = N_("The settings are complete")
HEALTHY: Final = N_("Ask the interface whether it is well")
SENDER: Final = N_("Ask whether the organisation may send")
NEWS: Final = N_("Look for responses")


def check(setup: Setup, address: str) -> tuple[Check, str]:
    """Ask which documents somebody is registered for; an invoice is asked for, a credit note is told."""
    stage, asked = stage_of(setup), participant(address)
    if stage is None:
        return Check.UNCHECKED, ""
    if asked is None:
        return Check.UNKNOWN, ""
    reply = client.ask(stage, Call(PARTICIPANTS + quote(str(asked), safe="")))
    said = client.read(reply)
    if reply.status == ABSENT and said and said.get("code") == NOBODY:
        return Check.UNKNOWN, client.sentence_of(said)
    types = said.get("documentTypes") if said else None
    if not reply.is_success or not isinstance(types, list):
        return Check.UNCHECKED, client.why(reply)
    if INVOICE not in types:
        return Check.TYPE_UNSUPPORTED, ""
    lacks = "" if CREDIT_NOTE in types else "no credit notes"
    return Check.OK, lacks or client.plain(said.get("name") if said else "", 200)


def test(setup: Setup) -> list[Step]:
    """Try the connection step by step; what fails ends it."""
    stage = stage_of(setup)
    if stage is None:
        return [Step(SETTINGS, StepState.FAILED)]
    steps = [Step(SETTINGS, StepState.DONE, stage.url)]
    for one in (_health, _sender, _news):
        steps.append(one(stage))
        if steps[-1].state is StepState.FAILED:
            break
    return steps


def _health(stage: Stage) -> Step:
    """Ask for the state; a stage that calls itself otherwise than ours is the wrong one."""
    reply = client.ask(stage, Call(STATUS))
    said = client.read(reply)
    if not reply.is_success or said is None:
        return Step(HEALTHY, StepState.FAILED, client.why(reply))
    named = client.plain(said.get("environment"), 50)
    is_other = named.lower() != stage.place.value
    return Step(HEALTHY, StepState.FAILED if is_other else StepState.DONE, named)


def _sender(stage: Stage) -> Step:
    said = client.read(client.ask(stage, Call(STATUS))) or {}
    senders = said.get("senders")
    is_listed = isinstance(senders, list) and str(stage.sender) in senders
    return Step(SENDER, StepState.DONE if is_listed else StepState.FAILED, str(stage.sender))


def _news(stage: Stage) -> Step:
    reply = client.ask(stage, Call(MESSAGES, {"limit": "1"}))
    is_well = reply.is_success and client.rows(client.read(reply), "messages") is not None
    return (
        Step(NEWS, StepState.DONE) if is_well else Step(NEWS, StepState.FAILED, client.why(reply))
    )
