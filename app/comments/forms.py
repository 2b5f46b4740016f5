"""The shape of what is written about a document, and the boxes that it is written in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from wtforms import HiddenField, MultipleFileField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.access.principal import Principal
from app.comments import queries, rules
from app.comments.models import Comment
from app.comments.queries import Thread
from app.core import clock, ids
from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.documents.models import Audience, Document
from app.web.forms import Form

PREFIXES = {Audience.CUSTOMER: "comment-", Audience.INTERNAL: "note-"}
"""Audience → how the names of its form's fields begin: staff have two forms on one page."""

_TEXT_RULES = [
    DataRequired(_l("Write something first.")),
    Length(
        max=rules.LONGEST,
        message=_l("This is too long: a comment has at most 4,000 characters."),
    ),
]


class Write(Form):
    """A new comment."""

    text = TextAreaField(_l("Your comment"), _TEXT_RULES, filters=[rules.clean])
    files = MultipleFileField(
        _l("Files"),
        [],
        description=_l("PDF, PNG, JPEG, CSV, XLSX, ODS or XML, at most 10, together 25 MB."),
        render_kw={"multiple": True},
    )
    once = HiddenField(validators=[Length(max=ids.LENGTH)])
    """Names this form: what it brings a second time is known already."""


class Edit(Form):
    """What a comment says from now on."""

    text = TextAreaField(_l("Your comment"), _TEXT_RULES, filters=[rules.clean])


AnyForm = TypeVar("AnyForm", Write, Edit)


@dataclass(frozen=True, slots=True)
class Box:
    """One thread as a page shows it."""

    thread: Thread
    form: Write | None
    """None for who reads only."""
    changeable: frozenset[str]
    """Ids of the comments that the reader may still change."""


def fresh(audience: Audience) -> Write:
    """Return an empty form for an audience."""
    form = _worded(Write(None, prefix=PREFIXES[audience]), audience)
    form.once.data = ids.new()
    return form


def sent(audience: Audience) -> Write:
    """Return the form that came with this request."""
    return _worded(Write(prefix=PREFIXES[audience]), audience)


def filled(comment: Comment) -> Edit:
    """Return the form that holds what a comment says now."""
    form = _worded(Edit(None), comment.audience)
    form.text.data = comment.text
    return form


def changed(comment: Comment) -> Edit:
    """Return the form that came with this request for a comment."""
    return _worded(Edit(), comment.audience)


def _worded(form: AnyForm, audience: Audience) -> AnyForm:
    if audience is Audience.INTERNAL:
        form.text.label.text = _("Your note")
    return form


def boxes(
    who: Principal,
    document: Document,
    wanted: Sequence[Audience] = tuple(Audience),
    *,
    before: str | None = None,
    form: Write | None = None,
) -> dict[Audience, Box]:
    """Return the threads of `wanted` that a reader has a use for, each with its form.

    `before` asks for older comments, below which nothing is written; `form` is what was sent.
    """
    found = {}
    for thread in queries.threads(who, document, wanted, before=before):
        audience = thread.audience
        may_write = before is None and queries.may_write(who, document, audience)
        if may_write or thread.comments or before is not None:
            own = (form or fresh(audience)) if may_write else None
            found[audience] = Box(thread, own, _changeable(who, thread.comments))
    return found


def _changeable(who: Principal, comments: Sequence[Comment]) -> frozenset[str]:
    now, author = clock.now(), (who.actor.kind, who.id)
    return frozenset(
        one.id
        for one in comments
        if (one.author_kind, one.author_id) == author
        and rules.is_changeable(one.created_at, one.withdrawn_at, now)
        and who.through is None
    )


def beside(who: Principal, document: Document) -> dict[str, Any]:
    """Return what a document's page shows of its threads: two for staff, one for customers."""
    found = boxes(who, document)
    return {
        "comments": found.get(Audience.CUSTOMER),
        "notes": found.get(Audience.INTERNAL),
    }
