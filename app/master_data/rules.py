"""Pure decisions about changes of a customer's data: how risky each is, who decides, what is new (K-06)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from app.core.languages import N_
from app.organisations.rules import identifiers
from app.organisations.rules.own_data import Field


class Risk(StrEnum):
    """What it takes until a change counts."""

    LOW = "low"
    """It counts at once."""
    REVIEW = "review"
    """The organisation accepts it."""
    SECOND_PERSON = "second_person"
    """A second person accepts it, of the customer or of the organisation; former addresses are told."""


class State(StrEnum):
    """Where a change of one field stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


RISKS: Final = {
    Field.NAME: Risk.REVIEW,
    Field.ADDRESS_LINE: Risk.LOW,
    Field.STREET: Risk.LOW,
    Field.POSTCODE: Risk.LOW,
    Field.CITY: Risk.LOW,
    Field.COUNTRY: Risk.REVIEW,
    Field.LANGUAGE: Risk.LOW,
    Field.EMAIL: Risk.REVIEW,
    Field.PHONE: Risk.LOW,
    Field.MOBILE: Risk.LOW,
    Field.IBAN: Risk.SECOND_PERSON,
    Field.BIC: Risk.SECOND_PERSON,
    Field.ACCOUNT_HOLDER: Risk.SECOND_PERSON,
    Field.VAT_ID: Risk.SECOND_PERSON,
    Field.UID: Risk.SECOND_PERSON,
    Field.REGISTRATION: Risk.REVIEW,
    Field.GLN: Risk.REVIEW,
}
RISK_SENTENCES: Final = {
    Risk.REVIEW: N_("A change counts as soon as we have accepted it."),
    Risk.SECOND_PERSON: N_("A change counts as soon as a second person has accepted it."),
}
STATE_NAMES: Final = {
    State.WAITING: ("waiting", N_("waiting")),
    State.ACCEPTED: ("good", N_("accepted")),
    State.REFUSED: ("failed", N_("refused")),
    State.WITHDRAWN: ("neutral", N_("withdrawn")),
}
"""State → tone and msgid."""

ADDRESS: Final = frozenset({Field.ADDRESS_LINE, Field.STREET, Field.POSTCODE, Field.CITY})
TELLING: Final = frozenset({Field.EMAIL})
"""Besides all that needs a second person: what former addresses are told of."""
FRESH_FOR: Final = timedelta(days=365)
"""After so long a customer is asked whether its data are still right (K-11)."""
MOST_IN_BATCH: Final = 10_000
"""Changes that one batch takes to the books; of more, the next batch takes the rest."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that somebody wants changed; both values are in their one spelling."""

    field: Field
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Decider:
    """Who wants to decide about a change."""

    id: str
    is_staff: bool
    is_independent: bool
    """Of a customer's people: whether the organisation itself gave them their login."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a line of the journal says about where values come from."""

    at: datetime
    by: str
    """A person of the customer; empty: the organisation."""
    fields: Sequence[str] | None
    """None: all of them."""


def risk(field: Field, *, moves_abroad: bool = False) -> Risk:
    """Return what a change of `field` takes; an address moves to another country as a whole."""
    return RISKS[Field.COUNTRY] if moves_abroad and field in ADDRESS else RISKS[field]


def may_decide(risk: Risk, proposer_id: str, decider: Decider) -> bool:
    """Say whether somebody may decide about another one's change; nobody decides about their own.

    Whom people of the customer asked in themselves is no second pair of eyes for money.
    """
    if decider.id == proposer_id or risk is Risk.LOW:
        return False
    return decider.is_staff or (risk is Risk.SECOND_PERSON and decider.is_independent)


def tells(field: Field) -> bool:
    """Say whether former addresses are told that a field was changed."""
    return field in TELLING or RISKS[field] is Risk.SECOND_PERSON


def differences(
    seen: Mapping[Field, str], now: Mapping[Field, str], typed: Mapping[Field, str]
) -> tuple[list[Difference], list[Field]]:
    """Return what a person changed in what they saw, and what others changed under their hands.

    What they left as they saw it stays as it is now.
    """
    changed = [field for field in Field if field in typed and typed[field] != seen.get(field)]
    moved = [field for field in changed if now[field] not in (seen.get(field), typed[field])]
    wanted = [field for field in changed if field not in moved and typed[field] != now[field]]
    return [Difference(field, now[field], typed[field]) for field in wanted], moved


def is_stale(last: datetime, now: datetime) -> bool:
    """Say whether data that were right at `last` are to be asked about."""
    return now - last > FRESH_FOR


def told(field: Field, value: str) -> str:
    """Return a value as mails, lists and the journal say it: of an account only its end."""
    return identifiers.masked(value) if field is Field.IBAN else value


def origins(lines: Iterable[Line]) -> dict[Field, Line]:
    """Return the newest line that set each field; `lines` come newest first."""
    found: dict[Field, Line] = {}
    for line in lines:
        for field in Field:
            if line.fields is None or field.value in line.fields:
                found.setdefault(field, line)
    return found
