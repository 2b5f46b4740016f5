"""Coming in by password or mailed code, the second step, going out."""

from flask import Response, g, redirect, request, session

from app.access.gate import public
from app.access.principal import principal
from app.core.languages import LANGUAGES
from app.core.languages import gettext as _
from app.identity import actions, forms, queries
from app.identity.views import (
    NOBODY_KNOWS_YOU_YET,
    STEP,
    blueprint,
    browser,
    go_on,
    here,
    welcome,
)
from app.web import answers, login, transaction
from app.web.limits import limiter
from app.web.page import page

PENDING = "pending_code"


@blueprint.get("/sign-in")
@blueprint.get("/o/<slug>/sign-in")
@public(NOBODY_KNOWS_YOU_YET)
def sign_in(slug: str = "") -> Response:
    form = forms.SignIn(next=answers.local_path(request.args.get("next")))
    return _sign_in(form)


@blueprint.post("/sign-in")
@limiter.limit("30 per minute")
@public(NOBODY_KNOWS_YOU_YET)
def enter() -> Response:
    form = forms.SignIn()
    if form.validate():
        came = actions.sign_in(form.email.data, form.password.data, browser())
        if came:
            return go_on(came, form.next.data)
        email = form.email.data
        transaction.regardless(lambda: actions.note_failed_sign_in(email))
        form.reject(form.password, _("Address and password do not fit together."))
    return _sign_in(form, 422)


def _sign_in(form: forms.SignIn, status: int = 200) -> Response:
    house = g.organisation
    return page(
        "identity/sign_in.html",
        status,
        form=form,
        passkey=forms.Passkey(None, next=form.next.data) if here().is_possible else None,
        provider=queries.provider_of(house.id) if house is not None else None,
        slug=house.slug if house is not None else "",
    )


@blueprint.get("/sign-in/code")
@public(NOBODY_KNOWS_YOU_YET)
def ask_for_code() -> Response:
    form = forms.AskForCode(next=answers.local_path(request.args.get("next")))
    return page("identity/ask_for_code.html", form=form)


@blueprint.post("/sign-in/code")
@limiter.limit("10 per minute")
@public(NOBODY_KNOWS_YOU_YET)
def send_code() -> Response:
    form = forms.AskForCode()
    if form.validate():
        session[PENDING] = actions.ask_for_code(form.email.data)
        return answers.see_other("identity.code", next=answers.local_path(form.next.data))
    return page("identity/ask_for_code.html", 422, form=form)


@blueprint.get("/sign-in/code/answer")
@public(NOBODY_KNOWS_YOU_YET)
def code() -> Response:
    form = forms.AnswerCode(next=answers.local_path(request.args.get("next")))
    return page("identity/answer_code.html", form=form)


@blueprint.post("/sign-in/code/answer")
@limiter.limit("30 per minute")
@public(NOBODY_KNOWS_YOU_YET)
def answer_code() -> Response:
    form = forms.AnswerCode()
    if form.validate():
        pending = session.get(PENDING, "")
        came = actions.sign_in_with_code(pending, form.code.data, browser())
        if came:
            return go_on(came, form.next.data)
        transaction.regardless(lambda: actions.note_wrong_code(pending))
        form.reject(
            form.code,
            _("This code is not right, or not valid any more. You can have a new one sent."),
        )
    return page("identity/answer_code.html", 422, form=form)


@blueprint.get("/sign-in/second-factor")
@public(NOBODY_KNOWS_YOU_YET)
def second_step() -> Response:
    form = forms.AnswerStep(
        next=answers.local_path(request.args.get("next")), way=request.args.get("way")
    )
    return _second_step(form)


@blueprint.post("/sign-in/second-factor")
@limiter.limit("30 per minute")
@public(NOBODY_KNOWS_YOU_YET)
def take_second_step() -> Response:
    form = forms.AnswerStep()
    if not form.validate():
        return _second_step(form, 422)
    step_id = session.get(STEP, "")
    token = actions.sign_in_with_factor(step_id, form.code.data, browser())
    if token:
        return welcome(token, form.next.data)
    transaction.regardless(lambda: actions.note_wrong_step(step_id))
    form.reject(form.code, _("This code is not right, or was used already. Wait for the next one."))
    return _second_step(form, 422)


def _second_step(form: forms.AnswerStep, status: int = 200) -> Response:
    step = queries.live_step(session.get(STEP, ""))
    if step is None:
        answers.say("warning", _("That took too long, or was tried too often. Sign in once more."))
        return answers.see_other("identity.sign_in", next=answers.local_path(form.next.data))
    form.say_which()
    has = queries.factors_of(step.person_id)
    passkey = forms.Passkey(None, next=form.next.data)
    return page("identity/second_step.html", status, form=form, has=has, passkey=passkey)


@blueprint.post("/sign-out")
@public("whoever is signed in may leave; for others nothing happens")
def sign_out() -> Response:
    actions.end_session_by_id(principal().session_id)
    login.leave()
    answers.say("success", _("You are signed out."))
    return answers.see_other("identity.sign_in")


@blueprint.post("/language")
@public("the language is chosen before anybody is known")
def choose_language() -> Response:
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        session["language"] = wanted
        who = principal()
        is_own = who.is_known and who.through is None
        person = queries.person_of(who) if is_own else None
        if person is not None:
            actions.choose_language(person, wanted)
    return redirect(answers.local_path(request.form.get("next")), 303)  # type: ignore[return-value]
