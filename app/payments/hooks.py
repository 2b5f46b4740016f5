"""What the payment provider tells us: kept, and answered alike whatever it says."""

from flask import Blueprint, Response, make_response, request

from app.access.gate import public
from app.core import clock, inbox
from app.payments.actions import settling
from app.payments.providers import mollie
from app.web.limits import limiter

blueprint = Blueprint("payment_hooks", __name__)

LONGEST = 200
"""Bytes of what Mollie sends: `id=tr_…`."""


@blueprint.post("/hooks/payments/mollie")
@limiter.limit("600 per minute")
@public("it only says which payment to ask about; the answer comes from the provider itself")
def mollie_hook() -> Response:
    """Keep that something changed at a payment; what, nobody is believed but the provider asked."""
    raw = b"id=" + request.form.get("id", "").encode()[:LONGEST]
    provider_id = mollie.hooked(raw)
    if provider_id is not None:
        # It says the same each time, so the second in which it came tells two of them apart.
        inbox.receive(settling.SOURCE, f"{provider_id}:{clock.now():%Y%m%d%H%M%S}", raw)
    return make_response("", 200, {"Content-Type": "text/plain"})
