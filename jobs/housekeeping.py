"""Forget what nobody needs any more."""

from app.bundles.actions import asking as bundles
from app.core import idempotency
from app.exports.actions import asking as exports
from app.identity import actions as identity
from app.intake.actions import tables
from jobs.job import Plain


def sweep() -> None:
    """Forget old sessions, codes, counters, answers, exports and bundles, and tables that nobody took in."""
    identity.sweep()
    idempotency.sweep()
    exports.sweep()
    bundles.sweep()
    tables.sweep()


SWEEP = Plain(sweep)
