"""Look-ups of an organisation's provider of identities."""

from sqlalchemy import select

from app.access.grants import Role
from app.core.db import session
from app.identity import queries as identity
from app.identity.models import Person, SignInProvider
from app.organisations.models import Member, Organisation


def by_slug(slug: str) -> tuple[Organisation, SignInProvider] | None:
    """Return an organisation and its provider; None where it has none, or it is switched off."""
    rows = (
        select(Organisation, SignInProvider)
        .join(SignInProvider, SignInProvider.organisation_id == Organisation.id)
        .where(Organisation.slug == slug, SignInProvider.is_on.is_(True))
    )
    row = session().execute(rows).one_or_none()
    return None if row is None else (row.Organisation, row.SignInProvider)


def by_id(organisation_id: str) -> tuple[Organisation, SignInProvider] | None:
    """Return the same by the organisation's id."""
    house = session().get(Organisation, organisation_id)
    return None if house is None else by_slug(house.slug)


def is_working_here(person: Person, organisation_id: str) -> bool:
    """Say whether somebody is a member of an organisation whose access is open."""
    rows = select(Member.person_id).where(
        Member.person_id == person.id, Member.organisation_id == organisation_id
    )
    return person.disabled_at is None and session().scalar(rows) is not None


def keeps_a_way(organisation_id: str) -> list[Person]:
    """Return the administrators who could still come in if the provider did not answer."""
    rows = (
        select(Person)
        .join(Member, Member.person_id == Person.id)
        .where(
            Member.organisation_id == organisation_id,
            Member.role == Role.ADMINISTRATOR.value,
            Person.disabled_at.is_(None),
            Person.password_hash.is_not(None),
        )
        .order_by(Person.name, Person.id)
        .limit(20)
    )
    return [person for person in session().scalars(rows) if identity.keeps_own_way(person)]
