"""Writing a comment, changing it, taking it back."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, update

from app.access.principal import Principal
from app.comments import queries, rules
from app.comments.models import Comment, CommentFile
from app.comments.rules import Side
from app.core import clock, counters, ids
from app.core.db import insert, session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.documents.actions import publication
from app.documents.actions.keeping import Stored
from app.documents.models import Audience, Document
from app.notices import actions as notices

LINES = {Audience.CUSTOMER: "comment", Audience.INTERNAL: "internal_note"}
"""Audience → how its lines in the journal begin: who looks for comments never meets a note."""


class TooMany(Refused):
    """An author wrote more comments than anybody needs; what was typed can be sent later."""


def nobody_reads() -> Refused:
    """Return the refusal of a comment to customers who do not see its document."""
    return Refused(_("Customers do not see this document. Write an internal note instead."))


def add(
    who: Principal,
    document: Document,
    audience: Audience,
    text: str,
    files: Sequence[Stored],
    form_id: str,
) -> None:
    """Write a comment with its files; a form that is sent twice with the same text is one comment.

    Raises `Refused` where nobody of the audience could read it, `TooMany` for the author's 31st in an
    hour.
    """
    if not queries.may_write(who, document, audience):
        raise nobody_reads()
    if not counters.allow(f"comment:{who.id}", rules.PER_HOUR, timedelta(hours=1)):
        raise TooMany(
            _("You have written many comments within one hour. Wait a while, then send this one.")
        )
    comment_id = _insert(who, document, audience, text, form_id)
    if comment_id is None:
        return
    for place, file in enumerate(files):
        session().add(_file(document, comment_id, place, file))
    if audience is Audience.INTERNAL:
        publication.note("internal_note.added", document, who.actor, comment=comment_id)
    else:
        side = _side(who).value
        publication.announce("comment.added", document, who.actor, comment=comment_id, side=side)


def _insert(
    who: Principal, document: Document, audience: Audience, text: str, form_id: str
) -> str | None:
    """Write the row; None where the same form brought the same text before."""
    row = insert(Comment).values(
        id=ids.new(),
        organisation_id=document.organisation_id,
        document_id=document.id,
        version=document.version,
        lineage_id=document.lineage_id,
        customer_id=document.customer_id,
        audience=audience,
        side=_side(who),
        author_kind=who.actor.kind,
        author_id=who.id,
        author_name=who.name[:200],
        text=text,
        sent_as=rules.fingerprint(who.id, document.id, audience.value, form_id, text),
        created_at=clock.now(),
    )
    made = session().execute(row.on_conflict_do_nothing().returning(Comment.id)).first()
    return None if made is None else made.id


def _side(who: Principal) -> Side:
    return Side.HOUSE if who.is_staff else Side.CUSTOMER


def _file(document: Document, comment_id: str, place: int, file: Stored) -> CommentFile:
    return CommentFile(
        id=ids.new(),
        organisation_id=document.organisation_id,
        comment_id=comment_id,
        position=place,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
    )


def edit(who: Principal, document: Document, comment: Comment, text: str) -> None:
    """Change what one's comment says; raises `Refused` where it is too late."""
    _change(comment, text=text, edited_at=clock.now())
    publication.note(f"{LINES[comment.audience]}.edited", document, who.actor, comment=comment.id)


def withdraw(who: Principal, document: Document, comment: Comment) -> None:
    """Take one's comment back, text and files; raises `Refused` where it is too late."""
    _change(comment, text="", withdrawn_at=clock.now())
    gone = delete(CommentFile).where(CommentFile.comment_id == comment.id)
    session().execute(gone)
    if comment.audience is Audience.CUSTOMER:
        notices.unquote(("document", comment.document_id), "comment:")
    name = f"{LINES[comment.audience]}.withdrawn"
    publication.note(name, document, who.actor, comment=comment.id)


def refuse_late(comment: Comment) -> None:
    """Raise `Refused` where a comment cannot be changed any more."""
    if not rules.is_changeable(comment.created_at, comment.withdrawn_at, clock.now()):
        raise _too_late()


def _too_late() -> Refused:
    minutes = int(rules.CHANGEABLE.total_seconds()) // 60
    return Refused(
        _(
            "A comment can be changed or withdrawn for %(minutes)s minutes. It stays as it is; "
            "write another one.",
            minutes=minutes,
        )
    )


def _change(comment: Comment, **values: object) -> None:
    changed = (
        update(Comment)
        .where(
            Comment.id == comment.id,
            Comment.withdrawn_at.is_(None),
            Comment.created_at > rules.changeable_since(clock.now()),
        )
        .values(**values)
        .returning(Comment.id)
    )
    if session().execute(changed).first() is None:
        raise _too_late()
