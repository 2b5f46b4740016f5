"""What somebody sent before they had proved who they are: kept until they have, so that nothing is lost."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ForeignKey, Index, LargeBinary, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, ids, sealing
from app.core.db import Base, session

KEPT: Final = timedelta(hours=1)
MOST: Final = 5
"""Of one session; who sends more loses the oldest."""


class ParkedRequest(Base):
    """One POST of one session, byte for byte; nobody but that session can ask for it."""

    __tablename__ = "parked_request"
    __table_args__ = (Index("ix_parked_request_created_at", "created_at"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("login_session.id"), index=True)
    path: Mapped[str] = mapped_column(String(2000))
    """With its query."""
    came_from: Mapped[str] = mapped_column(String(2000))
    """The path of the page that held the form."""
    content_type: Mapped[str] = mapped_column(String(200))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed: somebody may have typed a secret."""
    created_at: Mapped[datetime]

    @property
    def content(self) -> bytes:
        """The body as it was sent."""
        return sealing.unseal_bytes(self.body)


def park(session_id: str, path: str, came_from: str, content_type: str, body: bytes) -> str:
    """Keep a request and return the id under which it can be sent on."""
    _make_room(session_id)
    parked = ParkedRequest(
        id=ids.new(),
        session_id=session_id,
        path=path[:2000],
        came_from=came_from[:2000],
        content_type=content_type[:200],
        body=sealing.seal_bytes(body),
        created_at=clock.now(),
    )
    session().add(parked)
    return parked.id


def _make_room(session_id: str) -> None:
    newest = (
        select(ParkedRequest.id)
        .where(ParkedRequest.session_id == session_id)
        .order_by(ParkedRequest.id.desc())
        .limit(MOST - 1)
    )
    session().execute(
        delete(ParkedRequest)
        .where(ParkedRequest.session_id == session_id, ParkedRequest.id.not_in(newest))
        .execution_options(synchronize_session=False)
    )


def one(session_id: str, parked_id: str) -> ParkedRequest | None:
    """Return what a session has parked; None once it was sent on, or for anybody else's."""
    mine = select(ParkedRequest).where(
        ParkedRequest.id == parked_id,
        ParkedRequest.session_id == session_id,
        ParkedRequest.created_at > clock.now() - KEPT,
    )
    return session().scalar(mine)


def take(session_id: str, parked_id: str) -> bool:
    """Take a request out to send it on; False where somebody else was faster."""
    taken = session().execute(
        delete(ParkedRequest)
        .where(ParkedRequest.id == parked_id, ParkedRequest.session_id == session_id)
        .returning(ParkedRequest.id)
    )
    return taken.first() is not None


def sweep() -> None:
    """Forget what nobody came back for."""
    session().execute(delete(ParkedRequest).where(ParkedRequest.created_at <= clock.now() - KEPT))
