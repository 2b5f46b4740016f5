"""what customers say of themselves: more columns; changes that wait for a decision; batches for the ERP

Revision: 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

LATER = {"initially": "DEFERRED", "deferrable": True}
COLUMNS = {
    "address_line": 200,
    "phone": 20,
    "mobile": 20,
    "iban": 34,
    "bic": 11,
    "account_holder": 200,
    "uid": 12,
    "registration": 40,
}
FIELDS = (
    *("name", "address_line", "street", "postcode", "city", "country", "language", "email"),
    *("phone", "mobile", "iban", "bic", "account_holder", "vat_id", "uid", "registration", "gln"),
)
RISKS = ("low", "review", "second_person")
STATES = ("waiting", "accepted", "refused", "withdrawn")


def upgrade() -> None:
    for name, most in COLUMNS.items():
        op.execute(
            f"ALTER TABLE customer ADD COLUMN {name} VARCHAR({most}) DEFAULT '' NOT NULL "
            f"CONSTRAINT ck_customer_{name}_length CHECK (length({name}) <= {most})"
        )
    op.add_column("customer", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    _create_batches()
    _create_proposals()
    _create_changes()


def downgrade() -> None:
    op.drop_table("data_change")
    op.drop_table("data_proposal")
    op.drop_table("data_batch")
    op.drop_column("customer", "confirmed_at")
    for name in reversed(COLUMNS):
        op.drop_column("customer", name)


def _create_batches() -> None:
    op.create_table(
        "data_batch",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        *_lengths("data_batch", id=26, by_name=200),
        _of_the_organisation("data_batch"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_batch")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_data_batch_organisation_id_id")),
    )


def _create_proposals() -> None:
    op.create_table(
        "data_proposal",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("customer_id", sa.String(length=26), nullable=False),
        sa.Column("by_id", sa.String(length=26), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("former_email", sa.String(length=254), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *_lengths("data_proposal", id=26, customer_id=26, by_id=26, by_name=200, former_email=254),
        _of_the_organisation("data_proposal"),
        _within("data_proposal", "customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_proposal")),
        sa.UniqueConstraint(
            "organisation_id", "id", name=op.f("uq_data_proposal_organisation_id_id")
        ),
    )


def _create_changes() -> None:
    op.create_table(
        "data_change",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.Column("customer_id", sa.String(length=26), nullable=False),
        sa.Column("field", _words("field", *FIELDS), nullable=False),
        sa.Column("before", sa.String(length=254), nullable=False),
        sa.Column("after", sa.String(length=254), nullable=False),
        sa.Column("risk", _words("risk", *RISKS), nullable=False),
        sa.Column("state", _words("state", *STATES), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("batch_id", sa.String(length=26), nullable=True),
        *_lengths(
            "data_change",
            id=26,
            proposal_id=26,
            customer_id=26,
            before=254,
            after=254,
            decided_by=200,
            reason=500,
            batch_id=26,
        ),
        _of_the_organisation("data_change"),
        _within("data_change", "customer"),
        _within("data_change", "proposal", "data_proposal"),
        _within("data_change", "batch", "data_batch"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_change")),
    )
    for name, columns, where in (
        ("ix_data_change_open", ["customer_id", "field"], "state = 'waiting'"),
        ("ix_data_change_queue", ["organisation_id", "id"], "state = 'waiting'"),
        (
            "ix_data_change_fresh",
            ["organisation_id", "id"],
            "state = 'accepted' AND batch_id IS NULL",
        ),
        ("ix_data_change_customer", ["organisation_id", "customer_id", "id"], None),
        ("ix_data_change_proposal", ["organisation_id", "proposal_id", "id"], None),
        ("ix_data_change_batch", ["organisation_id", "batch_id", "id"], "batch_id IS NOT NULL"),
    ):
        some = {} if where is None else {"sqlite_where": sa.text(where)}
        some |= {} if where is None else {"postgresql_where": sa.text(where)}
        op.create_index(name, "data_change", columns, unique=name == "ix_data_change_open", **some)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _lengths(table: str, **lengths: int) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(f"length({name}) <= {most}", name=op.f(f"ck_{table}_{name}_length"))
        for name, most in lengths.items()
    ]


def _of_the_organisation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id"],
        ["organisation.id"],
        name=op.f(f"fk_{table}_organisation_id"),
        **LATER,
    )


def _within(table: str, thing: str, other: str | None = None) -> sa.ForeignKeyConstraint:
    other = other or thing
    return sa.ForeignKeyConstraint(
        ["organisation_id", f"{thing}_id"],
        [f"{other}.organisation_id", f"{other}.id"],
        name=op.f(f"fk_{table}_organisation_id_{thing}_id"),
        **LATER,
    )
