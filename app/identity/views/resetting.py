"""A new password for whoever forgot theirs."""

from flask import Response

from app.access.gate import public
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.identity import actions, forms, queries
from app.identity.views import NOBODY_KNOWS_YOU_YET, blueprint, house_name
from app.web import answers
from app.web.limits import limiter
from app.web.page import page

LETTER_IS_THE_PROOF = "whoever has the letter is its addressee, for half an hour and once"


@blueprint.get("/sign-in/reset")
@public(NOBODY_KNOWS_YOU_YET)
def ask_for_reset() -> Response:
    return page("identity/ask_for_reset.html", form=forms.AskForReset())


@blueprint.post("/sign-in/reset")
@limiter.limit("10 per minute")
@public(NOBODY_KNOWS_YOU_YET)
def send_reset() -> Response:
    form = forms.AskForReset()
    if not form.validate():
        return page("identity/ask_for_reset.html", 422, form=form)
    actions.ask_for_reset(form.email.data)
    return answers.see_other("identity.reset_sent")


@blueprint.get("/sign-in/reset/letter")
@public(NOBODY_KNOWS_YOU_YET)
def reset_sent() -> Response:
    return page("identity/reset_sent.html")


@blueprint.get("/sign-in/reset/<token:token>")
@limiter.limit("60 per minute")
@public(LETTER_IS_THE_PROOF)
def reset(token: str) -> Response:
    """Show the form. Inert: mail scanners fetch it, and nothing happens."""
    return _private(_reset(token, forms.NewPassword()))


@blueprint.post("/sign-in/reset/<token:token>")
@limiter.limit("10 per minute")
@public(LETTER_IS_THE_PROOF)
def set_password_anew(token: str) -> Response:
    form, one = forms.NewPassword(), queries.live_reset(token)
    if one is None:
        return _private(_reset(token, form))
    if not form.validate():
        return _private(_reset(token, form, 422))
    try:
        actions.reset_password(one, form.new.data, house_name())
    except Refused as refusal:
        form.reject(form.new, refusal.sentence)
        return _private(_reset(token, form, 422))
    answers.say("success", _("Your new password is valid from now on. Sign in with it."))
    return _private(answers.see_other("identity.sign_in"))


def _reset(token: str, form: forms.NewPassword, status: int = 200) -> Response:
    if queries.live_reset(token) is None:
        # Over, used or never there: nobody learns which.
        return page("identity/reset_over.html", 410)
    return page("identity/reset.html", status, token=token, form=form)


def _private(response: Response) -> Response:
    """Keep a page with a token in its address out of referrers and indexes."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
