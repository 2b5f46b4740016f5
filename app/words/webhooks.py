"""The tone and the word of webhooks, of their messages, and of each try."""

from typing import Final

from app.core.languages import N_
from app.core.languages import gettext as _
from app.webhooks import rules
from app.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from app.webhooks.rules import EndpointState, Outcome, State

ENDPOINT_TONES: Final = {
    EndpointState.ACTIVE: "good",
    EndpointState.PAUSED: "failed",
    EndpointState.GONE: "attention",
}
DELIVERY_TONES: Final = {
    State.WAITING: "waiting",
    State.DELIVERED: "good",
    State.FAILED: "failed",
    State.SKIPPED: "attention",
}
"""State → tone; what no table names is neutral."""
TAKEN: Final = N_("taken")
DECLINED: Final = N_("not taken")
"""What an answer means."""


def webhook_state(endpoint: WebhookEndpoint) -> tuple[str, str]:
    """Return tone and word of an endpoint's state; one that fails at present is not well."""
    tone = ENDPOINT_TONES.get(endpoint.state, "neutral")
    is_failing = endpoint.state is EndpointState.ACTIVE and endpoint.failing_since is not None
    if is_failing:
        return "attention", _("active, fails at present")
    return tone, _(rules.ENDPOINT_STATE_NAMES[endpoint.state])


def webhook_delivery_state(delivery: WebhookDelivery) -> tuple[str, str]:
    """Return tone and word of a message's state."""
    if delivery.state is State.WAITING and delivery.failures:
        return "attention", _("is tried again")
    return DELIVERY_TONES[delivery.state], _(rules.STATE_NAMES[delivery.state])


def webhook_attempt(attempt: WebhookAttempt) -> tuple[str, str]:
    """Return tone and word of one try."""
    if attempt.outcome is None:
        return "waiting", _("going on")
    if attempt.status is not None:
        is_taken = 200 <= attempt.status < 300
        return ("good", _(TAKEN)) if is_taken else ("failed", _(DECLINED))
    tone = "attention" if attempt.outcome is Outcome.LOST else "failed"
    return tone, _(rules.OUTCOME_NAMES[attempt.outcome])


def webhook_event(name: str) -> str:
    """Return what an event is called."""
    return _(rules.EVENT_NAMES[name]) if name in rules.EVENT_NAMES else _("Test event")
