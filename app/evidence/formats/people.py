"""Who could read a document, and until when: contacts with their rights, links, what is released."""

from typing import Any

from app.evidence.queries.gathering import Evidence
from app.identity.models import CapabilityLink, Person
from app.organisations.models import Contact
from app.organisations.rules import granting

Record = dict[str, Any]


def access(found: Evidence) -> Record:
    """Return people and links with their time, and what is released to all of them."""
    house = found.house
    return {
        "organisation": {
            "portal_is_on": house.portal_is_on,
            "kinds_released": house.portal_kinds,
            "actions_released": house.portal_actions,
            "inheriting_customers_have_it": house.portal_is_open,
            "ways_in": house.portal_ways.value,
        },
        "customers": [
            {"id": one.id, "number": one.number, "portal": one.portal.value}
            for one in found.customers
        ],
        "contacts": [_contact(one, person) for one, person in found.contacts],
        "links": [_link(one) for one in found.links],
    }


def _contact(one: Contact, person: Person) -> Record:
    return {
        "id": person.id,
        "customer": one.customer_id,
        "name": person.name,
        "email": person.email,
        "is_first_contact": one.is_primary,
        "rights": sorted(granting.given(one.rights)),
        "since": person.created_at,
        "invited_by": one.invited_by,
        "last_day": one.ends_on,
        "ended_at": one.ended_at,
        "cannot_sign_in_since": person.disabled_at,
    }


def _link(one: CapabilityLink) -> Record:
    return {
        "id": one.id,
        "customer": one.customer_id,
        "purpose": one.purpose.value,
        "opens": "everything of the customer" if one.lineage_id is None else "this document",
        "made_for_document": one.document_id,
        "name": one.name,
        "email": one.email,
        "created_at": one.created_at,
        "expires_at": one.expires_at,
        "revoked_at": one.revoked_at,
        "uses": one.uses,
        "last_used_at": one.last_used_at,
    }
