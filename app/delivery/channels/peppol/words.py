"""The network's codes as sentences: why a response says what it says, and what is to be done."""

from collections.abc import Mapping
from typing import Any, Final

from app.core.languages import N_
from app.core.languages import gettext as _

REASONS: Final = {
    "NON": "",
    "REF": N_("References are missing or wrong."),
    "LEG": N_("Legal details are missing or wrong."),
    "REC": N_("The receiver is unknown."),
    "QUA": N_("The quality of the goods is not sufficient."),
    "DEL": N_("There are problems with the delivery."),
    "PRI": N_("Prices are wrong."),
    "QTY": N_("Quantities are wrong."),
    "ITM": N_("Items are wrong."),
    "PAY": N_("The payment terms are wrong."),
    "UNR": N_("Something is not recognised."),
    "FIN": N_("The financing terms are wrong."),
    "PPD": N_("A part is paid."),
    "OTH": N_("There is another reason."),
}
"""OPStatusReason of the Invoice Response."""
ACTIONS: Final = {
    "NOA": N_("Nothing is to be done."),
    "PIN": N_("Send the missing information."),
    "NIN": N_("Send a new invoice."),
    "CNF": N_("Send a credit note for all of it."),
    "CNP": N_("Send a credit note for a part of it."),
    "CNA": N_("Send a credit note."),
    "OTH": N_("Ask what is to be done."),
}
"""OPStatusAction of the Invoice Response."""
LEVEL: Final = {
    "BV": N_("A rule of the format is broken."),
    "BW": N_("A rule of the format is broken; that is a warning only."),
    "SV": N_("The XML does not follow its schema."),
    "FD": N_("It could not be delivered to the recipient."),
}
"""Status reasons of the Message Level Status, and of the older response."""
ERRORS: Final = {
    "PEPPOL:NOT_SERVICED": N_("The receiver’s access point does not serve this receiver."),
    "EBMS:0101": N_("The receiver’s access point did not trust the signature."),
    "EBMS:0102": N_("The receiver’s access point could not decrypt it."),
}
"""Errors between access points (AS4)."""
ACTION_LIST: Final = "opstatusaction"


def sentences(said: Mapping[str, Any]) -> list[str]:
    """Return everything that a response explains, a sentence for each thing, in the language spoken."""
    found = [_text(said, "description"), *(_status(one) for one in _rows(said, "statuses"))]
    for line in _rows(said, "lines"):
        told = " ".join(_status(one) for one in _rows(line, "statuses"))
        words = " ".join(filter(None, [told, _text(line, "description")]))
        place = _text(line, "place")
        found.append(f"{words} ({place})" if words and place not in ("", "NA") else words)
    return [one for one in found if one]


def error(code: str, detail: str) -> str:
    """Return what an error between access points means, with the provider's own words."""
    named = next((word for name, word in ERRORS.items() if name in code.upper()), "")
    return " ".join(filter(None, [_(named) if named else "", detail]))


def _status(one: Mapping[str, Any]) -> str:
    code = _text(one, "code").upper()
    is_action = _text(one, "list").lower() == ACTION_LIST
    known = ACTIONS.get(code) if is_action else REASONS.get(code, LEVEL.get(code))
    # A code that nobody knows is shown as it is.
    first = code if known is None else _(known) if known else ""
    return " ".join(filter(None, [first, _text(one, "reason"), _details(one)]))


def _details(one: Mapping[str, Any]) -> str:
    """Return which terms are meant and what would be right: "BT-48: EU123456789"."""
    given = one.get("conditions")
    pairs = [each for each in given if isinstance(each, list)] if isinstance(given, list) else []
    told = [": ".join(str(part) for part in each if part) for each in pairs]
    return f"({'; '.join(told)})" if any(told) else ""


def _rows(said: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    given = said.get(name)
    return [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []


def _text(said: Mapping[str, Any], name: str) -> str:
    return str(said.get(name) or "")
