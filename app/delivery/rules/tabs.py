"""The groups in which staff work on dispatches (B2-16)."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final

from app.core.languages import N_
from app.delivery.rules.attempts import NEEDS_CARE
from app.delivery.rules.states import State


class Tab(StrEnum):
    """A group of states; two of them are queues of work, in which each item can be ticked off."""

    ALL = "all"
    HELD = "held"
    UNDER_WAY = "under_way"
    ERRORS = "errors"
    UNCONFIRMED = "unconfirmed"
    ARRIVED = "arrived"
    WITHDRAWN = "withdrawn"


TAB_NAMES: Final = {
    Tab.ALL: N_("All"),
    Tab.HELD: N_("Held"),
    Tab.UNDER_WAY: N_("Being sent"),
    Tab.ERRORS: N_("Send errors"),
    Tab.UNCONFIRMED: N_("Sent, not confirmed"),
    Tab.ARRIVED: N_("Arrived"),
    Tab.WITHDRAWN: N_("Withdrawn"),
}
QUEUES: Final = frozenset({Tab.ERRORS, Tab.UNCONFIRMED})
"""What is ticked off leaves them."""

STATES: Final[Mapping[Tab, frozenset[State]]] = {
    Tab.ALL: frozenset(State),
    Tab.HELD: frozenset({State.HELD}),
    Tab.UNDER_WAY: frozenset({State.QUEUED, State.SUBMITTING}),
    Tab.ERRORS: NEEDS_CARE,
    Tab.UNCONFIRMED: frozenset({State.SUBMITTED, State.ACCEPTED, State.DISPATCHED}),
    Tab.ARRIVED: frozenset({State.DELIVERED}),
    Tab.WITHDRAWN: frozenset({State.CANCELLED}),
}
UNCONFIRMED_AFTER: Final = timedelta(hours=24)
"""How long nobody minds that what was handed over is neither confirmed nor opened."""
