"""Who may do what in the customer portal: one chain of rules, asked by the door and printed for people.

organisation → action → kind → customer → way in → contact. The first rule that says no decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from app.access.rights import GENERAL, Action, Rights
from app.core.languages import N_

KINDS: Final = (
    "invoice",
    "reminder",
    "quote",
    "credit_note",
    "delivery_note",
    "order_confirmation",
)
"""The kinds of documents as they are released (BM-01); a test holds them to the table of kinds."""


class Access(StrEnum):
    """Whether a customer has the portal (BM-05)."""

    INHERIT = "inherit"
    YES = "yes"
    NO = "no"


class Ways(StrEnum):
    """How an organisation's customers come in (BM-08)."""

    ACCOUNT = "account"
    LINK = "link"
    BOTH = "both"


class Visible(StrEnum):
    """Which of a customer's documents are shown to its people (PY-22)."""

    ALL = "all"
    OPEN = "open"
    """What still waits for somebody: unpaid, unanswered."""
    ENTERED = "entered"
    """Only the one whose link was used; with an account: all."""


class MailedFiles(StrEnum):
    """Whether mails carry the document beside the link (PY-10)."""

    EXCLUDE = "exclude"
    INCLUDE = "include"
    EXCLUDE_PRIVATE = "exclude_private"
    """Businesses get the files, private customers the link only."""


def are_mailed(files: MailedFiles, *, is_private: bool) -> bool:
    """Say whether a customer's mails carry the files: of every sort alike, PDF, XML, attachments."""
    return files is MailedFiles.INCLUDE or (files is MailedFiles.EXCLUDE_PRIVATE and not is_private)


ACCESS_NAMES: Final = {
    Access.INHERIT: N_("As the organisation decides"),
    Access.YES: N_("Yes"),
    Access.NO: N_("No"),
}
WAYS_NAMES: Final = {
    Ways.ACCOUNT: N_("Only with an account"),
    Ways.LINK: N_("Only by a secret link"),
    Ways.BOTH: N_("With an account or by a secret link"),
}


VISIBLE_NAMES: Final = {
    Visible.ALL: N_("All documents"),
    Visible.OPEN: N_("Only open documents"),
    Visible.ENTERED: N_("By a document’s link only that document"),
}
VISIBLE_EFFECTS: Final = {
    Visible.ALL: N_("Whoever comes in sees everything, whichever link they used."),
    Visible.OPEN: N_(
        "Shown is what is to be paid or answered; all else for 30 days. "
        "What is paid or answered stays until the next evening."
    ),
    Visible.ENTERED: N_(
        "Whoever comes by the link of a document sees no other. "
        "Those who sign in, or come by the customer’s address, see everything."
    ),
}


class Rule(StrEnum):
    """The rules of the chain, in their order."""

    MODULE = "module"
    """The organisation has the customer portal switched on."""
    ACTION = "action"
    """It has released the action."""
    KIND = "kind"
    """It has released the kind of document."""
    CUSTOMER = "customer"
    """The customer has the portal, by itself or because it inherits."""
    WAY = "way"
    """The organisation lets people in this way: with an account, by a link."""
    CONTACT = "contact"
    """The person has the right, and their time is not over."""


@dataclass(frozen=True, slots=True)
class Standing:
    """All that decides about one person of a customer, or one guest."""

    is_on: bool
    actions: frozenset[str]
    kinds: frozenset[str]
    access: Access
    is_open: bool
    """What a customer that inherits gets."""
    ways: Ways
    by_link: bool
    granted: frozenset[str] | None
    """What a contact was given: `kind:action` and names of general actions; None: everything."""
    is_over: bool
    """Whether a contact's time is over."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one rule says."""

    rule: Rule
    passes: bool


def chain(standing: Standing, action: Action, kind: str | None = None) -> Iterator[Step]:
    """Yield what every rule says about doing `action` with a `kind` of document, in order.

    A general action is about no kind: that rule is left out.
    """
    yield Step(Rule.MODULE, standing.is_on)
    yield Step(Rule.ACTION, action.value in standing.actions)
    if action not in GENERAL:
        yield Step(Rule.KIND, kind in standing.kinds)
    yield Step(Rule.CUSTOMER, has_portal(standing.access, is_open=standing.is_open))
    refused = Ways.ACCOUNT if standing.by_link else Ways.LINK
    yield Step(Rule.WAY, standing.ways is not refused)
    name = action.value if action in GENERAL else right(kind or "", action)
    is_granted = standing.granted is None or name in standing.granted
    yield Step(Rule.CONTACT, is_granted and not standing.is_over)


def shown(own: Visible | None, house: Visible) -> Visible:
    """Return which documents are shown to a customer's people: its own choice, or the organisation's."""
    return own if own is not None else house


def has_portal(access: Access, *, is_open: bool) -> bool:
    """Say whether a customer has the portal; `is_open` is what one gets that inherits."""
    return access is Access.YES or (access is Access.INHERIT and is_open)


def right(kind: str, action: Action) -> str:
    """Return how a right of a contact is written: `invoice:view`."""
    return f"{kind}:{action.value}"


def obstacle(standing: Standing, action: Action, kind: str | None = None) -> Rule | None:
    """Return the first rule that says no; None where all pass."""
    return next((step.rule for step in chain(standing, action, kind) if not step.passes), None)


def closed_by(standing: Standing) -> Rule | None:
    """Return the rule that keeps every document from being seen; None where some kind is shown.

    Where kinds stop at several rules it is the last of them: what the others lack would not help.
    """
    found = [obstacle(standing, Action.VIEW, kind) for kind in KINDS]
    order = list(Rule)
    return None if None in found else max((rule for rule in found if rule), key=order.index)


@lru_cache(maxsize=4096)
def rights(standing: Standing) -> Rights:
    """Return what the chain leaves: what the door asks for."""
    every = [(kind, action) for kind in KINDS for action in Action if action not in GENERAL]
    return Rights(
        frozenset(one for one in every if _passes(standing, one[1], one[0])),
        frozenset(action for action in GENERAL if _passes(standing, action)),
    )


def _passes(standing: Standing, action: Action, kind: str | None = None) -> bool:
    return obstacle(standing, action, kind) is None
