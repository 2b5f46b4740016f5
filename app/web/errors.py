"""Every way a request can fail, and the page that the person sees; a program sees a problem."""

import logging

from flask import Flask, Response, make_response
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from app.core import log
from app.core.errors import Missing, Refused
from app.core.languages import gettext as _
from app.web import problems, transaction
from app.web.page import page
from app.web.problems import Problem

logger = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Register an answer for everything that can be raised."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(Missing, _missing)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _answer(status: int, title: str, text: str) -> Response:
    transaction.abandon()
    if problems.are_wanted():
        return problems.answer(status, title, text)
    return page(
        "errors/error.html", status, title_text=title, text=text, reference=log.reference.get()
    )


def _refused(error: Refused) -> Response:
    return _answer(409, _("That is not possible"), error.sentence)


def _problem(error: Problem) -> Response:
    transaction.abandon()
    return problems.answer(
        error.status, error.title, error.detail, kind=error.kind, members=error.members
    )


def _missing(_error: Missing) -> Response:
    text = _("There is nothing at this address, or it is not for you. Nothing was changed.")
    return _answer(404, _("Nothing found here"), text)


def _stale_form(_error: CSRFError) -> Response:
    text = _(
        "This form was open for too long, or was sent twice from different sessions. "
        "Nothing was changed. Go back, reload the page and send it again."
    )
    return _answer(400, _("The form is out of date"), text)


def _foreign_host(_error: SecurityError) -> Response:
    """Answer without a page: on a host that is not ours there is no address to link to."""
    transaction.abandon()
    response = make_response(_("This host name is not served here.") + "\n", 400)
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    return response


def _http(error: HTTPException) -> Response:
    if error.code == 404:
        return _missing(Missing())
    if (error.code or 500) >= 500:
        # Flask wraps what was raised after the view, such as a commit that failed, and logs it.
        return _went_wrong(error.code or 500)
    title, text = {
        403: (
            _("You may not do this"),
            _("Your role does not include this. Nothing was changed. Ask an administrator."),
        ),
        405: (
            _("That is not possible"),
            _("This address cannot be used in this way. Nothing was changed."),
        ),
        413: (
            _("That is too large"),
            _(
                "The files are larger, or more at once, than this installation takes in. "
                "Nothing was kept. Send them in several parts."
            ),
        ),
        429: (
            _("Too many tries"),
            _("There were too many tries in a short time. Wait a few minutes, then try again."),
        ),
    }.get(
        error.code or 500,
        (
            _("This request could not be understood"),
            _("Nothing was changed. Go back and try again."),
        ),
    )
    answer = _answer(error.code or 500, title, text)
    methods = getattr(error, "valid_methods", None)
    if methods:
        answer.headers["Allow"] = ", ".join(sorted(methods))
    if error.code == 429:
        answer.headers["Retry-After"] = "60"
    return answer


def _unexpected(error: Exception) -> Response:
    logger.exception("unexpected: %s", type(error).__name__, exc_info=error)
    return _went_wrong(500)


def _went_wrong(status: int) -> Response:
    text = _(
        "Something went wrong on our side. Nothing was changed. Try again in a moment; if it happens "
        "again, tell the organisation the reference below."
    )
    return _answer(status, _("Something went wrong"), text)
