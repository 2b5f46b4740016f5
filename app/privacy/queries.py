"""What is known about somebody: rows of every table, found by the register."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, false, func, or_, select

from app.access.principal import Principal
from app.access_letters import models as access_letters  # noqa: F401 - no job imports this table
from app.core.db import Base, session
from app.documents.models import Document, File
from app.identity.models import Person
from app.master_data import models as master_data  # noqa: F401 - nor these
from app.organisations.models import Contact, Customer, Member, Recipient
from app.organisations.queries.houses import staff_only
from app.organisations.rules import MemberRole
from app.portal import models as portal  # noqa: F401 - nor this one
from app.privacy.models import Erasure, PrivacyExport
from app.privacy.rules import Subject, SubjectKind, Treatment
from app.privacy.rules.register import TREATMENTS
from app.sign_up import models as sign_up  # noqa: F401 - nor this one


@dataclass(frozen=True, slots=True)
class Known:
    """How much of somebody one table holds, and what would become of it."""

    table: str
    rows: int
    treatment: Treatment


def person(who: Principal, person_id: str) -> Person | None:
    """Return a person of the same organisation, for those who work there."""
    own = select(Person).where(
        Person.id == person_id, Person.organisation_id == who.organisation_id, staff_only(who)
    )
    return session().scalar(own)


def of_person(one: Person) -> Subject:
    """Return a login as a subject."""
    return Subject(SubjectKind.PERSON, one.id, one.organisation_id, frozenset({one.email}))


def of_customer(one: Customer) -> Subject:
    """Return a customer as a subject, with every address of it and its people."""
    people = select(Person.email).join(Contact, Contact.person_id == Person.id)
    found = {one.email or ""}
    found.update(session().scalars(people.where(Contact.customer_id == one.id)))
    recipients = select(Recipient.email).where(Recipient.customer_id == one.id)
    found.update(email or "" for email in session().scalars(recipients))
    emails = frozenset(email.lower() for email in found if email)
    return Subject(SubjectKind.CUSTOMER, one.id, one.organisation_id, emails)


def by_id(kind: SubjectKind, subject_id: str) -> tuple[Subject, str] | None:
    """Return a subject and its name; for jobs."""
    if kind is SubjectKind.PERSON:
        login = session().get(Person, subject_id)
        return None if login is None else (of_person(login), login.name)
    customer = session().get(Customer, subject_id)
    return None if customer is None else (of_customer(customer), customer.name)


def known(subject: Subject) -> list[Known]:
    """Return every table that knows somebody, with how many rows; one statement for each table."""
    found = []
    for name, treatment in TREATMENTS.items():
        counted = select(func.count()).select_from(_table(name)).where(condition(name, subject))
        rows = session().scalar(counted) or 0
        if rows:
            found.append(Known(name, rows, treatment))
    return found


def rows(name: str, subject: Subject) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table about somebody, without the machine's own secrets."""
    table, secret = _table(name), TREATMENTS[name].secret
    columns = [one for one in table.columns if one.name not in secret and not _is_sealed(one)]
    found = select(*columns).where(condition(name, subject)).order_by(*table.primary_key.columns)
    for row in session().execute(found.execution_options(yield_per=500)):
        yield {column.name: row[place] for place, column in enumerate(columns)}


def condition(name: str, subject: Subject) -> ColumnElement[bool]:
    """Return which rows of a table are about somebody."""
    table, treatment = _table(name), TREATMENTS[name]
    own = treatment.person if subject.kind is SubjectKind.PERSON else treatment.customer
    parts: list[ColumnElement[bool]] = [table.c[column] == subject.id for column in own]
    if subject.emails:
        parts += [table.c[column].in_(subject.emails) for column in treatment.email]
    for column, other, others_column in treatment.via:
        if _is_known_through(other, subject):
            inner = select(_table(other).c[others_column]).where(condition(other, subject))
            parts.append(table.c[column].in_(inner))
    if not parts:
        return false()
    matching = or_(*parts)
    if "organisation_id" in table.c:
        matching = matching & (table.c.organisation_id == subject.organisation_id)
    return matching


def _is_known_through(name: str, subject: Subject) -> bool:
    """Say whether a table knows this kind of subject; a person is not all of their customer."""
    treatment = TREATMENTS[name]
    own = treatment.person if subject.kind is SubjectKind.PERSON else treatment.customer
    through = any(_is_known_through(other, subject) for _column, other, _others in treatment.via)
    return bool(own or through or (treatment.email and subject.emails))


def newest_issue(subject: Subject) -> date | None:
    """Return when the newest document that somebody can be part of was issued; None without any.

    A contact is part of their customer's, who works here of everybody's.
    """
    newest = select(func.max(Document.listed_on)).where(
        Document.organisation_id == subject.organisation_id
    )
    if subject.kind is SubjectKind.CUSTOMER:
        newest = newest.where(Document.customer_id == subject.id)
    elif (contact := session().get(Contact, subject.id)) is not None:
        newest = newest.where(Document.customer_id == contact.customer_id)
    return session().scalar(newest)


def files(subject: Subject) -> list[tuple[str, File]]:
    """Return every file of a customer's documents, with the document's number."""
    if subject.kind is SubjectKind.PERSON:
        return []
    found = (
        select(Document.number, File)
        .join(File, File.document_id == Document.id)
        .where(Document.customer_id == subject.id)
        .order_by(Document.id, File.position)
    )
    return [(row[0], row[1]) for row in session().execute(found)]


def is_last_administrator(one: Person) -> bool:
    """Say whether nobody else runs the organisation."""
    others = (
        select(func.count())
        .select_from(Member)
        .join(Person, Person.id == Member.person_id)
        .where(
            Member.organisation_id == one.organisation_id,
            Member.role == MemberRole.ADMINISTRATOR,
            Member.person_id != one.id,
            Person.disabled_at.is_(None),
        )
    )
    mine = session().get(Member, one.id)
    is_one = mine is not None and mine.role is MemberRole.ADMINISTRATOR
    return is_one and not session().scalar(others)


def erasure(subject: Subject) -> Erasure | None:
    """Return that somebody was forgotten already."""
    mine = select(Erasure).where(
        Erasure.organisation_id == subject.organisation_id,
        Erasure.subject_kind == subject.kind,
        Erasure.subject_id == subject.id,
    )
    return session().scalar(mine)


def due(today: date, limit: int) -> list[Erasure]:
    """Return whom nothing holds any longer; for housekeeping."""
    over = select(Erasure).where(Erasure.finished_at.is_(None), Erasure.held_until < today)
    return list(session().scalars(over.order_by(Erasure.id).limit(limit)))


def all_erasures() -> list[Erasure]:
    """Return everybody who was forgotten; after a backup was restored."""
    return list(session().scalars(select(Erasure).order_by(Erasure.id)))


def export(who: Principal, privacy_export_id: str) -> PrivacyExport | None:
    """Return an export of the same organisation, for those who work there."""
    own = select(PrivacyExport).where(
        PrivacyExport.id == privacy_export_id,
        PrivacyExport.organisation_id == who.organisation_id,
        staff_only(who),
    )
    return session().scalar(own)


def export_by_id(export_id: str) -> PrivacyExport | None:
    """Return an export; for jobs."""
    return session().get(PrivacyExport, export_id)


def exports_of(subject_id: str, limit: int = 5) -> list[PrivacyExport]:
    """Return the newest exports about somebody."""
    mine = select(PrivacyExport).where(PrivacyExport.subject_id == subject_id)
    return list(session().scalars(mine.order_by(PrivacyExport.id.desc()).limit(limit)))


def expired(now: datetime, limit: int) -> list[PrivacyExport]:
    """Return exports whose time is over, for housekeeping."""
    over = select(PrivacyExport).where(PrivacyExport.expires_at <= now)
    return list(session().scalars(over.limit(limit)))


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _is_sealed(column: Any) -> bool:
    return bool(column.info.get("sealed"))
