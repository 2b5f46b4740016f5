"""Handing an invoice over, checked by the official rules before, and looking for one that may be there."""

import base64
from typing import Any, Final

from app.core import languages, runtime
from app.core.cells import CellDied, CellNotStarted
from app.core.errors import Missing
from app.core.languages import gettext as _
from app.core.outbound import Outcome as Call_
from app.core.outbound import Reply
from app.delivery.channels import enclosing
from app.delivery.channels.adapter import Result
from app.delivery.channels.peppol import client
from app.delivery.channels.peppol.answers import STATES
from app.delivery.channels.peppol.client import Call
from app.delivery.channels.peppol.identifiers import PROCESS
from app.delivery.channels.peppol.invoice import Bill
from app.delivery.rules import Outcome, State
from app.documents.formats import apart as documents
from app.documents.formats.official_rules import RuleEngine
from app.documents.rules.findings import Severity
from app.renditions.formats import apart as renditions
from app.renditions.formats.wanted import ImpossibleError
from app.renditions.rules import REASONS

TRANSMISSIONS: Final = "/transmissions"
GONE: Final = "a file is not in the file store"
NO_CELL: Final = "the invoice could not be written just now"
NO_RULES: Final = "the official rules could not be asked just now"
TOO_SLOW: Final = "checking took too long: another attempt may be under way"
NOT_CHECKED: Final = "KT-RULES-NOT-CHECKED"
SHOWN_FINDINGS: Final = 5
LONGEST_RAW: Final = 10_000
BUSY: Final = frozenset({408, 425, 429})
UNSURE: Final = frozenset({500, 502, 504})
"""It may have been taken before something broke."""
BROKEN: Final = 500
NOT_ITS_FAULT: Final = frozenset({401, 403, 404, 405, 503})
"""About the connection, not about the invoice: nobody gets anything through until it is mended."""
USED: Final = 409


class _Unfit(Exception):
    """The invoice must not go out; the message says why, in the house's language."""


class _NotNow(Exception):
    """Something of ours is missing just now; the message says what, in English."""


def submit(bill: Bill) -> Result:
    """Hand an invoice over; slow, and outside of any transaction."""
    reader = bill.reader
    try:
        with languages.speaking(reader.language, reader.region, reader.timezone):
            xml = _checked(bill)
    except _NotNow as error:
        return Result(Outcome.UNAVAILABLE, None, None, str(error), is_ours=True)
    except _Unfit as error:
        return _result(Outcome.PERMANENT, str(error), told=State.REJECTED)
    if bill.is_late:
        return Result(Outcome.TEMPORARY, None, None, TOO_SLOW)
    said = {
        "reference": bill.reference,
        "environment": bill.stage.place.value,
        "sender": str(bill.stage.sender),
        "receiver": str(bill.receiver),
        "senderCountry": bill.country,
        "documentType": bill.document_type,
        "process": PROCESS,
        "number": bill.number,
        "document": base64.b64encode(xml).decode(),
    }
    return _taken(client.ask(bill.stage, Call(TRANSMISSIONS, body=said, reference=bill.reference)))


def _checked(bill: Bill) -> bytes:
    """Return the XML that goes out, once schema and official rules found nothing wrong."""
    here = runtime.current()
    try:
        xml = _xml(bill)
    except Missing as error:
        raise _NotNow(GONE) from error
    except CellNotStarted as error:
        raise _NotNow(NO_CELL) from error
    except ImpossibleError as error:
        raise _Unfit(_(REASONS[error.reason], detail=error.detail)) from error
    except CellDied as error:
        raise _Unfit(_("The invoice could not be written as UBL.")) from error
    engine = RuleEngine(here.settings.runtime_dir)
    try:
        found = documents.examine(xml, bill.reference, size_limit=len(xml), engine=engine)
    except CellNotStarted as error:
        raise _NotNow(NO_CELL) from error
    if any(one.rule == NOT_CHECKED for one in found.findings):
        raise _NotNow(NO_RULES)
    fatal = [one for one in found.findings if one.severity is Severity.FATAL]
    if fatal:
        told = "; ".join(f"{one.rule}: {one.text()}" for one in fatal[:SHOWN_FINDINGS])
        raise _Unfit(told)
    return xml


def _xml(bill: Bill) -> bytes:
    contents = [enclosing.content(bill.organisation_id, one) for one in bill.files]
    if bill.said is None:
        return contents[0]
    names = [one.name for one in bill.files]
    return renditions.written(bill.wish(dict(zip(names, contents, strict=True))))


def _taken(reply: Reply) -> Result:
    """Return what an answer to handing over means."""
    if reply.outcome is Call_.REFUSED or not reply.is_sent:
        return _result(Outcome.UNAVAILABLE, reply.reason or reply.outcome.value)
    if reply.outcome is not Call_.ANSWERED:
        return _result(Outcome.UNKNOWN, reply.reason or reply.outcome.value)
    said = client.read(reply)
    if reply.is_success or (reply.status == USED and _named(said)):
        # 409: the provider has this reference of ours already, which nobody else uses.
        return (
            _result(Outcome.ACCEPTED, "accepted", reply, said) if _named(said) else _nameless(reply)
        )
    sentence = client.sentence_of(said) or f"status {reply.status}"
    if reply.status in BUSY:
        return _result(Outcome.TEMPORARY, sentence, reply)
    if reply.status in UNSURE:
        return _result(Outcome.UNKNOWN, sentence, reply)
    if reply.status in NOT_ITS_FAULT or reply.status >= BROKEN:
        return _result(Outcome.UNAVAILABLE, sentence, reply)
    return _result(Outcome.PERMANENT, sentence, reply, told=State.REJECTED)


def _nameless(reply: Reply) -> Result:
    return _result(Outcome.UNKNOWN, "taken, and not said under which name", reply)


def _named(said: dict[str, Any] | None) -> str:
    return client.plain(said.get("id"), 200) if said else ""


def find(bill: Bill) -> Result | None:
    """Ask for a transmission that may be there, by our reference; None: it is not there."""
    reply = client.ask(bill.stage, Call(TRANSMISSIONS, {"reference": bill.reference}))
    found = client.rows(client.read(reply), "transmissions")
    if not reply.is_success or found is None:
        why = f"nobody knows whether it arrived: {client.why(reply)}"
        return _result(Outcome.UNAVAILABLE, why, reply)
    ours = [one for one in found if one.get("reference") == bill.reference and _named(one)]
    return _result(Outcome.ACCEPTED, "found: it had arrived", reply, ours[0]) if ours else None


def _result(
    outcome: Outcome,
    answer: str,
    reply: Reply | None = None,
    said: dict[str, Any] | None = None,
    *,
    told: State | None = None,
) -> Result:
    """Return a result; where the provider `said` so, with its name for it and where that stands."""
    status = client.plain(said.get("status"), 50).lower() if said else ""
    return Result(
        outcome,
        (reply.status or None) if reply else None,
        None,
        client.plain(answer, client.LONGEST_SENTENCE),
        told=told or STATES.get(status),
        provider_ref=_named(said) or None,
        raw=client.plain(reply.body.decode(errors="replace"), LONGEST_RAW) if reply else None,
    )
