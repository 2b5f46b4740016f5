"""Reports: what is mailed to whom and when, its runs and mails; dispatches counted by day

Revision: 0042, after 0041.
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

LATER = {"initially": "DEFERRED", "deferrable": True}
INTERVALS = ("at_once", "daily", "weekly", "monthly")
RUN_STATES = ("waiting", "sent", "quiet", "nobody", "failed")
LETTER_STATES = ("waiting", "sending", "sent", "lost", "failed", "withheld")
ANSWER = 500


def upgrade() -> None:
    _create_reports()
    _create_runs()
    _create_counts()
    # One index answers how many were made since when, by state and channel, and what they cost.
    op.drop_index("ix_dispatch_day", "dispatch")
    op.create_index(
        "ix_dispatch_day",
        "dispatch",
        ["organisation_id", "created_at", "state", "channel", "is_test", "cost_minor"],
    )


def downgrade() -> None:
    op.drop_index("ix_dispatch_day", "dispatch")
    op.create_index("ix_dispatch_day", "dispatch", ["organisation_id", "created_at", "state"])
    for table in ("dispatch_counted", "dispatch_pace", "dispatch_day"):
        op.drop_table(table)
    for table in ("report_letter", "report_run", "report_recipient", "report"):
        op.drop_table(table)


def _create_reports() -> None:
    lengths = {"id": 26, "organisation_id": 26, "owner_id": 26, "name": 100}
    op.create_table(
        "report",
        *_texts(lengths),
        _words("interval", INTERVALS),
        *(_integer(name) for name in ("minute", "weekday", "month_day")),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("channels", "groups")),
        *(_flag(name) for name in ("only_problems", "has_pdf", "has_csv")),
        _moment("covered_until", nullable=True),
        _moment("next_at", nullable=True),
        _moment("created_at"),
        _moment("removed_at", nullable=True),
        *_lengths("report", lengths),
        _key("report", "organisation_id", "organisation"),
        _key("report", "owner_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_index("ix_report_owner", "report", ["organisation_id", "owner_id", "id"])
    op.create_index("ix_report_next_at", "report", ["next_at"])
    lengths = dict.fromkeys(("id", "organisation_id", "report_id", "person_id"), 26)
    op.create_table(
        "report_recipient",
        *_texts(lengths),
        _flag("is_wanted"),
        _moment("left_at", nullable=True),
        *_lengths("report_recipient", lengths),
        _key("report_recipient", "organisation_id", "organisation"),
        _key("report_recipient", "report_id", "report"),
        _key("report_recipient", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_recipient")),
        sa.UniqueConstraint(
            "report_id", "person_id", name=op.f("uq_report_recipient_report_id_person_id")
        ),
    )
    op.create_index(op.f("ix_report_recipient_person_id"), "report_recipient", ["person_id"])


def _create_runs() -> None:
    lengths = dict.fromkeys(("id", "organisation_id", "report_id"), 26)
    op.create_table(
        "report_run",
        *_texts(lengths),
        *(_moment(name) for name in ("slot", "begins", "ends")),
        _flag("is_asked"),
        _words("state", RUN_STATES, "runstate"),
        sa.Column("figures", sa.JSON(none_as_null=True), nullable=True),
        _moment("created_at"),
        _moment("finished_at", nullable=True),
        *_lengths("report_run", lengths),
        _key("report_run", "organisation_id", "organisation"),
        _key("report_run", "report_id", "report"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_run")),
        sa.UniqueConstraint("report_id", "slot", name=op.f("uq_report_run_report_id_slot")),
    )
    op.create_index("ix_report_run_newest", "report_run", ["report_id", "id"])
    op.create_index("ix_report_run_created_at", "report_run", ["created_at"])
    lengths = dict.fromkeys(("id", "organisation_id", "run_id", "recipient_id"), 26)
    lengths["answer"] = ANSWER
    op.create_table(
        "report_letter",
        *_texts(lengths),
        _words("state", LETTER_STATES, "letterstate"),
        _moment("created_at"),
        _moment("settled_at", nullable=True),
        *_lengths("report_letter", lengths),
        _key("report_letter", "organisation_id", "organisation"),
        _key("report_letter", "run_id", "report_run"),
        _key("report_letter", "recipient_id", "report_recipient"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_letter")),
        sa.UniqueConstraint(
            "run_id", "recipient_id", name=op.f("uq_report_letter_run_id_recipient_id")
        ),
    )


def _create_counts() -> None:
    lengths = {"organisation_id": 26, "channel": 32, "state": 32}
    op.create_table(
        "dispatch_day",
        *_texts(lengths),
        sa.Column("day", sa.Date(), nullable=False),
        _integer("count"),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        *_lengths("dispatch_day", lengths),
        _key("dispatch_day", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint(
            "organisation_id", "day", "channel", "state", name=op.f("pk_dispatch_day")
        ),
    )
    lengths = {"organisation_id": 26, "channel": 32}
    op.create_table(
        "dispatch_pace",
        *_texts(lengths),
        sa.Column("day", sa.Date(), nullable=False),
        _integer("bucket"),
        _integer("count"),
        *_lengths("dispatch_pace", lengths),
        _key("dispatch_pace", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint(
            "organisation_id", "day", "channel", "bucket", name=op.f("pk_dispatch_pace")
        ),
    )
    op.create_table(
        "dispatch_counted",
        *_texts({"organisation_id": 26}),
        _moment("until"),
        *_lengths("dispatch_counted", {"organisation_id": 26}),
        _key("dispatch_counted", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_dispatch_counted")),
    )


def _texts(lengths: dict[str, int]) -> list[sa.Column[str]]:
    return [
        sa.Column(name, sa.String(length=most), nullable=False) for name, most in lengths.items()
    ]


def _lengths(table: str, lengths: dict[str, int]) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(f"length({name}) <= {most}", name=op.f(f"ck_{table}_{name}_length"))
        for name, most in lengths.items()
    ]


def _integer(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _words(column: str, words: tuple[str, ...], name: str = "") -> sa.Column[str]:
    kind = sa.Enum(
        *words, name=name or column, native_enum=False, create_constraint=True, length=32
    )
    return sa.Column(column, kind, nullable=False)


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, **LATER)
