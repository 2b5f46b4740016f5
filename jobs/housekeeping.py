"""Forget what nobody needs any more."""

from app.core import idempotency
from app.identity import actions as identity
from jobs.job import Plain


def sweep() -> None:
    """Forget old sessions, codes, counters and answers."""
    identity.sweep()
    idempotency.sweep()


SWEEP = Plain(sweep)
