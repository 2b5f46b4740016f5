"""Forget what nobody needs any more."""

from app.audit import actions as audit
from app.bundles.actions import asking as bundles
from app.core import idempotency, lockouts, parking
from app.evidence.actions import asking as evidence
from app.exports.actions import asking as exports
from app.identity import actions as identity
from app.intake.actions import tables
from app.privacy.actions import erasing, retaining
from app.privacy.actions import exporting as privacy
from app.reports.actions import running as reports
from app.sign_up import actions as sign_up
from app.sms import actions as sms
from app.step_up import actions as step_up
from app.webhooks.actions import deliveries as webhooks
from jobs.job import Plain


def sweep() -> None:
    """Forget what is old: sessions, codes, counters, answers, files, webhooks, lost tables, origins."""
    identity.sweep()
    idempotency.sweep()
    parking.sweep()
    lockouts.sweep()
    step_up.sweep()
    exports.sweep()
    bundles.sweep()
    evidence.sweep()
    privacy.sweep()
    erasing.let_go()
    retaining.sweep()
    tables.sweep()
    webhooks.sweep()
    sms.sweep()
    sign_up.sweep()
    reports.sweep()
    audit.forget_origins()


SWEEP = Plain(sweep)
