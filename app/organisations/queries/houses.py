"""Every look-up of organisations, their members, and the keys of their programs."""

from sqlalchemy import ColumnElement, false, select

from app.access.principal import Principal
from app.core import tokens
from app.core.db import session
from app.identity.models import ApiKey, Person
from app.organisations.models import KeptLogo, Member, Organisation
from app.organisations.rules import MemberRole
from app.organisations.rules.branding import Ending


def keyed(token: str) -> tuple[ApiKey, Organisation] | None:
    """Return the API key that a token stands for, revoked or not, and its organisation."""
    row = (
        session()
        .execute(
            select(ApiKey, Organisation)
            .join(Organisation, Organisation.id == ApiKey.organisation_id)
            .where(ApiKey.token_hash == tokens.fingerprint(token))
        )
        .one_or_none()
    )
    return None if row is None else (row.ApiKey, row.Organisation)


def organisation_by_id(organisation_id: str) -> Organisation:
    """Return a tenant; for jobs and the principal. It must exist."""
    return session().get_one(Organisation, organisation_id)


def organisation_by_slug(slug: str) -> Organisation | None:
    """Return the tenant with a short name."""
    return session().scalar(select(Organisation).where(Organisation.slug == slug))


def all_organisations() -> list[Organisation]:
    """Return every tenant of the installation; for commands and housekeeping."""
    return list(session().scalars(select(Organisation).order_by(Organisation.id)))


def organisation_at(host: str) -> Organisation | None:
    """Return the tenant whose addresses lead to a host (`example.org:8080`), if it is the only one."""
    origins = [f"https://{host}", f"http://{host}"]
    rows = select(Organisation).where(Organisation.base_url.in_(origins))
    found = session().scalars(rows.limit(2)).all()
    return found[0] if len(found) == 1 else None


def keeper_of_logo(sha256: str, ending: Ending) -> str | None:
    """Return the id of a tenant in whose part of the store a logo lies; None for all other bytes."""
    rows = select(KeptLogo.organisation_id).where(
        KeptLogo.sha256 == sha256, KeptLogo.ending == ending
    )
    return session().scalar(rows.limit(1))


def hold_organisation(organisation_id: str) -> None:
    """Keep others from adding to a tenant until this transaction ends (SQLite does so anyway)."""
    session().execute(
        select(Organisation.id).where(Organisation.id == organisation_id).with_for_update()
    )


def organisation_of(who: Principal) -> Organisation:
    """Return the tenant of a principal."""
    return organisation_by_id(who.organisation_id)


def members(who: Principal) -> list[tuple[Member, Person]]:
    """Return those who work for the principal's organisation, by name."""
    rows = (
        select(Member, Person)
        .join(Person, Person.id == Member.person_id)
        .where(Member.organisation_id == who.organisation_id, staff_only(who))
        .order_by(Person.name, Person.id)
    )
    return [(row.Member, row.Person) for row in session().execute(rows)]


def administrators(organisation_id: str) -> list[Person]:
    """Return who runs a tenant and can sign in: who is told what may need a hand."""
    rows = (
        select(Person)
        .join(Member, Member.person_id == Person.id)
        .where(
            Member.organisation_id == organisation_id,
            Member.role == MemberRole.ADMINISTRATOR,
            Person.disabled_at.is_(None),
        )
    )
    return list(session().scalars(rows.order_by(Person.id)))


def member(who: Principal, person_id: str) -> Person | None:
    """Return one member of the principal's organisation."""
    return next((person for _, person in members(who) if person.id == person_id), None)


def staff_only(who: Principal) -> ColumnElement[bool]:
    """Return the condition that nobody but the organisation's own people sees anything."""
    return ~false() if who.is_staff else false()
