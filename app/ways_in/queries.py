"""Every look-up of the ways in."""

from dataclasses import dataclass

from sqlalchemy import Select, select

from app.core.db import session
from app.documents import queries as documents
from app.documents.models import Content, Document
from app.documents.rules.findings import Finding
from app.intake.models import Intake, IntakeItem, ItemState
from app.organisations.models import Organisation
from app.ways_in.models import ArrivedMail, DroppedFile, MailIn


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file that came in."""

    name: str
    state: ItemState
    document: Document | None
    findings: tuple[Finding, ...]


def organisations() -> list[Organisation]:
    """Return every tenant: each has a drop folder."""
    return list(session().scalars(select(Organisation).order_by(Organisation.slug)))


def known_drops(ids: list[str]) -> set[str]:
    """Return which of these claimed files are on record already."""
    rows = select(DroppedFile.id).where(DroppedFile.id.in_(ids))
    return set(session().scalars(rows))


def settled_drops(limit: int) -> list[tuple[DroppedFile, Outcome | None]]:
    """Return dropped files whose result is known and that still lie in `work/`, the oldest first.

    None instead of an outcome stands for a file that was refused.
    """
    rows = (
        select(DroppedFile, IntakeItem, Document, Content)
        .outerjoin(IntakeItem, IntakeItem.id == DroppedFile.item_id)
        .outerjoin(Document, Document.id == IntakeItem.document_id)
        .outerjoin(Content, Content.document_id == Document.id)
        .where(
            DroppedFile.settled_at.is_(None),
            DroppedFile.item_id.is_(None) | (IntakeItem.state != ItemState.WAITING),
        )
        .order_by(DroppedFile.id)
        .limit(limit)
    )
    found = session().execute(rows).all()
    return [(row[0], _outcome(*row[1:]) if row[1] else None) for row in found]


def mail_in_of(organisation_id: str) -> MailIn | None:
    """Return an organisation's address for documents; None where it never had one."""
    return session().get(MailIn, organisation_id)


def mail_in_by_slug(slug: str) -> tuple[Organisation, MailIn] | None:
    """Return the organisation with a short name and its address for documents."""
    rows = (
        select(Organisation, MailIn)
        .join(MailIn, MailIn.organisation_id == Organisation.id)
        .where(Organisation.slug == slug)
    )
    found = session().execute(rows).one_or_none()
    return None if found is None else (found[0], found[1])


def arrived(inbox_id: str) -> ArrivedMail | None:
    """Return what was read of a message of the inbox; for jobs."""
    return session().scalar(select(ArrivedMail).where(ArrivedMail.inbox_id == inbox_id))


def arrived_by_id(mail_id: str) -> ArrivedMail | None:
    """Return a mail that was read; for jobs."""
    return session().get(ArrivedMail, mail_id)


def outcomes(intake_id: str) -> list[Outcome]:
    """Return what became of each file of an intake, in their order."""
    rows = _results().where(IntakeItem.intake_id == intake_id).order_by(IntakeItem.position)
    return [_outcome(*row) for row in session().execute(rows)]


def intake_by_id(intake_id: str) -> Intake:
    """Return an intake that exists; for jobs."""
    return session().get_one(Intake, intake_id)


def _results() -> Select[IntakeItem, Document, Content]:
    return (
        select(IntakeItem, Document, Content)
        .outerjoin(Document, Document.id == IntakeItem.document_id)
        .outerjoin(Content, Content.document_id == Document.id)
    )


def _outcome(item: IntakeItem, document: Document | None, content: Content | None) -> Outcome:
    findings = tuple(documents.findings_of(content)) if content is not None else ()
    return Outcome(item.name, item.state, document, findings)
