"""Customers for programs: who they are, whether they have the portal, and where it is (BM-14)."""

from flask import Response, request

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.api import filters, shapes
from app.api.views import blueprint
from app.core.languages import gettext as _
from app.documents import queries as documents
from app.documents.models import Document
from app.organisations import queries
from app.organisations.models import Customer
from app.organisations.rules.portal import Access
from app.portal.actions import access, addresses
from app.portal.queries import addresses as places
from app.portal.views import house
from app.web import answers, paging
from app.web.problems import Problem


@blueprint.get("/api/v1/customers")
@gate(Can.READ_PORTAL)
def customers() -> Response:
    wishes = filters.read_customers()
    rows = queries.customers_by_number(
        principal(), wishes.number, wishes.after, limit=wishes.limit + 1
    )
    shown, more = rows[: wishes.limit], len(rows) > wishes.limit
    following = paging.url_with(after=shown[-1].number) if more and shown else None
    links = {"Link": f'<{following}>; rel="next"'} if following else {}
    body = {"customers": [shapes.customer(one) for one in shown], "next": following}
    return answers.data(body, headers=links)


@blueprint.get("/api/v1/customers/<id:customer_id>/portal")
@gate(Can.READ_PORTAL, queries.customer)
def customer_portal(one: Customer) -> Response:
    return _portal(one)


@blueprint.put("/api/v1/customers/<id:customer_id>/portal")
@gate(Can.CHANGE_PORTAL, queries.customer)
def change_customer_portal(one: Customer) -> Response:
    access.change_access(one, _access(), principal())
    return _portal(one)


@blueprint.post("/api/v1/customers/<id:customer_id>/portal/address")
@gate(Can.CHANGE_PORTAL, queries.customer)
def make_customer_address(one: Customer) -> Response:
    addresses.make(house(), one, principal())
    return _portal(one)


@blueprint.post("/api/v1/customers/<id:customer_id>/portal/address/renewal")
@gate(Can.CHANGE_PORTAL, queries.customer)
def renew_customer_address(one: Customer) -> Response:
    addresses.renew(house(), one, principal())
    return _portal(one)


@blueprint.post("/api/v1/customers/<id:customer_id>/portal/address/revocation")
@gate(Can.CHANGE_PORTAL, queries.customer)
def revoke_customer_address(one: Customer) -> Response:
    addresses.revoke(one, principal())
    return _portal(one)


@blueprint.get("/api/v1/documents/<id:document_id>/portal")
@gate(Can.READ_PORTAL, documents.one)
def document_portal(one: Document) -> Response:
    return _document_portal(one)


@blueprint.post("/api/v1/documents/<id:document_id>/portal/address")
@gate(Can.CHANGE_PORTAL, documents.one)
def make_document_address(one: Document) -> Response:
    addresses.make(house(), one, principal())
    return _document_portal(one)


def _portal(one: Customer) -> Response:
    return answers.data(shapes.customer_portal(one, places.of_customer(house(), one)))


def _document_portal(one: Document) -> Response:
    customer = queries.customer_by_id(one.customer_id) if one.customer_id else None
    return answers.data(shapes.document_portal(one, places.of_document(house(), one, customer)))


def _access() -> Access:
    """Return what the content asks for; raises `Problem` 415 or 422."""
    if not request.is_json:
        raise Problem(
            415,
            "media-type",
            _("This kind of content is not taken in"),
            _("Send %(types)s.", types="application/json"),
            accepted=["application/json"],
        )
    body = request.get_json(silent=True)
    wanted = body.get("access") if isinstance(body, dict) and set(body) == {"access"} else None
    if not isinstance(wanted, str) or wanted not in set(Access):
        raise Problem(
            422,
            "access",
            _("The content cannot be understood"),
            _(
                "Send an object with “access”, one of: %(words)s. Nothing was changed.",
                words=", ".join(Access),
            ),
        )
    return Access(wanted)
