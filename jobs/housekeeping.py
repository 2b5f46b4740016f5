"""Forget what nobody needs any more."""

from app.bundles.actions import asking as bundles
from app.core import idempotency
from app.exports.actions import asking as exports
from app.identity import actions as identity
from app.intake.actions import tables
from app.webhooks.actions import deliveries as webhooks
from jobs.job import Plain


def sweep() -> None:
    """Forget what is old: sessions, codes, counters, answers, exports, bundles, webhooks, lost tables."""
    identity.sweep()
    idempotency.sweep()
    exports.sweep()
    bundles.sweep()
    tables.sweep()
    webhooks.sweep()


SWEEP = Plain(sweep)
