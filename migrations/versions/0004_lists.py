"""Orders, words of files' names, currencies, saved filters, exports; an index per order

Revision: 0004, after 0003.
"""

import json
import re
from pathlib import PurePosixPath

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CUSTOMER = ["organisation_id", "customer_id"]
PART = ["state", "kind"]
DUE_BEFORE = [*CUSTOMER, *PART, "due_date"]
INDEXES = {
    "ix_document_due": [*DUE_BEFORE, "id"],
    "ix_document_customer_amount": [*CUSTOMER, *PART, "total_minor", "id"],
    "ix_document_customer_number": [*CUSTOMER, *PART, "number_sort", "id"],
    "ix_document_state_due": ["organisation_id", *PART, "due_date", "id"],
    "ix_document_state_amount": ["organisation_id", *PART, "total_minor", "id"],
    "ix_document_state_number": ["organisation_id", *PART, "number_sort", "id"],
    "ix_document_order": ["organisation_id", "is_current", "order_sort"],
    "ix_document_customer_order": [*CUSTOMER, "is_current", "order_sort"],
}
SORTABLE = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")
BATCH = 1_000
WORD = re.compile(r"[^\W_]+")


def upgrade() -> None:
    # Said in SQL: SQLite would copy the whole table to add a column with a check.
    collation = ' COLLATE "C"' if op.get_bind().dialect.name == "postgresql" else ""
    for name, how in (("order_number", ""), ("order_sort", collation)):
        op.execute(
            f"ALTER TABLE document ADD COLUMN {name} VARCHAR(100){how}"
            f" CONSTRAINT ck_document_{name}_length CHECK (length({name}) <= 100)"
        )
    _tables()
    _export()
    # Filled before they are indexed.
    _fill_orders()
    _fill_words()
    op.execute(
        "INSERT INTO document_currency (organisation_id, currency)"
        " SELECT DISTINCT organisation_id, currency FROM document WHERE currency IS NOT NULL"
    )
    if op.get_bind().dialect.name == "postgresql":
        # Checks what was filled in now: a table with checks to come gets no index.
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.drop_index("ix_document_due", table_name="document")
    for name, columns in INDEXES.items():
        op.create_index(name, "document", columns)
    words = ["word", "document_id"]
    op.create_index(
        "ix_document_file_word_house", "document_file_word", ["organisation_id", *words]
    )
    op.create_index("ix_document_file_word_customer", "document_file_word", [*CUSTOMER, *words])


def downgrade() -> None:
    for name in reversed(INDEXES):
        op.drop_index(name, table_name="document")
    op.create_index("ix_document_due", "document", DUE_BEFORE)
    for table in ("export", "document_filter", "document_currency", "document_file_word"):
        op.drop_table(table)
    for name in ("order_sort", "order_number"):
        op.execute(f"ALTER TABLE document DROP COLUMN {name}")


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=name, initially="DEFERRED", deferrable=True
    )


def _length(table: str, column: str, most: int) -> sa.CheckConstraint:
    return sa.CheckConstraint(
        f"length({column}) <= {most}", name=op.f(f"ck_{table}_{column}_length")
    )


def _tables() -> None:
    word, currency, kept = "document_file_word", "document_currency", "document_filter"
    op.create_table(
        word,
        sa.Column("document_id", sa.String(26), nullable=False),
        sa.Column("word", SORTABLE, nullable=False),
        sa.Column("organisation_id", sa.String(26), nullable=False),
        sa.Column("customer_id", sa.String(26), nullable=True),
        _length(word, "word", 40),
        _length(word, "customer_id", 26),
        _reference(word, "document_id", "document"),
        _reference(word, "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("document_id", "word", name=op.f(f"pk_{word}")),
    )
    op.create_table(
        currency,
        sa.Column("organisation_id", sa.String(26), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        _length(currency, "currency", 3),
        _reference(currency, "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("organisation_id", "currency", name=op.f(f"pk_{currency}")),
    )
    op.create_table(
        kept,
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("organisation_id", sa.String(26), nullable=False),
        sa.Column("person_id", sa.String(26), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("query", sa.String(1000), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _length(kept, "id", 26),
        _length(kept, "name", 60),
        _length(kept, "query", 1000),
        _reference(kept, "organisation_id", "organisation"),
        _reference(kept, "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{kept}")),
    )
    op.create_index("ix_document_filter_person", kept, ["person_id", "name"])
    op.create_index("ix_document_filter_shared", kept, ["organisation_id", "is_shared", "name"])


def _words_type(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _export() -> None:
    roles = ("administrator", "staff", "auditor", "primary_contact", "contact", "guest", "api_key")
    op.create_table(
        "export",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("organisation_id", sa.String(26), nullable=False),
        sa.Column("person_id", sa.String(26), nullable=False),
        sa.Column("role", _words_type("role", *roles), nullable=False),
        sa.Column("customer_id", sa.String(26), nullable=True),
        sa.Column("format", _words_type("format", "csv", "xlsx"), nullable=False),
        sa.Column("state", _words_type("state", "waiting", "done", "failed"), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("sort", sa.String(16), nullable=False),
        sa.Column("direction", sa.String(8), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        _length("export", "id", 26),
        _length("export", "customer_id", 26),
        _length("export", "sort", 16),
        _length("export", "direction", 8),
        _length("export", "language", 8),
        _reference("export", "organisation_id", "organisation"),
        _reference("export", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    op.create_index("ix_export_person", "export", ["person_id", "id"])
    op.create_index("ix_export_expires_at", "export", ["expires_at"])


def _fill_orders() -> None:
    """Write the order numbers that documents state (BT-13, else BT-14), batch by batch."""
    connection, after = op.get_bind(), ""
    some = sa.text(
        "SELECT document_id, einvoice FROM document_content"
        " WHERE document_id > :after ORDER BY document_id LIMIT :batch"
    )
    put = sa.text("UPDATE document SET order_number = :number, order_sort = :sort WHERE id = :id")
    while rows := connection.execute(some, {"after": after, "batch": BATCH}).all():
        after = rows[-1].document_id
        found = [(row.document_id, _order(row.einvoice)) for row in rows]
        values = [
            {"id": one, "number": number, "sort": number.lower()[:100]}
            for one, number in found
            if number
        ]
        if values:
            connection.execute(put, values)


def _order(einvoice: object) -> str:
    said = json.loads(einvoice) if isinstance(einvoice, str) else einvoice
    if not isinstance(said, dict):
        return ""
    return str(said.get("purchase_order") or said.get("sales_order") or "").strip()[:100]


def _fill_words() -> None:
    """Write the words of the names of every document's files, batch by batch."""
    connection, after = op.get_bind(), ""
    documents = sa.text(
        "SELECT id, organisation_id, customer_id FROM document"
        " WHERE id > :after ORDER BY id LIMIT :batch"
    )
    names = sa.text(
        "SELECT document_id, name FROM document_file"
        " WHERE document_id > :after AND document_id <= :last ORDER BY document_id, position"
    )
    put = sa.text(
        "INSERT INTO document_file_word (document_id, word, organisation_id, customer_id)"
        " VALUES (:id, :word, :house, :customer)"
    )
    while rows := connection.execute(documents, {"after": after, "batch": BATCH}).all():
        found: dict[str, list[str]] = {}
        for row in connection.execute(names, {"after": after, "last": rows[-1].id}):
            found.setdefault(row.document_id, []).append(row.name)
        after = rows[-1].id
        values = [
            {"id": row.id, "word": word, "house": row.organisation_id, "customer": row.customer_id}
            for row in rows
            for word in _words(found.get(row.id, []))
        ]
        if values:
            connection.execute(put, values)


def _words(names: list[str]) -> list[str]:
    stems = [PurePosixPath(name).stem.lower() for name in names]
    words = [word[:40] for stem in stems for word in WORD.findall(stem)]
    return list(dict.fromkeys(word for word in words if len(word) > 1))[:20]
