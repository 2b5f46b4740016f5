"""The whole policy: what each role may do. Which rows exist for whom is `queries.visible(who)`."""

from enum import StrEnum


class Role(StrEnum):
    """Whom the policy knows."""

    ADMINISTRATOR = "administrator"
    """Runs the organisation: everything staff may do, its settings and its people."""
    STAFF = "staff"
    """Publishes documents, looks after customers and dispatches."""
    AUDITOR = "auditor"
    """Sees what staff see, changes nothing."""
    PRIMARY_CONTACT = "primary_contact"
    """The customer's first person."""
    CONTACT = "contact"
    """A person of the customer."""
    GUEST = "guest"
    """Somebody who came in by a capability link."""
    API_KEY = "api_key"
    """A program of the organisation; each key is narrowed further by its scopes."""


class Can(StrEnum):
    """The permissions, `resource:verb`."""

    SEE_HOME = "home:see"
    KEEP_ACCOUNT = "account:keep"
    SEE_DESK = "desk:see"
    READ_DOCUMENTS = "documents:read"
    DOWNLOAD_DOCUMENTS = "documents:download"
    EXPORT_DOCUMENTS = "documents:export"
    SEE_INTAKE = "intake:see"
    TAKE_IN_DOCUMENTS = "intake:take-in"
    DECIDE_DOCUMENTS = "documents:decide"
    READ_CUSTOMERS = "customers:read"
    CHANGE_CUSTOMERS = "customers:change"
    READ_DELIVERIES = "deliveries:read"
    CHANGE_DELIVERIES = "deliveries:change"
    READ_SETTINGS = "settings:read"
    CHANGE_SETTINGS = "settings:change"
    MANAGE_MEMBERS = "members:manage"
    MANAGE_API_KEYS = "api-keys:manage"


_SEE_EVERYTHING = {
    Can.KEEP_ACCOUNT,
    Can.SEE_DESK,
    Can.READ_DOCUMENTS,
    Can.DOWNLOAD_DOCUMENTS,
    Can.EXPORT_DOCUMENTS,
    Can.SEE_INTAKE,
    Can.READ_CUSTOMERS,
    Can.READ_DELIVERIES,
    Can.READ_SETTINGS,
}
_WORK = {
    Can.TAKE_IN_DOCUMENTS,
    Can.DECIDE_DOCUMENTS,
    Can.CHANGE_CUSTOMERS,
    Can.CHANGE_DELIVERIES,
}
_BE_A_CUSTOMER = {Can.SEE_HOME, Can.READ_DOCUMENTS, Can.DOWNLOAD_DOCUMENTS}
_BE_SIGNED_IN = _BE_A_CUSTOMER | {Can.KEEP_ACCOUNT, Can.EXPORT_DOCUMENTS}

GRANTS: dict[Role, frozenset[Can]] = {
    Role.ADMINISTRATOR: frozenset(
        _SEE_EVERYTHING | _WORK | {Can.CHANGE_SETTINGS, Can.MANAGE_MEMBERS, Can.MANAGE_API_KEYS}
    ),
    Role.STAFF: frozenset(_SEE_EVERYTHING | _WORK),
    Role.AUDITOR: frozenset(_SEE_EVERYTHING),
    Role.PRIMARY_CONTACT: frozenset(_BE_SIGNED_IN),
    Role.CONTACT: frozenset(_BE_SIGNED_IN),
    Role.GUEST: frozenset(_BE_A_CUSTOMER),
    Role.API_KEY: frozenset(
        {
            Can.TAKE_IN_DOCUMENTS,
            Can.READ_DOCUMENTS,
            Can.DOWNLOAD_DOCUMENTS,
            Can.READ_DELIVERIES,
        }
    ),
}
