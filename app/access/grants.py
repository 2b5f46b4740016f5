"""The whole policy: what each role may do. Which rows exist for whom is `queries.visible(who)`.

What a customer's people may is narrowed further by what is released to them, see `rights`.
"""

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
    SECURE_ACCOUNT = "account:secure"
    """One's own factors and recovery codes; asks for a fresh sign-in."""
    PROVE = "proof:give"
    """Show who one is where more is asked than a link or a password, and go on with what was sent before."""
    SEE_DESK = "desk:see"
    READ_DOCUMENTS = "documents:read"
    DOWNLOAD_DOCUMENTS = "documents:download"
    EXPORT_DOCUMENTS = "documents:export"
    """Lists of documents as tables; files of documents are bundled."""
    BUNDLE_DOCUMENTS = "documents:bundle"
    SEE_INTAKE = "intake:see"
    TAKE_IN_DOCUMENTS = "intake:take-in"
    DECIDE_DOCUMENTS = "documents:decide"
    READ_CUSTOMERS = "customers:read"
    CHANGE_CUSTOMERS = "customers:change"
    READ_DELIVERIES = "deliveries:read"
    CHANGE_DELIVERIES = "deliveries:change"
    """Try again, correct, withdraw, take another channel, stop a ladder, tick off."""
    RELEASE_DELIVERIES = "deliveries:release"
    """Let go what is held, one by one and in bulk (B2-14)."""
    READ_ANSWERS = "deliveries:read-answers"
    """What the other side said, as it said it (B2-11)."""
    READ_REPORTS = "reports:read"
    MANAGE_REPORTS = "reports:manage"
    """Configure reports of one's own; an administrator also others' (B2-30)."""
    REMIND = "reminders:make"
    """Make reminders, pause them for a document or a customer (UX-10)."""
    ADMIT_GUESTS = "guests:admit"
    """Decide on those who ask for access, and which rights they get (B2-06)."""
    READ_SETTINGS = "settings:read"
    CHANGE_SETTINGS = "settings:change"
    MANAGE_MEMBERS = "members:manage"
    MANAGE_API_KEYS = "api-keys:manage"
    COMMENT_DOCUMENTS = "documents:comment"
    ANSWER_QUOTES = "quotes:answer"
    PAY_DOCUMENTS = "documents:pay"
    CHANGE_OWN_DATA = "own-data:change"
    CONTACT_HOUSE = "house:contact"
    MANAGE_CONTACTS = "contacts:manage"
    """A customer's own people, by its primary contact."""
    READ_PORTAL = "portal:read"
    CHANGE_PORTAL = "portal:change"
    """Of one customer: whether it has the portal, its address, the rights of its people."""
    LOOK_THROUGH = "contacts:look-through"
    CHANGE_TEXTS = "texts:change"
    MANAGE_WEBHOOKS = "webhooks:manage"
    TAKE_EVIDENCE = "evidence:take"
    SECURE_HOUSE = "house:secure"
    """How the organisation's people sign in and what its customers prove; asks for a fresh sign-in."""
    READ_AUDIT = "audit:read"
    FULFIL_PRIVACY = "privacy:fulfil"
    """Tell a person all that is known about them, and forget it."""


_SEE_EVERYTHING = {
    Can.KEEP_ACCOUNT,
    Can.SECURE_ACCOUNT,
    Can.PROVE,
    Can.SEE_DESK,
    Can.READ_DOCUMENTS,
    Can.DOWNLOAD_DOCUMENTS,
    Can.EXPORT_DOCUMENTS,
    Can.BUNDLE_DOCUMENTS,
    Can.SEE_INTAKE,
    Can.READ_CUSTOMERS,
    Can.READ_DELIVERIES,
    Can.READ_REPORTS,
    Can.MANAGE_REPORTS,
    Can.READ_SETTINGS,
    Can.READ_PORTAL,
    Can.TAKE_EVIDENCE,
}
_WORK = {
    Can.TAKE_IN_DOCUMENTS,
    Can.DECIDE_DOCUMENTS,
    Can.COMMENT_DOCUMENTS,
    Can.CHANGE_CUSTOMERS,
    Can.CHANGE_DELIVERIES,
    Can.RELEASE_DELIVERIES,
    Can.REMIND,
    Can.CHANGE_PORTAL,
    Can.CHANGE_TEXTS,
    Can.LOOK_THROUGH,
}
_GOVERN = {
    Can.CHANGE_SETTINGS,
    Can.MANAGE_MEMBERS,
    Can.MANAGE_API_KEYS,
    Can.MANAGE_WEBHOOKS,
    Can.SECURE_HOUSE,
    Can.READ_AUDIT,
    Can.FULFIL_PRIVACY,
    Can.READ_ANSWERS,
    Can.ADMIT_GUESTS,
}
_BE_A_CUSTOMER = {
    Can.SEE_HOME,
    Can.READ_DOCUMENTS,
    Can.DOWNLOAD_DOCUMENTS,
    Can.COMMENT_DOCUMENTS,
    Can.ANSWER_QUOTES,
    Can.PAY_DOCUMENTS,
    Can.CONTACT_HOUSE,
    Can.PROVE,
}
_BE_SIGNED_IN = _BE_A_CUSTOMER | {
    Can.KEEP_ACCOUNT,
    Can.SECURE_ACCOUNT,
    Can.EXPORT_DOCUMENTS,
    Can.BUNDLE_DOCUMENTS,
    Can.CHANGE_OWN_DATA,
}

GRANTS: dict[Role, frozenset[Can]] = {
    Role.ADMINISTRATOR: frozenset(_SEE_EVERYTHING | _WORK | _GOVERN),
    Role.STAFF: frozenset(_SEE_EVERYTHING | _WORK),
    Role.AUDITOR: frozenset(_SEE_EVERYTHING | {Can.READ_AUDIT}),
    Role.PRIMARY_CONTACT: frozenset(_BE_SIGNED_IN | {Can.MANAGE_CONTACTS}),
    Role.CONTACT: frozenset(_BE_SIGNED_IN),
    Role.GUEST: frozenset(_BE_A_CUSTOMER),
    Role.API_KEY: frozenset(
        {
            Can.TAKE_IN_DOCUMENTS,
            Can.READ_DOCUMENTS,
            Can.DOWNLOAD_DOCUMENTS,
            Can.READ_DELIVERIES,
            Can.READ_PORTAL,
            Can.CHANGE_PORTAL,
        }
    ),
}
