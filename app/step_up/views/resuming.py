"""Going on with what was sent before somebody proved, or confirmed, who they are."""

from flask import Response

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import Principal
from app.core import parking
from app.core.errors import Missing
from app.core.languages import gettext as _
from app.core.parking import ParkedRequest
from app.step_up.views import blueprint
from app.web import answers, replay, transaction
from app.web.page import page


def _own(who: Principal, parked_id: str) -> ParkedRequest | None:
    return parking.one(who.session_id, parked_id)


@blueprint.get("/proof/parked/<id:parked_id>")
@gate(Can.PROVE, _own)
def parked(one: ParkedRequest) -> Response:
    return page("step_up/parked.html", one=one, back_url=answers.local_path(one.came_from))


@blueprint.post("/proof/parked/<id:parked_id>")
@gate(Can.PROVE, _own)
def send_on(one: ParkedRequest) -> Response:
    environ = replay.environ_of(one)
    if not parking.take(one.session_id, one.id):
        raise Missing
    with transaction.paused():
        return replay.send_on(environ)


@blueprint.post("/proof/parked/<id:parked_id>/removal")
@gate(Can.PROVE, _own)
def discard(one: ParkedRequest) -> Response:
    target = answers.local_path(one.came_from)
    parking.take(one.session_id, one.id)
    answers.say("success", _("Discarded. Nothing was sent."))
    return answers.go_to(target)
