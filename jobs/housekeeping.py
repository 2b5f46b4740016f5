"""Forget what nobody needs any more."""

from app.audit import actions as audit
from app.bundles.actions import asking as bundles
from app.core import idempotency, parking
from app.evidence.actions import asking as evidence
from app.exports.actions import asking as exports
from app.identity import actions as identity
from app.intake.actions import tables
from app.webhooks.actions import deliveries as webhooks
from jobs.job import Plain


def sweep() -> None:
    """Forget what is old: sessions, codes, counters, answers, files, webhooks, lost tables, origins."""
    identity.sweep()
    idempotency.sweep()
    parking.sweep()
    exports.sweep()
    bundles.sweep()
    evidence.sweep()
    tables.sweep()
    webhooks.sweep()
    audit.forget_origins()


SWEEP = Plain(sweep)
