"""What a job is: a plain one is one action; one that goes outside has three steps."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any


def _nothing(**_arguments: str) -> None:
    """Nobody has to be told that this was given up."""


@dataclass(frozen=True, slots=True)
class Plain:
    """One action in one transaction, which also marks the work as done: it takes effect once."""

    action: Callable[..., None]
    tries: int = 20
    abandon: Callable[..., None] = _nothing


@dataclass(frozen=True, slots=True)
class Outside:
    """Work that touches the network or takes long.

    `prepare` runs in the transaction of the claim, so that the attempt is on record before the
    outside is touched; None means that there is nothing to do. `perform` runs without a
    transaction. `settle` writes down the result; True asks for another try after a pause, a timedelta
    for one after just this pause.
    """

    prepare: Callable[..., Any]
    perform: Callable[[Any], Any]
    settle: Callable[[Any, Any], bool | timedelta]
    tries: int = 1000
    abandon: Callable[..., None] = _nothing
    leave: Callable[[], None] = lambda: None
    """Run by each thread at the end of a pump's turn, to close what it kept open."""


Job = Plain | Outside
"""`abandon` runs with the arguments when `tries` are used up, in the transaction that gives up."""
