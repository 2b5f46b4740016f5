"""Why somebody of a customer may (not) do something with one document: the whole chain, rule by rule.

It goes on where the chain of the portal ends. `queries.visible` says the same in SQL, the door asks
both; a test holds them to each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.access.grants import Can
from app.access.proof import NOBODY_ASKS, Demand, Method, Need
from app.access.rights import Action
from app.documents.rules.kinds import Kind
from app.documents.rules.life import FOR_CUSTOMERS, State
from app.organisations.rules import portal
from app.organisations.rules.portal import Standing


class Deed(StrEnum):
    """What somebody may be about to do with a document; its file is asked about apart (PY-02)."""

    VIEW = "view"
    FILES = "files"
    COMMENT = "comment"
    ANSWER = "answer"
    PAY = "pay"


DEEDS: Final = {
    Deed.VIEW: (Action.VIEW, Can.READ_DOCUMENTS),
    Deed.FILES: (Action.VIEW, Can.DOWNLOAD_DOCUMENTS),
    Deed.COMMENT: (Action.COMMENT, Can.COMMENT_DOCUMENTS),
    Deed.ANSWER: (Action.ANSWER, Can.ANSWER_QUOTES),
    Deed.PAY: (Action.PAY, Can.PAY_DOCUMENTS),
}
"""Deed → what has to be released, and what the door asks for."""


class Verdict(StrEnum):
    """The door's answer."""

    YES = "yes"
    PROOF = "proof"
    """Yes, once they have proved who they are."""
    NO = "no"


class Rule(StrEnum):
    """The rules about one document, in their order."""

    ENTRY = "entry"
    """The login is not shut, the link is neither expired nor revoked."""
    VIEWING = "viewing"
    """What may not be viewed may not be commented, answered or paid."""
    OWN = "own"
    """It is a document of this customer, or of one below it."""
    PUBLISHED = "published"
    SCOPE = "scope"
    """A link leads to this very document, or to all of the customer's."""
    VISIBLE = "visible"
    """It is open, where only open documents are shown."""
    STEP_UP = "step_up"
    """Nothing has to be proved, or it can be (PY-01)."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks: a contact of a customer, or a guest by a link."""

    standing: Standing
    customers: tuple[str, ...]
    """Whose documents they see: the own customer's, and of those below it."""
    lineage_id: str | None
    """The one document of a link (all its versions); None: everything of the customers."""
    entered_id: str | None
    """The document whose link they came in by."""
    sees_open: bool
    """Whether only open documents are shown."""
    can_enter: bool
    demand: Demand = NOBODY_ASKS
    """What its customer's people are asked to prove."""
    methods: frozenset[Method] = frozenset()
    """By what they can: chosen by the organisation, and possible for this customer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The document that it is about."""

    kind: Kind
    customer_id: str | None
    state: State
    lineage_id: str
    is_open: bool
    """Whether it is among the open ones (PY-22); asked only where nothing else is shown."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one rule says; `rule` is a rule of the portal or one of ours."""

    rule: portal.Rule | Rule
    passes: bool
    need: Need = Need.NOTHING
    """What stands between, where it is about a proof."""
    methods: frozenset[Method] = frozenset()


def chain(reader: Reader, deed: Deed, asked: Asked) -> Iterator[Step]:
    """Yield what every rule says about doing something with a document, in order."""
    action, permission = DEEDS[deed]
    yield Step(Rule.ENTRY, reader.can_enter)
    for step in portal.chain(reader.standing, action, asked.kind.value):
        yield Step(step.rule, step.passes)
    if action is not Action.VIEW:
        steps = portal.chain(reader.standing, Action.VIEW, asked.kind.value)
        yield Step(Rule.VIEWING, all(step.passes for step in steps))
    yield Step(Rule.OWN, asked.customer_id in reader.customers)
    yield Step(Rule.PUBLISHED, asked.state in FOR_CUSTOMERS)
    if reader.standing.by_link:
        yield Step(Rule.SCOPE, reader.lineage_id in (None, asked.lineage_id))
    is_theirs = asked.is_open or asked.lineage_id == reader.entered_id
    yield Step(Rule.VISIBLE, not reader.sees_open or is_theirs)
    need = reader.demand.need_for(permission)
    is_possible = need is Need.NOTHING or (need is Need.PROOF and bool(reader.methods))
    yield Step(Rule.STEP_UP, is_possible, need, reader.methods)
