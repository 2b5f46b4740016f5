"""The one who asks, as the policy sees them."""

from dataclasses import dataclass
from datetime import datetime

from flask import g

from app.access.grants import GRANTS, Can, Role
from app.core.journal import Actor

STAFF_ROLES = frozenset({Role.ADMINISTRATOR, Role.STAFF, Role.AUDITOR, Role.API_KEY})


@dataclass(frozen=True, slots=True)
class Principal:
    """A person, a guest, an API key or nobody; every decision is made on this and on nothing else."""

    role: Role | None = None
    id: str = ""
    """The person's id, the capability link's for a guest, the key's for a program."""
    name: str = ""
    organisation_id: str = ""
    customer_id: str | None = None
    lineage_id: str | None = None
    """A guest's one document (all its versions); None: everything of the customer."""
    session_id: str = ""
    language: str | None = None
    seen_before: datetime | None = None
    """When a person was last seen on the visit before this one; None on the first."""
    scopes: frozenset[Can] | None = None
    """What an API key was made for; None: all that the role may."""

    @property
    def is_known(self) -> bool:
        """True for everybody but nobody."""
        return self.role is not None

    @property
    def is_staff(self) -> bool:
        """True for who works for the organisation: its people, auditors included, and its keys."""
        return self.role in STAFF_ROLES

    @property
    def is_customer(self) -> bool:
        """True for contacts and guests of a customer."""
        return self.is_known and not self.is_staff

    @property
    def is_guest(self) -> bool:
        """True for somebody who came in by a link."""
        return self.role is Role.GUEST

    @property
    def actor(self) -> Actor:
        """The same one, as the journal names them."""
        kind = {Role.GUEST: "guest", Role.API_KEY: "key"}.get(self.role or Role.STAFF, "person")
        return Actor(kind, self.id, self.name)

    def may(self, permission: Can) -> bool:
        """Ask the table, and for a key its scopes too."""
        granted = self.role is not None and permission in GRANTS[self.role]
        return granted and (self.scopes is None or permission in self.scopes)


NOBODY = Principal()


def principal() -> Principal:
    """Return who sent this request; `app.principal` has found out before any view runs."""
    found: Principal = g.get("principal", NOBODY)
    return found
