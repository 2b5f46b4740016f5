"""Every look-up of comments. What exists for whom is said once, in `_readable`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, select, true, union_all

from app.access.grants import Can
from app.access.principal import Principal
from app.access.rights import Action
from app.comments.models import Comment, CommentFile
from app.comments.rules import SHOWN, Side
from app.core import ids
from app.core.db import session
from app.documents import queries as documents
from app.documents.models import Audience, Document
from app.documents.rules.life import FOR_CUSTOMERS
from app.identity.models import CapabilityLink, Person
from app.identity.rules import LinkPurpose
from app.organisations.models import Member

ANSWERS: Final = 100
"""Comments that are looked at for what the house has answered lately."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A part of what is said about a document to one audience, in the order of time."""

    audience: Audience
    comments: list[Comment]
    files: dict[str, list[CommentFile]]
    """Id of a comment → its files."""
    is_first: bool
    """False where there are older ones."""


def _readable(who: Principal) -> ColumnElement[bool]:
    """Return which comments exist for a principal: internal notes for who sees the desk, and nobody else."""
    mine = Comment.organisation_id == who.organisation_id
    to_customer = Comment.audience == Audience.CUSTOMER
    if who.is_staff:
        return and_(mine, true() if _reads_notes(who) else to_customer)
    return and_(mine, to_customer, Comment.customer_id.in_(who.customers))


def _reads_notes(who: Principal) -> bool:
    # Programs work for the house, but what they read leaves it.
    return who.is_staff and who.may(Can.SEE_DESK)


def audiences(who: Principal, document: Document) -> list[Audience]:
    """Return the threads beside a document that exist for a principal.

    Who looks through a contact's eyes sees what the contact sees; a right to write is not needed.
    """
    if not who.is_staff:
        is_released = who.rights.allow(Action.COMMENT, document.kind.value)
        return [Audience.CUSTOMER] if is_released else []
    to_customer = [Audience.CUSTOMER] if document.customer_id else []
    return [*to_customer, *([Audience.INTERNAL] if _reads_notes(who) else [])]


def may_write(who: Principal, document: Document, audience: Audience) -> bool:
    """Say whether a principal may write to an audience now."""
    if audience not in audiences(who, document):
        return False
    if not who.may(Can.COMMENT_DOCUMENTS, document.kind.value):
        return False
    return audience is Audience.INTERNAL or document.state in FOR_CUSTOMERS


def threads(
    who: Principal,
    document: Document,
    wanted: Sequence[Audience],
    *,
    before: str | None = None,
) -> list[Thread]:
    """Return the newest comments to each audience of `wanted`, or those `before` an id; one SELECT.

    An audience that does not exist for the principal is left out.
    """
    allowed = audiences(who, document)
    asked = [audience for audience in wanted if audience in allowed]
    if not asked:
        return []
    newest = [_newest(who, document, audience, before) for audience in asked]
    shown = union_all(*(select(each.subquery().c.id) for each in newest))
    rows = (
        select(Comment, CommentFile)
        .outerjoin(CommentFile, CommentFile.comment_id == Comment.id)
        .where(Comment.id.in_(shown))
        .order_by(Comment.id, CommentFile.position)
    )
    found = _Found()
    for comment, file in session().execute(rows):
        found.take(comment, file)
    return [found.thread(audience) for audience in asked]


def _newest(
    who: Principal, document: Document, audience: Audience, before: str | None
) -> Select[str]:
    """Return the ids of one page and of one comment more, which says that there are older ones."""
    rows = select(Comment.id).where(
        _readable(who), Comment.lineage_id == document.lineage_id, Comment.audience == audience
    )
    if audience is Audience.CUSTOMER:
        rows = rows.where(Comment.customer_id == document.customer_id)
    if before is not None:
        rows = rows.where(Comment.id < before)
    return rows.order_by(Comment.id.desc()).limit(SHOWN + 1)


def answered(who: Principal, shown: Iterable[Document], since: datetime) -> dict[str, Comment]:
    """Return the newest word of the house after `since` to each of a few documents, by lineage.

    One SELECT, from the index of threads; none where nothing can be found.
    """
    lineages = {one.lineage_id for one in shown if Audience.CUSTOMER in audiences(who, one)}
    if not lineages:
        return {}
    rows = select(Comment).where(
        _readable(who),
        Comment.lineage_id.in_(sorted(lineages)),
        Comment.audience == Audience.CUSTOMER,
        # An id says when it was made: the index of threads serves any period.
        Comment.id >= ids.first_of(since),
        Comment.side == Side.HOUSE,
        Comment.withdrawn_at.is_(None),
    )
    newest = list(session().scalars(rows.order_by(Comment.id.desc()).limit(ANSWERS)))
    return {one.lineage_id: one for one in reversed(newest)}


@dataclass
class _Found:
    """Rows of comments and files, as they come."""

    comments: dict[str, Comment] = field(default_factory=dict)
    files: dict[str, list[CommentFile]] = field(default_factory=dict)

    def take(self, comment: Comment, file: CommentFile | None) -> None:
        self.comments[comment.id] = comment
        if file is not None:
            self.files.setdefault(comment.id, []).append(file)

    def thread(self, audience: Audience) -> Thread:
        every = [one for one in self.comments.values() if one.audience is audience]
        return Thread(audience, every[-SHOWN:], self.files, len(every) <= SHOWN)


def commented(who: Principal, document_id: str) -> Document | None:
    """Return a document whose thread with the customer exists for a principal."""
    document = documents.one(who, document_id)
    if document is None or Audience.CUSTOMER not in audiences(who, document):
        return None
    return document


def own(who: Principal, document_id: str, comment_id: str) -> tuple[Document, Comment] | None:
    """Return one comment beside a document that the principal has written, whenever that was."""
    by_oneself = and_(Comment.author_kind == who.actor.kind, Comment.author_id == who.id)
    rows = _beside(who, document_id).where(Comment.id == comment_id, by_oneself)
    row = session().execute(rows).one_or_none()
    return None if row is None else (row[0], row[1])


def file(
    who: Principal, document_id: str, attachment_id: str
) -> tuple[Document, CommentFile] | None:
    """Return one file of a comment that exists for a principal."""
    rows = (
        _beside(who, document_id)
        .join(CommentFile, CommentFile.comment_id == Comment.id)
        .where(CommentFile.id == attachment_id)
        .add_columns(CommentFile)
    )
    row = session().execute(rows).one_or_none()
    if row is None or row[1].audience not in audiences(who, row[0]):
        return None
    return row[0], row[2]


def _beside(who: Principal, document_id: str) -> Select[Document, Comment]:
    return (
        documents.visible(who)
        .join(Comment, Comment.lineage_id == Document.lineage_id)
        .where(Document.id == document_id, _readable(who))
        .add_columns(Comment)
    )


def untold_authors(lineage_id: str) -> list[str]:
    """Return the ids of those who wrote to the other side what it has not been told of."""
    rows = select(Comment.author_id).where(*_untold(lineage_id)).distinct()
    return list(session().scalars(rows.order_by(Comment.author_id)))


def _untold(lineage_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Comment.lineage_id == lineage_id,
        Comment.audience == Audience.CUSTOMER,
        Comment.told_at.is_(None),
    )


def untold(lineage_id: str, author_id: str) -> list[Comment]:
    """Return what one author wrote to the other side and nobody was told of, the oldest first."""
    rows = select(Comment).where(*_untold(lineage_id), Comment.author_id == author_id)
    return list(session().scalars(rows.order_by(Comment.id)))


def count_of_files(comment_ids: Sequence[str]) -> int:
    """Return how many files came with these comments."""
    rows = select(CommentFile.id).where(CommentFile.comment_id.in_(comment_ids))
    return len(session().scalars(rows).all())


def members_who_wrote(lineage_id: str) -> list[Person]:
    """Return those who work for the house and wrote to the customer about a document."""
    wrote = select(Comment.author_id).where(
        Comment.lineage_id == lineage_id,
        Comment.audience == Audience.CUSTOMER,
        Comment.side == Side.HOUSE,
    )
    rows = (
        select(Person)
        .join(Member, Member.person_id == Person.id)
        .where(Person.id.in_(wrote), Person.disabled_at.is_(None))
    )
    return list(session().scalars(rows.order_by(Person.id)))


def open_links(lineage_id: str, customer_id: str, now: datetime) -> list[CapabilityLink]:
    """Return the links that went out with a document and are open at `now`, the newest first."""
    rows = select(CapabilityLink).where(
        CapabilityLink.lineage_id == lineage_id,
        CapabilityLink.customer_id == customer_id,
        CapabilityLink.purpose == LinkPurpose.DISPATCH,
        CapabilityLink.revoked_at.is_(None),
        CapabilityLink.expires_at > now,
    )
    return list(session().scalars(rows.order_by(CapabilityLink.id.desc())))
