"""One's own account: devices, password, what happened lately."""

from flask import Response

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import Principal, principal
from app.core import journal
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.identity import actions, forms, queries, rules
from app.identity.models import LoginSession, Person
from app.identity.proofs import password
from app.identity.rules import Proof
from app.identity.views import blueprint, house_name, own
from app.web import answers, login
from app.web.limits import limiter
from app.web.page import page


@blueprint.get("/account")
@gate(Can.KEEP_ACCOUNT, own)
def account(person: Person) -> Response:
    return _account(person, forms.ChangePassword())


@blueprint.post("/account/password")
@limiter.limit("10 per minute")
@gate(Can.KEEP_ACCOUNT, own)
def change_password(person: Person) -> Response:
    form = forms.ChangePassword()
    if form.validate():
        if person.password_hash and not password.matches(form.present.data, person.password_hash):
            form.reject(form.present, _("This is not your present password."))
            return _account(person, form, 422)
        try:
            session_id = principal().session_id
            actions.change_password(person, form.new.data, house_name(), session_id)
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
@gate(Can.KEEP_ACCOUNT, own)
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
        ways=_ways,
        happened=journal.about("person", person.id, limit=10),
    )


def _ways(one: LoginSession) -> str:
    """Return how somebody signed in, `password + code of an app`."""
    return " + ".join(_(rules.PROOF_NAMES[Proof(word)]) for word in one.proofs)
