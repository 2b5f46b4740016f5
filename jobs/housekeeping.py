"""Forget what nobody needs any more."""

from app.identity import actions as identity
from jobs.job import Plain


def sweep() -> None:
    """Forget old sessions, codes and counters."""
    identity.sweep()


SWEEP = Plain(sweep)
