"""The address of one document."""

from flask import Response, request

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core.languages import gettext as _
from app.documents import queries
from app.documents.models import Document
from app.portal.actions import addresses
from app.portal.views import blueprint, house
from app.web import answers


@blueprint.post("/documents/<id:document_id>/portal/address")
@gate(Can.CHANGE_PORTAL, queries.one)
def make_document_address(one: Document) -> Response:
    addresses.make(house(), one, principal())
    answers.say("success", _("There is an address now."))
    return _back(one)


@blueprint.post("/documents/<id:document_id>/portal/address/renewal")
@gate(Can.CHANGE_PORTAL, queries.one)
def renew_document_address(one: Document) -> Response:
    addresses.renew(house(), one, principal(), request.form.get("link"))
    answers.say("success", _("There is a new address. The one before opens nothing any more."))
    return _back(one)


@blueprint.post("/documents/<id:document_id>/portal/address/revocation")
@gate(Can.CHANGE_PORTAL, queries.one)
def revoke_document_address(one: Document) -> Response:
    addresses.revoke(one, principal())
    answers.say("success", _("The address opens nothing any more."))
    return _back(one)


def _back(one: Document) -> Response:
    return answers.see_other("desk.document", document_id=one.id, _anchor="portal")
