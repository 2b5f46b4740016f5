"""Ending a report by its mail, without signing in: one click (RFC 8058), or a page that asks."""

from flask import Blueprint, Response, g

from app.access.gate import public
from app.core import languages
from app.core.errors import Missing
from app.core.languages import choose, current
from app.organisations import queries as organisations
from app.reports.actions import keeping
from app.reports.formats import leaving
from app.reports.models import Report, ReportRecipient
from app.reports.queries import reports
from app.web.limits import limiter
from app.web.page import page

blueprint = Blueprint("report_hooks", __name__)

MAIL_IS_THE_PROOF = "whoever has the mail may end the report for its recipient, and nothing else"


@blueprint.get("/leaving/<token:token>/<id:recipient_id>")
@limiter.limit("60 per minute")
@public(MAIL_IS_THE_PROOF)
def ask(token: str, recipient_id: str) -> Response:
    """Ask. Inert: machines that look at mail fetch it, and nothing happens."""
    recipient, report = _found(recipient_id, token)
    return _private(page("reports/leave.html", recipient=recipient, report=report, token=token))


@blueprint.post("/leaving/<token:token>/<id:recipient_id>")
@limiter.limit("30 per minute")
@public(MAIL_IS_THE_PROOF)
def leave(token: str, recipient_id: str) -> Response:
    """End it; answered without another address, as mail programs want it (RFC 8058, 3.1)."""
    recipient, report = _found(recipient_id, token)
    keeping.leave(recipient)
    return _private(page("reports/left.html", report=report))


def _found(recipient_id: str, token: str) -> tuple[ReportRecipient, Report]:
    recipient = reports.recipient_by_id(recipient_id)
    if not leaving.is_right(recipient_id, token) or recipient is None:
        raise Missing
    report = reports.by_id(recipient.report_id)
    assert report is not None
    _speak_of(recipient)
    return recipient, report


def _speak_of(recipient: ReportRecipient) -> None:
    """Show the house that the report is about and speak the recipient's language."""
    house = organisations.organisation_by_id(recipient.organisation_id)
    person = reports.person_by_id(recipient.person_id)
    g.organisation = house
    languages.speak(
        choose(person.language, house.language, current()), house.country, house.timezone
    )


def _private(response: Response) -> Response:
    """Keep a page with a token in its address out of referrers."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
