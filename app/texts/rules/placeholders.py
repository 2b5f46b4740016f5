"""Placeholders `[Invoice.number]`: which there are, where they fit, and what stands in their place.

A text is read once, before any value is put in: a value can never become a placeholder, a list or
a line of its own. `[[` is a bracket that begins none.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from typing import Final

from app.core.languages import N_
from app.core.languages import gettext as _
from app.core.mail.headers import clean
from app.documents.rules.kinds import KINDS, Kind

LONGEST_VALUE: Final = 300
MOST_NAMED: Final = 40
"""Characters of an unknown placeholder that a message repeats."""


class Place(StrEnum):
    """Where a text stands."""

    SUBJECT = "subject"
    BODY = "body"
    BUTTON = "button"
    NOTE = "note"
    """Above the document, on its page."""


LETTER: Final = frozenset({Place.SUBJECT, Place.BODY, Place.BUTTON})
PARAGRAPHS: Final = frozenset({Place.BODY, Place.NOTE})
EVERYWHERE: Final = frozenset(Place)

KIND_WORDS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.INVOICE: ("Invoice",),
    Kind.REMINDER: ("Reminder",),
    Kind.QUOTE: ("Quote", "Offer"),
    Kind.CREDIT_NOTE: ("CreditNote",),
    Kind.DELIVERY_NOTE: ("DeliveryNote",),
    Kind.ORDER_CONFIRMATION: ("OrderConfirmation", "Confirmation"),
}
"""Kind → its word before the dot; the first is ours, others are Billomat's."""


@dataclass(frozen=True, slots=True)
class Field:
    """What may stand behind the dot: its meaning (msgid) and where it fits."""

    name: str
    meaning: str
    places: frozenset[Place] = EVERYWHERE


ADDRESS: Final = "customerportal_url"
SUMMARY: Final = "document.summary"

_OF_A_DOCUMENT: Final = (
    Field(ADDRESS, N_("Address where the reader opens the document"), PARAGRAPHS),
    Field("title", N_("What it is, such as “Invoice”, in the reader’s language")),
    Field("number", N_("Number")),
    Field("date", N_("Date of issue")),
    Field("order_number", N_("The customer’s order number")),
    Field("total", N_("Total with its currency")),
    Field("currency", N_("Currency")),
    Field(
        "summary",
        N_("Number, date, amount and term, each on a line of its own"),
        frozenset({Place.BODY}),
    ),
)
_OF_A_DEBT: Final = (
    Field("due_date", N_("Last day for paying")),
    Field("open_amount", N_("What is still to be paid")),
)
_OF_AN_OFFER: Final = (Field("valid_until", N_("Last day on which it can be accepted")),)
_OF_OTHERS: Final[Mapping[str, tuple[Field, ...]]] = {
    "Client": (
        Field("name", N_("Name of the customer")),
        Field("number", N_("Customer number")),
        Field(ADDRESS, N_("Address of the customer’s portal"), PARAGRAPHS),
    ),
    "Company": (
        Field("name", N_("Name of your organisation")),
        Field("email", N_("Your address for questions")),
        Field("phone", N_("Your telephone")),
    ),
    "Recipient": (Field("name", N_("Who reads it")),),
    "Link": (Field("valid_until", N_("Last day of the personal link"), LETTER),),
}


class Reason(StrEnum):
    """Why a placeholder cannot stand where it stands."""

    UNKNOWN = "unknown"
    OTHER_KIND = "other_kind"
    OTHER_PLACE = "other_place"


@dataclass(frozen=True, slots=True)
class Problem:
    """A placeholder as it was written, what is wrong, and what may have been meant."""

    written: str
    reason: Reason
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A placeholder of one kind: as it is written, the key of its value, its field."""

    written: str
    key: str
    field: Field


@dataclass(frozen=True, slots=True)
class Filled:
    """A piece of a text: its words, and the key of the value that they are; "" for the text's own."""

    text: str
    key: str = ""


def fields_of(kind: Kind) -> tuple[Field, ...]:
    """Return what a text can say of a document of `kind`."""
    traits = KINDS[kind]
    debt = _OF_A_DEBT if traits.asks_for_money else ()
    return _OF_A_DOCUMENT + debt + (_OF_AN_OFFER if traits.has_validity else ())


def listed(kind: Kind, place: Place | None = None) -> list[Known]:
    """Return the placeholders of a kind in the order of the editor; with a place, those that fit."""
    own = [
        Known(f"[{KIND_WORDS[kind][0]}.{one.name}]", f"document.{one.name}", one)
        for one in fields_of(kind)
    ]
    others = [
        Known(f"[{owner}.{one.name}]", f"{owner.casefold()}.{one.name}", one)
        for owner, fields in _OF_OTHERS.items()
        for one in fields
    ]
    return [one for one in own + others if place is None or place in one.field.places]


@cache
def _names(kind: Kind) -> Mapping[str, Known]:
    """Return every way to write a placeholder of a kind, in lower case, without brackets."""
    found = {one.written[1:-1].casefold(): one for one in listed(kind)}
    for word in KIND_WORDS[kind][1:]:
        for one in listed(kind):
            if one.key.startswith("document."):
                found[f"{word}.{one.field.name}".casefold()] = one
    return found


@cache
def _names_of_others(kind: Kind) -> Mapping[str, Known]:
    return {name: one for other in Kind if other is not kind for name, one in _names(other).items()}


_BRACKET: Final = re.compile(r"\[\[|\[([^\[\]\n]*[^\W\d_][^\[\]\n]*)\]")
"""An escaped bracket, or what is written in brackets with a letter in it: `[1]` is no placeholder."""


def filled(template: str, kind: Kind, values: Mapping[str, str]) -> list[Filled]:
    """Return a text with the values put in; what is not known stays as it is written.

    Values are one line each, without controls and without what turns the direction of reading.
    """
    pieces, end = [], 0
    for match in _BRACKET.finditer(template):
        pieces.append(Filled(template[end : match.start()]))
        pieces.append(_put(match, kind, values))
        end = match.end()
    pieces.append(Filled(template[end:]))
    return [one for one in pieces if one.text]


def _put(match: re.Match[str], kind: Kind, values: Mapping[str, str]) -> Filled:
    if match[1] is None:
        return Filled("[")
    known = _names(kind).get(match[1].strip().casefold())
    if known is None:
        return Filled(match[0])
    value = values.get(known.key, "")
    is_address = known.field.name == ADDRESS
    return Filled(value if is_address else clean(value, LONGEST_VALUE) or "–", known.key)


def in_one_line(template: str, kind: Kind, values: Mapping[str, str]) -> str:
    """Return a filled text as one harmless line: for subjects and buttons."""
    return clean("".join(one.text for one in filled(template, kind, values)))


def uses(template: str, kind: Kind, key: str) -> bool:
    """Say whether a text has the placeholder of a value."""
    names = _names(kind)
    written = (match[1].strip().casefold() for match in _BRACKET.finditer(template) if match[1])
    return any(name in names and names[name].key == key for name in written)


def problems(template: str, kind: Kind, place: Place) -> list[Problem]:
    """Return every placeholder that is unknown or does not fit, once each, in their order."""
    found: dict[str, Problem] = {}
    for match in _BRACKET.finditer(template):
        if match[1] is None or match[0] in found:
            continue
        problem = _problem(match[0], match[1].strip().casefold(), kind, place)
        if problem is not None:
            found[match[0]] = problem
    return list(found.values())


def _problem(written: str, name: str, kind: Kind, place: Place) -> Problem | None:
    known = _names(kind).get(name)
    if known is not None:
        fits = place in known.field.places
        return None if fits else Problem(written, Reason.OTHER_PLACE)
    fitting = {one.written[1:-1].casefold(): one.written for one in listed(kind, place)}
    other = _names_of_others(kind).get(name)
    if other is not None:
        meant = f"{KIND_WORDS[kind][0]}.{other.field.name}".casefold()
        twin = {"due_date": "valid_until", "valid_until": "due_date"}.get(other.field.name, "")
        twins = (meant, f"{KIND_WORDS[kind][0]}.{twin}".casefold())
        return Problem(
            written,
            Reason.OTHER_KIND,
            next((fitting[one] for one in twins if one in fitting), None),
        )
    near = get_close_matches(name, list(fitting), n=1, cutoff=0.5)
    return Problem(written, Reason.UNKNOWN, fitting[near[0]] if near else None)


def told(problem: Problem, kind: Kind) -> str:
    """Return the sentence that names a problem."""
    written = problem.written
    if len(written) > MOST_NAMED:
        written = written[:MOST_NAMED] + "…"
    if problem.reason is Reason.OTHER_PLACE:
        return _("%(placeholder)s cannot stand here.", placeholder=written)
    if problem.reason is Reason.OTHER_KIND:
        said = _(
            "%(placeholder)s does not fit documents of the kind “%(kind)s”.",
            placeholder=written,
            kind=_(KINDS[kind].name),
        )
    else:
        said = _("%(placeholder)s is not known.", placeholder=written)
    if problem.suggestion is None:
        return said
    return said + " " + _("Did you mean %(placeholder)s?", placeholder=problem.suggestion)
