"""The one who asks, as the policy sees them."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import g

from app.access.grants import GRANTS, Can, Role
from app.access.proof import NOBODY_ASKS, Demand, Need
from app.access.rights import NEEDS, NOTHING, READING, Rights
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
    entered_id: str | None = None
    """The document (all its versions) whose link somebody came in by: shown to them, open or not."""
    open_on: date | None = None
    """Only what waits for somebody on this day is shown (PY-22); None: everything."""
    customer_name: str = ""
    below: tuple[tuple[str, str], ...] = ()
    """Id and name of each sub-customer, whose documents are seen too (PY-23)."""
    session_id: str = ""
    language: str | None = None
    seen_before: datetime | None = None
    """When a person was last seen on the visit before this one; None on the first."""
    scopes: frozenset[Can] | None = None
    """What an API key was made for; None: all that the role may."""
    rights: Rights = NOTHING
    """What is released to a customer's person or a guest; nobody else is asked for it."""
    demand: Demand = NOBODY_ASKS
    """What a customer's person or a guest has to prove, and whether they did."""
    is_confirmed: bool = False
    """Whether they showed lately that it is really them: what secures an account asks for it."""
    must_enrol: bool = False
    """Whether they have to set up a second factor before anything else."""
    through: Actor | None = None
    """Who of the organisation looks through this one's eyes; None: they are here themselves."""

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
    def customers(self) -> tuple[str, ...]:
        """The ids of the customers whose documents somebody of a customer sees, the own first."""
        own = () if self.customer_id is None else (self.customer_id,)
        return (*own, *(customer_id for customer_id, _name in self.below))

    def each(self) -> list["Principal"]:
        """Return the same one, once for each customer: no index knows an order over several."""
        if not self.below:
            return [self]
        return [replace(self, customer_id=one, below=()) for one in self.customers]

    @property
    def actor(self) -> Actor:
        """The same one, as the journal names them."""
        kind = {Role.GUEST: "guest", Role.API_KEY: "key"}.get(self.role or Role.STAFF, "person")
        return Actor(kind, self.id, self.name)

    def may(self, permission: Can, kind: str | None = None) -> bool:
        """Ask the table; for a key its scopes too, for a customer's person what is released.

        `kind` is the kind of document that it is about; without one: any.
        """
        if self.role is None or permission not in GRANTS[self.role]:
            return False
        if self.scopes is not None and permission not in self.scopes:
            return False
        if self.through is not None and permission not in READING:
            return False
        if self.demand.need_for(permission) is Need.CLOSED:
            return False
        action = NEEDS.get(permission)
        return action is None or self.is_staff or self.rights.allow(action, kind)

    @property
    def sees_account(self) -> bool:
        """True where nothing of the customer is left out: only then a statement of account is one."""
        return self.lineage_id is None and self.open_on is None

    def whose(self, customer_id: str | None) -> str | None:
        """Return the name of one of several customers that somebody sees; None where there is but one."""
        if not self.below:
            return None
        names = ((self.customer_id, self.customer_name), *self.below)
        return next((name for one, name in names if one == customer_id), None)

    def has_to_prove(self, permission: Can) -> bool:
        """Say whether they may, but have to prove first who they are."""
        return self.demand.need_for(permission) is Need.PROOF

    def may_now(self, permission: Can) -> bool:
        """Say whether they may, with nothing left to prove."""
        return self.may(permission) and not self.has_to_prove(permission)


NOBODY = Principal()


def principal() -> Principal:
    """Return who sent this request; `app.principal` has found out before any view runs."""
    found: Principal = g.get("principal", NOBODY)
    return found
