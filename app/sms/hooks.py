"""What gateways tell us of messages: looked at whether it is genuine, kept, and applied later."""

from flask import Blueprint, Response, make_response, request

from app.access.gate import public
from app.sms.actions import receiving
from app.web.limits import limiter

blueprint = Blueprint("sms_hooks", __name__)

LONGEST = 8 * 1024
"""Bytes of a receipt."""


@blueprint.post("/hooks/sms/twilio/<id:organisation_id>")
@limiter.limit("600 per minute")
@public("it is signed with a secret that only the gateway knows")
def twilio(organisation_id: str) -> Response:
    """Keep a receipt of Twilio; it signs the address that it was given, with what is asked for."""
    path = request.full_path.rstrip("?")
    given = request.headers.get("X-Twilio-Signature", "")
    about = request.args.get("message", "")
    return _answer(receiving.heard_from_twilio(organisation_id, path, _raw(), given, about))


@blueprint.post("/hooks/sms/http/<id:organisation_id>")
@limiter.limit("600 per minute")
@public("it is signed with a secret that only the gateway knows")
def gateway(organisation_id: str) -> Response:
    """Keep a receipt of any other gateway, signed as Standard Webhooks says."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    return _answer(receiving.heard_from_gateway(organisation_id, _raw(), headers))


def _raw() -> bytes:
    return b"" if (request.content_length or 0) > LONGEST else request.get_data()[:LONGEST]


def _answer(is_genuine: bool) -> Response:
    """Answer alike whatever is wrong: who cannot sign learns nothing."""
    status = 200 if is_genuine else 403
    return make_response("", status, {"Content-Type": "text/plain"})
