"""Looking through a contact's eyes: staff see what that person sees, and can do nothing (K-01)."""

from flask import Response

from app.access.gate import gate, public
from app.access.grants import Can
from app.access.principal import principal
from app.desk.views import blueprint
from app.identity.models import Person
from app.organisations import actions, queries
from app.organisations.models import Contact, Customer
from app.web import answers, login


@blueprint.post("/customers/<id:customer_id>/contacts/<id:contact_id>/eyes")
@gate(Can.LOOK_THROUGH, queries.contact_of)
def look_through(found: tuple[Contact, Person, Customer]) -> Response:
    one, person, _customer = found
    actions.look_through(one, person, principal())
    login.look_through(person.id)
    return answers.see_other("desk.customer_home")


@blueprint.post("/eyes/closing")
@public("whoever looks through somebody's eyes may stop; for others nothing happens")
def look_away() -> Response:
    who = principal()
    login.look_away()
    if who.through is None or who.customer_id is None:
        return answers.see_other("desk.home")
    return answers.see_other("desk.person", customer_id=who.customer_id, contact_id=who.id)
