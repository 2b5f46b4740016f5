"""The links of a customer, and those to a document: who may come in by which, and closing them (UX-02)."""

from typing import Any

from flask import Response

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import Principal, principal
from app.core import clock
from app.core.languages import gettext as _
from app.core.languages import ngettext
from app.delivery.actions import links as actions
from app.desk.views import blueprint, house
from app.documents import queries as documents
from app.documents.models import Document
from app.identity import queries as identity
from app.identity import rules
from app.identity.models import CapabilityLink
from app.identity.proofs import capability
from app.organisations import queries
from app.organisations.models import Customer
from app.portal.queries import links
from app.web import answers, paging
from app.web.page import page


@blueprint.get("/customers/<id:customer_id>/links")
@gate(Can.READ_PORTAL, queries.customer)
def customer_links(one: Customer) -> Response:
    cursor, back = paging.cursor()
    rows = links.page_of_customer(principal(), one, cursor, back=back, limit=paging.SIZE + 1)
    return _list(rows, customer=one, document=None)


@blueprint.get("/documents/<id:document_id>/links")
@gate(Can.READ_PORTAL, documents.one)
def document_links(one: Document) -> Response:
    cursor, back = paging.cursor()
    rows = links.page_of_document(principal(), one, cursor, back=back, limit=paging.SIZE + 1)
    return _list(rows, customer=None, document=one)


def _list(rows: list[links.Listed], **about: Any) -> Response:
    who = principal()
    return page(
        "desk/links.html",
        listed=paging.paged(rows, lambda row: row.id),
        now=clock.now(),
        may_change=who.may(Can.CHANGE_PORTAL),
        renewable=rules.RENEWABLE,
        url_of=lambda link: capability.url(house().base_url, link.id),
        **about,
    )


@blueprint.get("/customers/<id:customer_id>/links/revocation")
@gate(Can.CHANGE_PORTAL, queries.customer)
def ask_revoking_of_customer(one: Customer) -> Response:
    count = links.count_of_customer(one)
    return page(
        "desk/links_revoke.html", customer=one, document=None, count=count, most=links.COUNTED
    )


@blueprint.post("/customers/<id:customer_id>/links/revocation")
@gate(Can.CHANGE_PORTAL, queries.customer)
def revoke_links_of_customer(one: Customer) -> Response:
    _say(actions.revoke_all_of_customer(one, principal()))
    return answers.see_other("desk.customer_links", customer_id=one.id)


@blueprint.get("/documents/<id:document_id>/links/revocation")
@gate(Can.CHANGE_PORTAL, documents.one)
def ask_revoking_of_document(one: Document) -> Response:
    count = links.count_of_document(one)
    return page(
        "desk/links_revoke.html", customer=None, document=one, count=count, most=links.COUNTED
    )


@blueprint.post("/documents/<id:document_id>/links/revocation")
@gate(Can.CHANGE_PORTAL, documents.one)
def revoke_links_of_document(one: Document) -> Response:
    _say(actions.revoke_all_of_document(one, principal()))
    return answers.see_other("desk.document_links", document_id=one.id)


def _say(count: int) -> None:
    said = ngettext("%(num)d link was revoked.", "%(num)d links were revoked.", count)
    answers.say("success", said)


def _one(who: Principal, customer_id: str, link_id: str) -> CapabilityLink | None:
    return identity.link_of(who, customer_id, link_id)


@blueprint.post("/customers/<id:customer_id>/links/<id:link_id>/revocation")
@gate(Can.CHANGE_PORTAL, _one)
def revoke_link(link: CapabilityLink) -> Response:
    actions.revoke(link, principal())
    answers.say("success", _("This link opens nothing any more, and whoever came in by it is out."))
    return answers.see_other("desk.customer_links", customer_id=link.customer_id)


@blueprint.post("/customers/<id:customer_id>/links/<id:link_id>/renewal")
@gate(Can.CHANGE_PORTAL, _one)
def renew_link(link: CapabilityLink) -> Response:
    made = actions.renew(house(), link, principal())
    answers.say("success", _("There is a new link. The one before opens nothing any more."))
    here = {"customer_id": link.customer_id, "_anchor": f"link-{made.id}"}
    return answers.see_other("desk.customer_links", **here)
