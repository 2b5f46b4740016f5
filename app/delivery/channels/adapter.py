"""What every channel is to the engine: a handful of functions with the same words.

The engine owns rows, states, attempts and retries; an adapter owns one partner's protocol. Its folder
holds all of it: the form of its settings, what it checks, how it hands over, asks, listens and reads.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import inf
from time import monotonic
from typing import Any, Final

from wtforms import Form as PlainForm

from app.core import runtime
from app.core.languages import N_
from app.delivery.models import Dispatch
from app.delivery.rules import LeftOut, News, Obstacle, Outcome, State, reference_of
from app.documents.models import Document
from app.documents.rules.kinds import Kind
from app.identity.models import CapabilityLink
from app.organisations.models import Customer, Organisation, Recipient
from app.organisations.rules import Channel

IN_TIME: Final = 0.5
"""The share of a lease within which a parcel leaves our hands; the rest is for the other side's answer."""


@dataclass(frozen=True, slots=True)
class Setup:
    """How an organisation is connected to a channel; read once, and good outside of a transaction."""

    organisation_id: str
    channel: Channel
    is_on: bool = True
    is_test: bool = False
    holds: bool = False
    cost_minor: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    """What the adapter's form asked for, as JSON keeps it."""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Order:
    """What an adapter makes a parcel of; rows of the open transaction."""

    dispatch: Dispatch
    document: Document
    house: Organisation
    customer: Customer
    recipient: Recipient
    setup: Setup
    token: str
    """The fence of this attempt."""
    is_repeat: bool
    """An earlier attempt of this round may have arrived: `find` is asked before anything goes out."""
    make_link: Callable[[], CapabilityLink | None]
    """Makes the link that leads its reader to the document, or finds the one of the attempt before."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One file that is handed over; its bytes are read once the transaction is closed."""

    name: str
    media_type: str
    size: int
    """Bytes."""
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """All that is needed once the transaction is closed; each adapter adds what it needs."""

    channel: Channel
    dispatch_id: str
    token: str
    round: int
    organisation_id: str
    is_repeat: bool = False
    """Something of this round may have arrived before: see `Adapter.find`."""
    is_test: bool = False
    files: tuple[Piece, ...] = ()
    left_out: LeftOut | None = None
    """Why files that belong to it stay here."""
    until: float = inf
    """When it has to be out of our hands at the latest (`time.monotonic`): then another attempt may
    begin, and what is still on its way here must not follow."""

    @property
    def is_late(self) -> bool:
        """Say whether another attempt may be under way by now."""
        return monotonic() >= self.until

    @property
    def reference(self) -> str:
        """Our reference; it travels with what is handed over, and tells a repetition from another."""
        return reference_of(self.dispatch_id, self.round)


def parcel_of(order: Order) -> dict[str, Any]:
    """Return what every parcel has, for `Parcel`'s own fields."""
    return {
        "channel": order.dispatch.channel,
        "dispatch_id": order.dispatch.id,
        "token": order.token,
        "round": order.dispatch.round,
        "organisation_id": order.dispatch.organisation_id,
        "is_repeat": order.is_repeat,
        "is_test": order.setup.is_test,
        "until": monotonic() + IN_TIME * runtime.current().settings.lease_seconds,
    }


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt came to, in the words of every channel."""

    outcome: Outcome
    code: int | None
    """The SMTP reply code, the HTTP status."""
    enhanced: str | None
    """The other side's own code: an enhanced status (RFC 3463), an error of a field."""
    answer: str
    """Its sentence, for staff; at most 500 characters."""
    told: State | None = None
    """What it said beyond yes and no: accepted at once, rejected for what it is."""
    provider_ref: str | None = None
    raw: str | None = None
    """The answer as it came, cut to 10,000 characters, without secrets."""
    cost_minor: int | None = None
    is_hard: bool = False
    """The address itself is wrong: it must not be used again (PY-28)."""
    is_ours: bool = False
    """The trouble lies with us: the channel is not down."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of listening once: messages to keep raw, and how far the other side was read."""

    messages: Sequence[tuple[str, bytes]] = ()
    """Key and bytes of each; the same key again is the same message."""
    cursor: Mapping[str, Any] = field(default_factory=dict)
    """Kept with the messages; `listen` gets it the next time, and first confirms what it names."""
    has_more: bool = False
    """Listen again at once: there is more, or something is to be confirmed."""


class StepState(StrEnum):
    """How one step of a connection test went."""

    DONE = "done"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the log of a connection test."""

    what: str
    """A msgid: what was tried."""
    state: StepState
    detail: str = ""
    """What the other side said; no secrets."""


class Check(StrEnum):
    """What the channel says of a recipient when it is asked."""

    OK = "ok"
    UNKNOWN = "unknown"
    NOT_SUBSCRIBED = "not_subscribed"
    TYPE_UNSUPPORTED = "type_unsupported"
    UNCHECKED = "unchecked"
    """It cannot say, or could not be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientNews:
    """What the other side tells of somebody: that they agreed to be reached, or do so no more.

    The newest by its own moment holds, whatever the order in which it comes.
    """

    occurred_at: datetime
    addresses: tuple[str, ...]
    """What they are known by, in lower case: any of them may be the one that we have."""
    check: Check
    code: str = ""
    """The other side's own word."""
    endpoint: str = ""
    """How they are best reached from now on; kept where we have no address of theirs in the channel."""


CHECK_NAMES: Final = {
    Check.OK: N_("The recipient can be reached."),
    Check.UNKNOWN: N_("Nobody is known under this address."),
    Check.NOT_SUBSCRIBED: N_("The recipient is known and has not agreed."),
    Check.TYPE_UNSUPPORTED: N_("The recipient does not take documents of this kind."),
    Check.UNCHECKED: N_("This could not be checked."),
}

EVERY_KIND: Final = frozenset(Kind)


def _ready(_dispatch: Dispatch, _document: Document) -> timedelta | None:
    return None


def _nothing_stands_in_the_way(_wanted: "Wanted", _setup: Setup) -> Obstacle | None:
    return None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom a document is to reach; for the question whether a channel can."""

    kind: Kind
    customer: Customer
    recipient: Recipient


@dataclass(frozen=True, slots=True)
class Adapter:
    """One channel. What is left out, the channel cannot do."""

    channel: Channel
    prepare: Callable[[Order], Any]
    """Makes the parcel, in the open transaction; raises `Refused` where the document cannot go out."""
    submit: Callable[[Any], Result]
    """Hands it over, outside; never raises for what the other side does."""
    form: type[PlainForm] | None = None
    """The form of its settings: `values` and `secrets` of `Setup` by name of the field."""
    recipient_form: type[PlainForm] | None = None
    """The form of what it asks for beyond an address, kept as `Recipient.particulars`."""
    obstacle: Callable[[Wanted, Setup], Obstacle | None] = _nothing_stands_in_the_way
    """Says from our own data what stands in the way (B2-20); pure."""
    address: Callable[[Wanted], str] = lambda wanted: wanted.recipient.endpoint
    """The address that the dispatch shows."""
    kinds: frozenset[Kind] = EVERY_KIND
    pause: Callable[[Dispatch, Document], timedelta | None] = _ready
    """How long to wait for files that are being made, before an attempt begins; None: go."""
    check: Callable[[Setup, str], tuple[Check, str]] | None = None
    """Asks the other side for an address, outside; returns its words, too."""
    find: Callable[[Any], Result | None] | None = None
    """Asks for a parcel that may have arrived, outside; None: it is not there, and may be sent.

    A result with `UNAVAILABLE` says that nobody can know just now.
    """
    listen: Callable[[Setup, Mapping[str, Any]], Heard] | None = None
    """Reads the other side's news since a cursor, outside."""
    parse: Callable[[bytes], Iterable[News | RecipientNews]] | None = None
    """Reads one message, outside; whatever strangers wrote is taken apart in a cell."""
    cancel: Callable[[Setup, str], Result] | None = None
    """Asks the other side to stop what it calls so, outside."""
    test: Callable[[Setup], list[Step]] | None = None
    """Tries the connection, outside, step by step."""
    hang_up: Callable[[], None] = lambda: None
    """Closes what this thread kept open, at the end of a pump's turn."""
    needs_settings: bool = True
    """Without settings of an organisation it takes nothing."""

    @property
    def source(self) -> str:
        """The name of its messages in the inbox."""
        return f"delivery.{self.channel.value}"
