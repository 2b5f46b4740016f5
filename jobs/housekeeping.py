"""Forget what nobody needs any more."""

from app.bundles.actions import asking as bundles
from app.core import idempotency, parking
from app.evidence.actions import asking as evidence
from app.exports.actions import asking as exports
from app.identity import actions as identity
from app.intake.actions import tables
from app.sms import actions as sms
from app.webhooks.actions import deliveries as webhooks
from jobs.job import Plain


def sweep() -> None:
    """Forget what is old: sessions, codes, counters, answers, files to take away, webhooks, lost tables."""
    identity.sweep()
    idempotency.sweep()
    parking.sweep()
    exports.sweep()
    bundles.sweep()
    evidence.sweep()
    tables.sweep()
    webhooks.sweep()
    sms.sweep()


SWEEP = Plain(sweep)
