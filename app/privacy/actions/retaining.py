"""What nobody needs after a while is deleted, in slices: raw answers of providers, old notices."""

from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core import clock, inbox
from app.core.db import Base, session
from app.notices.models import Notice
from app.ways_in.models import ArrivedMail

SLICE: Final = 1000
"""Rows that one sweep deletes of one table."""
RAW: Final = timedelta(days=90)
NOTICES: Final = timedelta(days=365)


def sweep() -> None:
    """Delete what is old, a slice of each table; the timetable comes again."""
    now = clock.now()
    _slice(ArrivedMail, ArrivedMail.id, ArrivedMail.settled_at < now - RAW)
    is_needed = exists().where(ArrivedMail.inbox_id == inbox.Message.id)
    _slice(inbox.Message, inbox.Message.id, (inbox.Message.applied_at < now - RAW) & ~is_needed)
    _slice(Notice, Notice.id, Notice.settled_at < now - NOTICES)


def _slice(table: type[Base], key: InstrumentedAttribute[str], old: ColumnElement[bool]) -> None:
    some = select(key).where(old).limit(SLICE)
    session().execute(
        delete(table).where(key.in_(some)).execution_options(synchronize_session=False)
    )
