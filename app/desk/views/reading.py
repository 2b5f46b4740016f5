"""Why somebody can (not) see a document: the door's answer, and every rule that made it (K-01)."""

from typing import Any

from flask import Response, request, url_for

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import Principal, principal
from app.access.proof import Need
from app.desk.views import blueprint, house
from app.documents import queries as documents
from app.documents.models import Document
from app.documents.queries import Known
from app.documents.rules.reading import DEEDS, Deed, Rule, Step
from app.identity import queries as identity
from app.identity.models import CapabilityLink, Person
from app.organisations import queries
from app.organisations.models import Contact, Customer
from app.organisations.rules import portal
from app.organisations.rules.granting import makes_sense
from app.web.page import page

HOUSE_WIDE = frozenset({portal.Rule.MODULE, portal.Rule.ACTION, portal.Rule.KIND, portal.Rule.WAY})
"""Rules that are set once for the whole organisation."""
OF_THE_PERSON = frozenset({portal.Rule.CONTACT, Rule.ENTRY})
OF_THE_DOCUMENT = frozenset({Rule.OWN, Rule.PUBLISHED})


@blueprint.get("/documents/<id:document_id>/readers")
@gate(Can.READ_CUSTOMERS, documents.one)
def readers(document: Document) -> Response:
    customer = queries.customer(principal(), document.customer_id) if document.customer_id else None
    found = documents.readers(document, customer, house()) if customer else None
    return page("people/readers.html", document=document, customer=customer, readers=found)


@blueprint.get("/customers/<id:customer_id>/contacts/<id:contact_id>/access")
@gate(Can.READ_CUSTOMERS, queries.contact_of)
def contact_access(found: tuple[Contact, Person, Customer]) -> Response:
    one, person, customer = found
    here: dict[str, Any] = {"customer_id": customer.id, "contact_id": person.id}
    known = documents.contact_known(one, person, customer, house())
    own = url_for("desk.person", **here)
    return _explain(known, person.name, customer, own, url_for("desk.contact_access", **here))


def _link_of(
    who: Principal, customer_id: str, link_id: str
) -> tuple[CapabilityLink, Customer] | None:
    link = identity.link_of(who, customer_id, link_id)
    customer = queries.customer(who, customer_id) if link is not None else None
    return (link, customer) if link is not None and customer is not None else None


@blueprint.get("/customers/<id:customer_id>/links/<id:link_id>/access")
@gate(Can.READ_CUSTOMERS, _link_of)
def link_access(found: tuple[CapabilityLink, Customer]) -> Response:
    link, customer = found
    known = documents.link_known(link, customer, house())
    here = url_for("desk.link_access", customer_id=customer.id, link_id=link.id)
    return _explain(known, link.name, customer, None, here)


def _explain(known: Known, name: str, customer: Customer, own: str | None, here: str) -> Response:
    """Show the chain for the document and the action that the address asks for."""
    who, wanted = principal(), request.args.get("document", "")
    document = documents.one(who, wanted) if wanted else None
    shown: dict[str, Any] = {"name": name, "customer": customer, "own": own, "here": here}
    if document is None:
        few = documents.Filters(customer_id=customer.id)
        newest = documents.page(who, few, None, back=False, limit=10)
        return page("people/choose.html", newest=newest, is_missing=bool(wanted), **shown)
    deeds = [one for one, (act, _can) in DEEDS.items() if makes_sense(act, document.kind.value)]
    asked = request.args.get("action", "")
    deed = next((one for one in deeds if one.value == asked), Deed.VIEW)
    steps = known.chain(deed, document)
    return page(
        "people/access.html",
        document=document,
        deed=deed,
        verdicts=known.verdicts(document, deeds),
        steps=[(step, _setting(step, customer, document, own, here)) for step in steps],
        first=next((step for step in steps if not step.passes), None),
        **shown,
    )


def _setting(
    step: Step, customer: Customer, document: Document, own: str | None, here: str
) -> str | None:
    """Return where what a rule looks at is set; None where it cannot be changed."""
    if step.rule in HOUSE_WIDE:
        return url_for("portal.settings")
    if step.rule is Rule.STEP_UP and (step.passes or step.need is not Need.PROOF):
        return url_for("portal.security")
    if step.rule is Rule.STEP_UP:
        # The setting is fine: it is this customer's data that prove nothing.
        return url_for("desk.customer", customer_id=customer.id)
    if step.rule in (portal.Rule.CUSTOMER, Rule.VISIBLE):
        return url_for("desk.customer", customer_id=customer.id, _anchor="portal")
    if step.rule in OF_THE_PERSON:
        return own
    if step.rule in OF_THE_DOCUMENT:
        return url_for("desk.document", document_id=document.id)
    return f"{here}?document={document.id}" if step.rule is Rule.VIEWING else None
