"""What an insurer's response means for a dispatch: its news, one for each thing that it says."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from app.core import clock
from app.delivery.channels.efaktura import apart
from app.delivery.rules import News, Response, State

_LAST_MOMENT: Final = 4102444800
"""2100-01-01, in seconds since 1970: no computer's clock is that wrong."""
_MOST_MINOR: Final = 10**12


def parse(raw: bytes) -> list[News]:
    """Return the news of a response file; raises `ValueError` where it is none.

    The first says where the invoice stands. Each error or message of the insurer follows as one of
    its own, so that all of them are shown, whole, with their codes.
    """
    said = apart.read(raw)
    key = hashlib.sha256(raw).hexdigest()[:32]
    given = said.get("notes")
    notes = [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []
    first = News(
        key=key,
        occurred_at=_moment(said),
        reference=_text(said, "request_id"),
        provider_ref=_text(said, "guid") or None,
        # Whoever answers has it.
        state=State.DELIVERED if said.get("verdict") else None,
        response=response(said),
        code=_code(said, notes),
        reason=_reason(said, notes),
        amount_minor=_amount(said),
    )
    return [first, *(_further(first, i, one) for i, one in enumerate(notes, 1))]


def response(said: Mapping[str, Any]) -> Response | None:
    """Return what the insurer says to the invoice; None where nobody knows what it says."""
    status = said.get("status_out")
    match said.get("verdict"):
        case "rejected":
            return Response.REJECTED
        case "accepted" if status == "reimbursed":
            return Response.PARTLY_PAID if _is_less(said) else Response.PAID
        case "accepted":
            return Response.CONDITIONALLY_ACCEPTED if _is_changed(said) else Response.ACCEPTED
        case "pending" | "notification":
            return Response.UNDER_QUERY if status == "frozen" else Response.IN_PROCESS
    return None


def _is_changed(said: Mapping[str, Any]) -> bool:
    """Say whether another amount is accepted than was asked for."""
    sums = _sums(said)
    return bool(said.get("is_changed") or sums.get("amount_delta")) or _is_less(said)


def _is_less(said: Mapping[str, Any]) -> bool:
    sums = _sums(said)
    due, paid = sums.get("amount_due"), sums.get("amount_paid")
    is_short = due is not None and paid is not None and 0 < paid < due
    return is_short or bool(sums.get("amount_unpaid"))


def _amount(said: Mapping[str, Any]) -> int | None:
    """Return what the insurer pays, in centimes, where it says so."""
    sums = _sums(said)
    found = sums.get("amount_paid") or sums.get("amount_due")
    minor = None if found is None else int((found * 100).to_integral_value())
    return minor if minor is not None and abs(minor) < _MOST_MINOR else None


def _sums(said: Mapping[str, Any]) -> dict[str, Decimal]:
    balance = said.get("balance")
    found = {}
    for name, value in balance.items() if isinstance(balance, Mapping) else ():
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            continue
        if number.is_finite():
            found[str(name)] = number
    return found


def _code(said: Mapping[str, Any], notes: list[Mapping[str, Any]]) -> str:
    codes = [_text(one, "code") for one in notes[:1]]
    return " ".join(filter(None, [_text(said, "verdict"), _text(said, "status_out"), *codes]))[:100]


def _reason(said: Mapping[str, Any], notes: list[Mapping[str, Any]]) -> str:
    return " · ".join(filter(None, [_text(said, "explanation"), *(_told(one) for one in notes)]))


def _told(note: Mapping[str, Any]) -> str:
    """Return an error in one line: its text, what was wrong, what would be right, in which service."""
    wrong, right = _text(note, "error_value"), _text(note, "valid_value")
    values = " → ".join(filter(None, [wrong, right]))
    record = f"#{_text(note, 'record_id')}" if _text(note, "record_id") else ""
    more = ", ".join(filter(None, [values, record]))
    return " ".join(
        filter(None, [_text(note, "code"), _text(note, "text"), f"({more})" if more else ""])
    )


def _further(first: News, number: int, note: Mapping[str, Any]) -> News:
    return News(
        key=f"{first.key}:{number}",
        occurred_at=first.occurred_at,
        reference=first.reference,
        provider_ref=first.provider_ref,
        code=_text(note, "code")[:100],
        reason=_told(note),
    )


def _moment(said: Mapping[str, Any]) -> datetime:
    given = _text(said, "moment")
    is_moment = given.isdecimal() and len(given) <= len(str(_LAST_MOMENT))
    found = datetime.fromtimestamp(min(int(given), _LAST_MOMENT), UTC) if is_moment else clock.now()
    return min(found, clock.now())


def _text(said: Mapping[str, Any], name: str) -> str:
    return str(said.get(name) or "")
