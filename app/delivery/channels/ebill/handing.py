"""Handing a business case over, and looking for one that may have arrived."""

from typing import Any, Final

from app.core.cells import CellDied, CellNotStarted
from app.core.errors import Missing
from app.core.outbound import Outcome as Call_
from app.core.outbound import Reply
from app.delivery.channels import enclosing
from app.delivery.channels.adapter import Result
from app.delivery.channels.ebill import client
from app.delivery.channels.ebill.case import Case
from app.delivery.channels.ebill.client import Call, NoToken
from app.delivery.channels.ebill.statuses import STATES
from app.delivery.rules import Outcome, State
from app.renditions.formats import apart

CASES: Final = "/biller/business-cases"
INSIDE: Final = "business-case.json"
LONGEST_NAME: Final = 99
LONGEST_ANSWER: Final = 500
LONGEST_RAW: Final = 10_000
GONE: Final = "a file is not in the file store"
NO_CELL: Final = "the PDF could not be completed just now"
NOT_OFFERED: Final = frozenset({404, 405, 501})
"""The partner has no search for cases: that a number is used once protects from doubles."""
BUSY: Final = frozenset({408, 429})
UNSURE: Final = frozenset({500, 502, 504})
"""It may have been taken before something broke."""
BROKEN: Final = 500
NOT_ITS_FAULT: Final = frozenset({401, 403, 404, 405, 503})
"""About the connection, not about the case: nobody gets anything through until it is mended."""


def submit(case: Case) -> Result:
    """Hand a case over; slow, and outside of any transaction."""
    try:
        content = _completed(case)
    except Missing:
        return Result(Outcome.UNAVAILABLE, None, None, GONE, is_ours=True)
    except CellNotStarted:
        return Result(Outcome.UNAVAILABLE, None, None, NO_CELL, is_ours=True)
    except CellDied:
        return _result(Outcome.PERMANENT, "the PDF cannot be opened", told=State.REJECTED)
    (piece,) = case.files
    call = Call(
        CASES,
        case.reference,
        body=content,
        media_type=piece.media_type,
        file_name=piece.name.encode("ascii", "replace").decode()[:LONGEST_NAME],
    )
    try:
        reply = client.ask(case.stage, call)
    except NoToken as error:
        return _result(Outcome.UNAVAILABLE, str(error))
    return _taken(case, reply)


def _completed(case: Case) -> bytes:
    """Return the PDF with what the case says inside; raises `Missing`, `CellDied`, `CellNotStarted`."""
    (piece,) = case.files
    pdf = enclosing.content(case.organisation_id, piece)
    return apart.enclosed(pdf, INSIDE, client.JSON, case.said.encode(), case.moment)


def _taken(case: Case, reply: Reply) -> Result:
    """Return what an answer to handing over means."""
    silent = _silent(reply)
    if silent is not None:
        return silent
    said = client.read(reply)
    if reply.is_success:
        named = said.get("id") or said.get("businessCaseId") if isinstance(said, dict) else None
        case_id = client.plain(named, 200)
        if not case_id:
            return _result(Outcome.UNKNOWN, "taken, and not said under which name", reply)
        return _result(
            Outcome.ACCEPTED, "accepted", reply, told=State.ACCEPTED, provider_ref=case_id
        )
    sentence = sentence_of(said) or f"status {reply.status}"
    if reply.status in BUSY:
        return _result(Outcome.TEMPORARY, sentence, reply)
    if reply.status in UNSURE:
        return _result(Outcome.UNKNOWN, sentence, reply)
    if reply.status in NOT_ITS_FAULT or reply.status >= BROKEN:
        return _result(Outcome.UNAVAILABLE, sentence, reply)
    if case.is_repeat and _is_used(said, case.number):
        # Within a round nobody else uses the number: the partner has what was handed over before.
        return _result(Outcome.ACCEPTED, sentence, reply, told=State.ACCEPTED)
    return _result(Outcome.PERMANENT, sentence, reply, told=State.REJECTED)


def find(case: Case) -> Result | None:
    """Ask for a case that may have arrived, by our reference; None: it is not there."""
    call = Call(CASES, case.reference, query={"correlationId": case.reference})
    try:
        reply = client.ask(case.stage, call)
    except NoToken as error:
        return _result(Outcome.UNAVAILABLE, str(error))
    if reply.outcome is Call_.ANSWERED and reply.status in NOT_OFFERED:
        return None
    said = client.read(reply)
    if not reply.is_success or not isinstance(said, list):
        why = reply.reason or f"status {reply.status}"
        return _result(Outcome.UNAVAILABLE, f"nobody knows whether it arrived: {why}", reply)
    ours = [one for one in said if isinstance(one, dict) and _is_ours(one, case)]
    if not ours:
        return None
    return _result(
        Outcome.ACCEPTED,
        "found: it had arrived",
        reply,
        told=STATES.get(client.plain(ours[0].get("status"), 50).upper()) or State.ACCEPTED,
        provider_ref=client.plain(ours[0].get("id"), 200) or None,
    )


def _is_ours(found: dict[str, Any], case: Case) -> bool:
    return client.plain(found.get("correlationId"), 50).lower() == case.reference


def _silent(reply: Reply) -> Result | None:
    """Return what no whole answer means; None where the partner's words count."""
    why = reply.reason or reply.outcome.value
    if reply.outcome is Call_.REFUSED or not reply.is_sent:
        return _result(Outcome.UNAVAILABLE, why)
    if reply.outcome is not Call_.ANSWERED:
        return _result(Outcome.UNKNOWN, why)
    return None


def sentence_of(said: Any) -> str:
    """Return a problem (RFC 9457) for people: each field with its sentence, else the problem's own."""
    if not isinstance(said, dict):
        return ""
    fields: Any = said.get("fieldErrors")
    listed = fields if isinstance(fields, list) else []
    sentences = [_field(one) for one in listed if isinstance(one, dict)]
    if sentences:
        return "; ".join(sentences)[:LONGEST_ANSWER]
    words = [client.plain(said.get(name), 250) for name in ("title", "detail")]
    return ": ".join(word for word in words if word)[:LONGEST_ANSWER]


def _field(error: dict[str, Any]) -> str:
    name, message = (
        client.plain(error.get("fieldName"), 100),
        client.plain(error.get("message"), 200),
    )
    rejected = client.plain(error.get("rejectedValue"), 60)
    return f"{name}: {message}" + (f" ({rejected})" if rejected else "")


def _is_used(said: Any, number: str) -> bool:
    """Say whether a case is refused because its reference number is used already, and for nothing else."""
    fields = said.get("fieldErrors") if isinstance(said, dict) else None
    if not isinstance(fields, list) or len(fields) != 1 or not isinstance(fields[0], dict):
        return False
    is_number = client.plain(fields[0].get("fieldName"), 100) == "referenceNumber"
    return is_number and client.plain(fields[0].get("rejectedValue"), 120) == number


def _result(
    outcome: Outcome,
    answer: str,
    reply: Reply | None = None,
    *,
    told: State | None = None,
    provider_ref: str | None = None,
) -> Result:
    return Result(
        outcome,
        (reply.status or None) if reply else None,
        None,
        client.plain(answer, LONGEST_ANSWER),
        told=told,
        provider_ref=provider_ref,
        raw=client.plain(reply.body.decode(errors="replace"), LONGEST_RAW) if reply else None,
    )
