"""The one who asks, as the policy sees them."""

from dataclasses import dataclass

from flask import g

from app.access.grants import GRANTS, Can, Role
from app.core.journal import Actor

STAFF_ROLES = frozenset({Role.ADMINISTRATOR, Role.STAFF, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Principal:
    """A person, a guest or nobody; every decision is made on this and on nothing else."""

    role: Role | None = None
    id: str = ""
    """The person's id, or the capability link's for a guest."""
    name: str = ""
    organisation_id: str = ""
    customer_id: str | None = None
    lineage_id: str | None = None
    """A guest's one document (all its versions); None: everything of the customer."""
    session_id: str = ""
    language: str | None = None

    @property
    def is_known(self) -> bool:
        """True for everybody but nobody."""
        return self.role is not None

    @property
    def is_staff(self) -> bool:
        """True for the organisation's own people, auditors included."""
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
        return Actor("guest" if self.is_guest else "person", self.id, self.name)

    def may(self, permission: Can) -> bool:
        """Ask the table."""
        return self.role is not None and permission in GRANTS[self.role]


NOBODY = Principal()


def principal() -> Principal:
    """Return who sent this request; `app.principal` has found out before any view runs."""
    found: Principal = g.get("principal", NOBODY)
    return found
