"""Coming in, going out, and one's own account."""

from flask import Blueprint, Response, g, redirect, request, session, url_for

from app.access.gate import gate, public
from app.access.grants import Can
from app.access.principal import Principal, principal
from app.core import journal
from app.core.errors import Refused
from app.core.languages import LANGUAGES
from app.core.languages import gettext as _
from app.identity import actions, forms, queries
from app.identity.models import LoginSession, Person
from app.identity.proofs import password
from app.web import answers, login, visitor
from app.web.limits import limiter
from app.web.page import page

blueprint = Blueprint("identity", __name__)

NOBODY_KNOWS_YOU_YET = "signing in comes before any permission"
PENDING = "pending_code"


@blueprint.get("/sign-in")
@blueprint.get("/o/<slug>/sign-in")
@public(NOBODY_KNOWS_YOU_YET)
def sign_in(slug: str = "") -> Response:
    form = forms.SignIn(next=answers.local_path(request.args.get("next")))
    return _sign_in(form)


def _sign_in(form: forms.SignIn, status: int = 200) -> Response:
    house = g.organisation
    if house is None:
        return page("identity/sign_in.html", status, form=form, provider=None)
    provider = queries.provider_of(house.id)
    return page("identity/sign_in.html", status, form=form, provider=provider, slug=house.slug)


@blueprint.post("/sign-in")
@limiter.limit("30 per minute")
@public(NOBODY_KNOWS_YOU_YET)
def enter() -> Response:
    form = forms.SignIn()
    if form.validate():
        token = actions.sign_in(form.email.data, form.password.data, _browser())
        if token:
            return _welcome(token, form.next.data)
        form.reject(form.password, _("Address and password do not fit together."))
    return _sign_in(form, 422)


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
        token = actions.sign_in_with_code(pending, form.code.data, _browser())
        if token:
            return _welcome(token, form.next.data)
        form.reject(
            form.code,
            _("This code is not right, or not valid any more. You can have a new one sent."),
        )
    return page("identity/answer_code.html", 422, form=form)


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


def _own(who: Principal) -> Person | None:
    return queries.person_of(who)


@blueprint.get("/account")
@gate(Can.KEEP_ACCOUNT, _own)
def account(person: Person) -> Response:
    return _account(person, forms.ChangePassword())


@blueprint.post("/account/password")
@limiter.limit("10 per minute")
@gate(Can.KEEP_ACCOUNT, _own)
def change_password(person: Person) -> Response:
    form = forms.ChangePassword()
    if form.validate():
        if person.password_hash and not password.matches(form.present.data, person.password_hash):
            form.reject(form.present, _("This is not your present password."))
            return _account(person, form, 422)
        try:
            actions.set_password(person, form.new.data)
        except Refused as refusal:
            form.reject(form.new, refusal.sentence)
            return _account(person, form, 422)
        answers.say("success", _("Your new password is valid from now on."))
        return answers.see_other("identity.account")
    return _account(person, form, 422)


def _own_session(who: Principal, session_id: str) -> LoginSession | None:
    return queries.own_session(who, session_id)


@blueprint.post("/account/sessions/<id:session_id>/revocation")
@gate(Can.KEEP_ACCOUNT, _own_session)
def revoke_session(one: LoginSession) -> Response:
    actions.end_session(one)
    answers.say("success", _("That device is signed out."))
    return answers.see_other("identity.account")


@blueprint.post("/account/sessions/revocation")
@gate(Can.KEEP_ACCOUNT, _own)
def revoke_all_sessions(person: Person) -> Response:
    actions.end_all_sessions(person)
    login.leave()
    answers.say("success", _("You are signed out everywhere."))
    return answers.see_other("identity.sign_in")


def _account(person: Person, form: forms.ChangePassword, status: int = 200) -> Response:
    who = principal()
    return page(
        "identity/account.html",
        status,
        person=person,
        form=form,
        sessions=queries.sessions_of(who),
        current=who.session_id,
        happened=journal.about("person", person.id, limit=10),
    )


def _welcome(token: str, wanted: str | None) -> Response:
    login.enter(token)
    return redirect(answers.local_path(wanted, url_for("desk.home")), 303)  # type: ignore[return-value]


def _browser() -> actions.Browser:
    return actions.Browser(visitor.address(), visitor.agent())
