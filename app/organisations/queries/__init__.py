"""Every look-up of organisations, members, customers, contacts and recipients."""

from app.organisations.queries.customers import (
    customer,
    customer_by_id,
    customer_choices,
    customer_ids_starting_with,
    customers,
    customers_by_number,
    find_customer,
    hold_customer,
    own_customer,
    visible,
)
from app.organisations.queries.houses import (
    hold_organisation,
    keyed,
    member,
    members,
    organisation_by_id,
    organisation_by_slug,
    organisation_of,
)
from app.organisations.queries.people import (
    contacts_of,
    recipient,
    recipients_of,
)
from app.organisations.queries.standing import (
    SignedIn,
    contact_as_principal,
    link_as_principal,
    obstacle_for,
    of_customer,
    portal_of,
    principal_of,
    signed_in,
)

__all__ = [
    "SignedIn",
    "contact_as_principal",
    "contacts_of",
    "customer",
    "customer_by_id",
    "customer_choices",
    "customer_ids_starting_with",
    "customers",
    "customers_by_number",
    "find_customer",
    "hold_customer",
    "hold_organisation",
    "keyed",
    "link_as_principal",
    "member",
    "members",
    "obstacle_for",
    "of_customer",
    "organisation_by_id",
    "organisation_by_slug",
    "organisation_of",
    "own_customer",
    "portal_of",
    "principal_of",
    "recipient",
    "recipients_of",
    "signed_in",
    "visible",
]
