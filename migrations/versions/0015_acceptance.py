"""Answers to quotes, renditions with their stamp, and what an organisation asks of who accepts

Revision: 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

LATER = {"initially": "DEFERRED", "deferrable": True}
ANSWERS = ("accepted", "rejected", "revision_asked")
ASKED = ("never", "optional", "required")
REASONS = ("price", "terms", "another", "not_needed", "other")
FORMS = ("pdf", "facturx", "ubl", "cii")
HOLDS = sa.text("reopened_at IS NULL")


def upgrade() -> None:
    # Written out: both databases know it, and SQLite need not copy tables that others refer to.
    op.execute(
        "ALTER TABLE document ADD COLUMN answer VARCHAR(32)"
        f" CONSTRAINT ck_document_answer CHECK (answer IN {ANSWERS})"
    )
    op.add_column("document", sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
    _add_asked("quote_order_number", "optional")
    _add_asked("quote_cost_centre", "never")
    _create_answers()
    _stamped((*FORMS, "stamped"), ["document_id", "form"], ["document_id", "form", "answer_id"])


def downgrade() -> None:
    op.execute("DELETE FROM rendition WHERE form = 'stamped'")
    _stamped(FORMS, ["document_id", "form", "answer_id"], ["document_id", "form"])
    op.drop_table("quote_answer")
    op.drop_column("organisation", "quote_cost_centre")
    op.drop_column("organisation", "quote_order_number")
    op.drop_column("document", "answered_at")
    op.drop_column("document", "answer")


def _add_asked(column: str, default: str) -> None:
    op.execute(
        f"ALTER TABLE organisation ADD COLUMN {column} VARCHAR(32) DEFAULT '{default}' NOT NULL"
        f" CONSTRAINT ck_organisation_{column} CHECK ({column} IN {ASKED})"
    )


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _create_answers() -> None:
    lengths = {"id": 26, "document_id": 26, "by_kind": 16, "by_id": 64, "by_name": 200}
    lengths |= {"name": 200, "order_number": 100, "cost_centre": 100, "words": 2000}
    lengths |= {"reopened_by": 200, "reopened_because": 500}
    texts = {
        name: sa.Column(name, sa.String(length=most), nullable=name.startswith("reopened"))
        for name, most in lengths.items()
    }
    op.create_table(
        "quote_answer",
        *texts.values(),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("answer", _words("answer", *ANSWERS), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", _words("reason", *REASONS), nullable=True),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.CheckConstraint(
                f"length({name}) <= {most}", name=op.f(f"ck_quote_answer_{name}_length")
            )
            for name, most in lengths.items()
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "document_id"],
            ["document.organisation_id", "document.id"],
            name=op.f("fk_quote_answer_organisation_id_document_id"),
            **LATER,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_quote_answer_organisation_id"),
            **LATER,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_answer")),
    )
    op.create_index("ix_quote_answer_document", "quote_answer", ["document_id", "id"])
    op.create_index(
        "uq_quote_answer_holds",
        "quote_answer",
        ["document_id"],
        unique=True,
        sqlite_where=HOLDS,
        postgresql_where=HOLDS,
    )


def _stamped(forms: tuple[str, ...], before: list[str], after: list[str]) -> None:
    """Let a rendition be of one answer; no table refers to it, so that SQLite may copy it."""
    is_new = "answer_id" in after
    with op.batch_alter_table("rendition") as table:
        table.drop_constraint(op.f(f"uq_rendition_{'_'.join(before)}"), type_="unique")
        table.drop_constraint(op.f("ck_rendition_form"), type_="check")
        if is_new:
            table.add_column(
                sa.Column("answer_id", sa.String(length=26), nullable=False, server_default="")
            )
        else:
            table.drop_constraint(op.f("ck_rendition_answer_id_length"), type_="check")
            table.drop_column("answer_id")
    with op.batch_alter_table("rendition") as table:
        table.create_check_constraint(op.f("ck_rendition_form"), f"form IN {forms}")
        if is_new:
            table.create_check_constraint(
                op.f("ck_rendition_answer_id_length"), "length(answer_id) <= 26"
            )
        table.create_unique_constraint(op.f(f"uq_rendition_{'_'.join(after)}"), after)
