"""Tables of what came in: batches, and the files of each."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.progress import WorkState


class Source(StrEnum):
    """The ways in."""

    BROWSER = "browser"
    COMMAND = "command"
    API = "api"
    DROP_FOLDER = "drop_folder"
    MAIL = "mail"


class Intake(Base):
    """Files that came in together."""

    __tablename__ = "intake"
    __table_args__ = (
        Index("ix_intake_organisation", "organisation_id", "id"),
        Index("ix_intake_state", "organisation_id", "state", "id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    by_name: Mapped[str] = mapped_column(String(200))
    source: Mapped[Source] = mapped_column(default=Source.BROWSER)
    created_at: Mapped[datetime]
    total: Mapped[int]
    creates_customers: Mapped[bool]
    """Whether customers that are not known yet are made without asking."""
    state: Mapped[WorkState]
    resumed_at: Mapped[datetime | None]
    """When it was begun again; None: it never was."""
    done_before: Mapped[int] = mapped_column(default=0)
    """How many files were done by then."""


class ItemState(StrEnum):
    """How far one file of an intake has come."""

    WAITING = "waiting"
    TAKEN_IN = "taken_in"
    HELD = "held"
    KNOWN = "known"
    """The same bytes are there already: nothing new."""
    FAILED = "failed"
    QUARANTINED = "quarantined"
    """It holds malware: kept, and never handed to anybody."""


class IntakeItem(Base):
    """One file of an intake."""

    __tablename__ = "intake_item"
    __table_args__ = (
        UniqueConstraint("intake_id", "position"),
        Index("ix_intake_item_state", "intake_id", "state", "position"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    intake_id: Mapped[str] = mapped_column(ForeignKey("intake.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    state: Mapped[ItemState]
    is_promised: Mapped[bool] = mapped_column(default=False)
    """Whether its turn has come; of the files that wait only a few have a promise at a time."""
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    malware: Mapped[str | None] = mapped_column(String(200))
    """What was found in it, in the scanner's words."""


class TableState(StrEnum):
    """Where a table with its archive stands."""

    DRAFT = "draft"
    """Its columns are being chosen; nothing was taken in yet."""
    STARTED = "started"


class IntakeTable(Base):
    """A table of data with an archive of PDFs, and which column means what."""

    __tablename__ = "intake_table"
    __table_args__ = (
        Index("ix_intake_table_organisation", "organisation_id", "state", "id"),
        Index("ix_intake_table_expiry", "state", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    by_id: Mapped[str] = mapped_column(String(64))
    by_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    state: Mapped[TableState]
    table_name: Mapped[str] = mapped_column(String(200))
    table_sha256: Mapped[str] = mapped_column(String(64))
    archive_name: Mapped[str] = mapped_column(String(200))
    archive_sha256: Mapped[str] = mapped_column(String(64))
    contents_sha256: Mapped[str] = mapped_column(String(64))
    """What both were read as, in the storage: a table is read once."""
    rows: Mapped[int]
    files: Mapped[int]
    columns: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What somebody chose; None until then."""
    intake_id: Mapped[str | None] = mapped_column(ForeignKey("intake.id"))
    unpacked: Mapped[int]
    """How many files of the intake lie in the storage by themselves."""


class IntakeRow(Base):
    """What a row of a table says about one file of an intake."""

    __tablename__ = "intake_row"

    item_id: Mapped[str] = mapped_column(ForeignKey("intake_item.id"), primary_key=True)
    table_id: Mapped[str] = mapped_column(ForeignKey("intake_table.id"))
    number: Mapped[int]
    """The row that spreadsheets show, from 1."""
    entry: Mapped[str] = mapped_column(String(400))
    """The file's path in the archive."""
    described: Mapped[dict[str, Any]] = mapped_column(JSON)


class ColumnMapping(Base):
    """Which column meant what, the last time that a table had these headings."""

    __tablename__ = "column_mapping"

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    signature: Mapped[str] = mapped_column(String(64), primary_key=True)
    columns: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime]
