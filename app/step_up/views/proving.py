"""Proving who one is, by the method that is offered, and going on to what was wanted."""

from typing import Final

from flask import Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from app.access.gate import door_of, gate
from app.access.grants import Can
from app.access.principal import principal
from app.access.proof import SENSITIVE, Method, Need
from app.core import parking
from app.core.languages import gettext as _
from app.core.networks import network_of
from app.organisations.models import Organisation
from app.sms.rules import numbers
from app.step_up import actions, forms, queries, rules
from app.step_up.queries import Standing
from app.step_up.rules import Answer, Outcome
from app.step_up.views import blueprint
from app.web import answers, login, visitor
from app.web.limits import limiter
from app.web.page import page


@blueprint.get("/proof")
@gate(Can.PROVE)
def prove() -> Response:
    form = forms.Onward(
        next=answers.local_path(request.args.get("next")), parked=request.args.get("parked", "")
    )
    found = _standing()
    return _onward(form) if found is None else _page(found, form)


@blueprint.post("/proof/address")
@limiter.limit("30 per minute")
@gate(Can.PROVE)
def answer_address() -> Response:
    form, found = forms.AnswerAddress(), _standing(Method.ADDRESS)
    if found is None:
        return _onward(form)
    if found.offer.method is not Method.ADDRESS or not form.validate():
        return _page(found, form, 422)
    answer = actions.answer_address(
        principal(),
        _house(),
        found.customer,
        _network(),
        form.postcode.data or "",
        form.number.data or "",
    )
    if answer.outcome is Outcome.WRONG:
        wrong = _("Postcode and house number do not fit together with what is known of you.")
        form.reject(form.number, wrong)
    return _answered(answer, form, Method.ADDRESS)


@blueprint.post("/proof/code")
@limiter.limit("10 per minute")
@gate(Can.PROVE)
def send_code() -> Response:
    form, found = forms.Onward(), _standing(Method.SMS)
    if found is None:
        return _onward(form)
    if found.offer.method is not Method.SMS:
        return _page(found, form, 422)
    try:
        if actions.send_code(principal(), _house(), found.customer, _network()):
            answers.say("success", _("A code is on its way."))
    except actions.TooSoon as refusal:
        answers.say("warning", refusal.sentence)
    return answers.see_other("step_up.prove", **_carried(form))


@blueprint.post("/proof/code/answer")
@limiter.limit("30 per minute")
@gate(Can.PROVE)
def answer_code() -> Response:
    form, found = forms.AnswerCode(), _standing(Method.SMS)
    if found is None:
        return _onward(form)
    if found.offer.method is not Method.SMS or not form.validate():
        return _page(found, form, 422)
    answer = actions.answer_code(
        principal(), _house(), found.customer, _network(), form.code.data or ""
    )
    if answer.outcome is Outcome.WRONG:
        form.reject(form.code, _("This code is not right, or not valid any more."))
    return _answered(answer, form, Method.SMS)


@blueprint.get("/proof/onward")
@gate(Can.PROVE)
def onward() -> Response:
    return page("step_up/onward.html", next=answers.local_path(request.args.get("next")))


def _house() -> Organisation:
    found: Organisation = g.organisation
    return found


def _network() -> str:
    return network_of(visitor.address())


def _standing(wish: Method | None = None) -> Standing | None:
    """Return what the one who asks may prove with; None where there is nothing left to prove."""
    who = principal()
    if who.demand.need(is_sensitive=True) is not Need.PROOF:
        return None
    chosen = request.args.get("method")
    wish = wish or (Method(chosen) if chosen in set(Method) else None)
    return queries.standing(who, _house(), _network(), wish)


def _answered(answer: Answer, form: forms.Onward, method: Method) -> Response:
    if answer.outcome is Outcome.RIGHT:
        login.exchange(answer.token)
        return _onward(form)
    # Asked anew: what was just tried may be locked now.
    found = _standing(method)
    return _onward(form) if found is None else _page(found, form, 422, answer)


def _page(
    found: Standing, form: forms.Onward, status: int = 200, answer: Answer | None = None
) -> Response:
    method = found.offer.method
    return page(
        "step_up/prove.html",
        status,
        found=found,
        form=form if isinstance(form, _FORMS[method]) else _anew(method, form),
        carried=_carried(form),
        number=numbers.masked(found.customer.mobile),
        locked_until=found.locked_until or (answer.locked_until if answer else None),
        Method=Method,
        Obstacle=rules.Obstacle,
        OBSTACLES=rules.OBSTACLES,
        PROOF_METHODS=rules.METHOD_NAMES,
    )


_FORMS: Final[dict[Method | None, type[forms.Onward]]] = {
    Method.ADDRESS: forms.AnswerAddress,
    Method.SMS: forms.AnswerCode,
    None: forms.Onward,
}


def _anew(method: Method | None, form: forms.Onward) -> forms.Onward:
    """Return an empty form for a method, which goes on to the same place."""
    made = _FORMS[method](formdata=None)
    made.next.data, made.parked.data = form.next.data, form.parked.data
    return made


def _carried(form: forms.Onward) -> dict[str, str]:
    """Return where to go on, for addresses."""
    kept = {"next": answers.local_path(form.next.data), "parked": form.parked.data or ""}
    return {name: value for name, value in kept.items() if value not in ("", "/")}


def _onward(form: forms.Onward) -> Response:
    """Go on: to what was sent before, to the page, or where a file is wanted, to a page that offers it."""
    parked_id = form.parked.data or ""
    if parked_id and parking.one(principal().session_id, parked_id) is not None:
        return answers.see_other("step_up.parked", parked_id=parked_id)
    target = answers.local_path(form.next.data)
    return (
        answers.see_other("step_up.onward", next=target)
        if _is_file(target)
        else answers.go_to(target)
    )


def _is_file(target: str) -> bool:
    """Say whether an address may answer with a file: a browser would save it, and stay where it is."""
    routes = current_app.url_map.bind_to_environ(request.environ)
    try:
        endpoint, _values = routes.match(target.partition("?")[0], method="GET")
    except HTTPException:
        return False
    door = door_of(current_app.view_functions[endpoint])
    return door is not None and door.permission in SENSITIVE
