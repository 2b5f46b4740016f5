"""Every channel: two axes of states, what partners tell, settings, rules, blocked addresses

Revision: 0034, after 0033.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

LATER = {"initially": "DEFERRED", "deferrable": True}
CHANNELS = ("email", "portal")
MORE_CHANNELS = (*CHANNELS, "print", "ebill", "efaktura", "peppol")
STATES = (
    *("queued", "submitting", "component_down", "uncertain", "submitted"),
    *("undeliverable", "failed", "cancelled"),
)
MORE_STATES = (
    *("held", "queued", "submitting", "component_down", "uncertain", "submitted", "accepted"),
    *("dispatched", "delivered", "rejected", "undeliverable", "failed", "cancelled", "expired"),
)
RESPONSES = (
    *("none", "received", "in_process", "under_query", "conditionally_accepted", "accepted"),
    *("partly_paid", "paid", "rejected"),
)
HELD = ("release", "obstacle", "breaker")
BECAUSE = (
    *("recipient", "customer_rule", "house_rule", "fallback", "ladder", "returned", "by_hand"),
)


def upgrade() -> None:
    _allow("dispatch", "channel", MORE_CHANNELS, before=CHANNELS)
    _allow("dispatch", "state", MORE_STATES, before=STATES)
    _allow("recipient", "channel", MORE_CHANNELS, before=CHANNELS)
    _extend_dispatches()
    _extend_recipients()
    op.add_column("document", sa.Column("reminder_level", sa.Integer(), nullable=True))
    _look_at_reminders()
    _create_events()
    _create_settings()
    _create_rules()


def downgrade() -> None:
    for table in (
        *("blocked_address", "channel_rule", "delivery_settings", "channel_health"),
        *("channel_settings", "delivery_event"),
    ):
        op.drop_table(table)
    op.drop_column("document", "reminder_level")
    for column in ("checked_at", "checked", "particulars", "postal", "endpoint"):
        op.drop_column("recipient", column)
    op.drop_column("attempt", "raw")
    op.drop_column("attempt", "round")
    op.drop_index("ix_dispatch_care", "dispatch")
    op.drop_index("ix_dispatch_provider_ref", "dispatch")
    for column in (
        *("response", "held_because", "because", "passed", "provider_ref", "is_delayed"),
        *("is_test", "cost_minor", "handed_at", "arrived_at", "done_at", "done_by"),
    ):
        op.drop_column("dispatch", column)
    _lose_what_nobody_knows()
    _allow("recipient", "channel", CHANNELS, before=MORE_CHANNELS)
    _allow("dispatch", "state", STATES, before=MORE_STATES)
    _allow("dispatch", "channel", CHANNELS, before=MORE_CHANNELS)


def _lose_what_nobody_knows() -> None:
    """Say in the words of before what the other channels did; nothing is sent again by it."""
    op.execute(
        "UPDATE dispatch SET state = 'submitted'"
        " WHERE state IN ('accepted', 'dispatched', 'delivered')"
    )
    op.execute("UPDATE dispatch SET state = 'undeliverable' WHERE state IN ('rejected', 'expired')")
    op.execute("UPDATE dispatch SET state = 'cancelled' WHERE state = 'held'")
    others = "channel NOT IN ('email', 'portal')"
    op.execute(f"DELETE FROM attempt WHERE dispatch_id IN (SELECT id FROM dispatch WHERE {others})")  # noqa: S608
    op.execute(f"DELETE FROM dispatch WHERE {others}")  # noqa: S608
    op.execute(f"UPDATE recipient SET channel = 'portal' WHERE {others}")  # noqa: S608


def _allow(table: str, column: str, words: tuple[str, ...], *, before: tuple[str, ...]) -> None:
    """Let a column take other words than before."""
    name = {"channel": "channel", "state": "state"}[column]
    if op.get_bind().dialect.name != "sqlite":
        constraint = op.f(f"ck_{table}_{name}")
        op.drop_constraint(constraint, table, type_="check")
        op.create_check_constraint(constraint, table, sa.column(column).in_(words))
        return
    # Others refer to the table: it cannot be copied. A changed CHECK changes nothing on disk, so its
    # text may be changed in place (sqlite.org/lang_altertable.html, 7).
    old, new = (f"{column} IN ({', '.join(repr(one) for one in each)})" for each in (before, words))
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    changed = connection.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :old, :new)"
            " WHERE type = 'table' AND name = :name AND instr(sql, :old) > 0"
        ),
        {"old": old, "new": new, "name": table},
    )
    assert changed.rowcount == 1, f"{table} has no check {old}"
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def _add(table: str, column: str, kind: str, words: tuple[str, ...] = (), name: str = "") -> None:
    """Add a column with its check, written out: both databases know it, and SQLite copies nothing."""
    check = f" CONSTRAINT ck_{table}_{name} CHECK ({column} IN {words})" if words else ""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}{check}")


def _add_text(table: str, column: str, long: int, default: str | None = None) -> None:
    usual = "" if default is None else f" DEFAULT '{default}' NOT NULL"
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR({long}){usual} CONSTRAINT"
        f" ck_{table}_{column}_length CHECK (length({column}) <= {long})"
    )


def _extend_dispatches() -> None:
    is_plain = op.get_bind().dialect.name == "sqlite"
    false, moment = ("0", "DATETIME") if is_plain else ("false", "TIMESTAMP WITH TIME ZONE")
    usual = "VARCHAR(32) DEFAULT '{}' NOT NULL"
    _add("dispatch", "response", usual.format("none"), RESPONSES, "response")
    _add("dispatch", "held_because", "VARCHAR(32)", HELD, "held")
    _add("dispatch", "because", usual.format("recipient"), BECAUSE, "because")
    _add("dispatch", "passed", "JSON DEFAULT '[]' NOT NULL")
    _add_text("dispatch", "provider_ref", 200)
    _add("dispatch", "is_delayed", f"BOOLEAN DEFAULT {false} NOT NULL")
    _add("dispatch", "is_test", f"BOOLEAN DEFAULT {false} NOT NULL")
    _add("dispatch", "cost_minor", "INTEGER")
    for column in ("handed_at", "arrived_at", "done_at"):
        _add("dispatch", column, moment)
    _add_text("dispatch", "done_by", 200)
    op.execute("UPDATE dispatch SET handed_at = changed_at WHERE state = 'submitted'")
    op.create_index(
        "ix_dispatch_provider_ref", "dispatch", ["organisation_id", "channel", "provider_ref"]
    )
    open_ = sa.text("done_at IS NULL")
    op.create_index(
        "ix_dispatch_care",
        "dispatch",
        ["organisation_id", "state", "id"],
        sqlite_where=open_,
        postgresql_where=open_,
    )
    _add("attempt", "round", "INTEGER DEFAULT 1 NOT NULL")
    _add("attempt", "raw", "TEXT")
    op.execute(
        "UPDATE attempt SET round = (SELECT dispatch.round FROM dispatch"
        " WHERE dispatch.id = attempt.dispatch_id)"
    )


def _extend_recipients() -> None:
    is_plain = op.get_bind().dialect.name == "sqlite"
    moment = "DATETIME" if is_plain else "TIMESTAMP WITH TIME ZONE"
    _add_text("recipient", "endpoint", 100, "")
    _add("recipient", "postal", "JSON")
    _add("recipient", "particulars", "TEXT")
    _add_text("recipient", "checked", 32, "")
    _add("recipient", "checked_at", moment)


def _look_at_reminders() -> None:
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT document.id, document_content.einvoice FROM document JOIN document_content"
            " ON document_content.document_id = document.id WHERE document.kind = 'reminder'"
        )
    )
    change = sa.text("UPDATE document SET reminder_level = :level WHERE id = :id")
    for document_id, said in rows.all():
        found = json.loads(said) if isinstance(said, str) else said or {}
        level = str((found or {}).get("reminder_level") or "")
        if level.isdecimal() and 0 < int(level) < 100:
            connection.execute(change, {"level": int(level), "id": document_id})


def _create_events() -> None:
    texts = {"id": 26, "organisation_id": 26, "key": 200}
    said = {"code": 100, "reason": 500}
    maybe = {"dispatch_id": 26, "message_id": 26}
    op.create_table(
        "delivery_event",
        *_texts(texts),
        sa.Column("channel", _words("channel", *MORE_CHANNELS), nullable=False),
        *(sa.Column(name, sa.String(length=long), nullable=True) for name, long in maybe.items()),
        sa.Column("round", sa.Integer(), nullable=True),
        sa.Column("state", _words("state", *MORE_STATES), nullable=True),
        sa.Column("response", _words("response", *RESPONSES), nullable=True),
        sa.Column("is_delay", sa.Boolean(), nullable=False),
        *_texts(said),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        *_lengths("delivery_event", **texts, **said, **maybe),
        _to("delivery_event", "organisation"),
        _to("delivery_event", "dispatch"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_event")),
        sa.UniqueConstraint(
            *("organisation_id", "channel", "key"),
            name=op.f("uq_delivery_event_organisation_id_channel_key"),
        ),
    )
    op.create_index("ix_delivery_event_dispatch", "delivery_event", ["dispatch_id", "id"])


def _create_settings() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "channel_settings",
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("channel", _words("channel", *MORE_CHANNELS), nullable=False),
        *(sa.Column(one, sa.Boolean(), nullable=False) for one in ("is_on", "is_test", "holds")),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("sealed_secrets", sa.Text(), nullable=True),
        sa.Column("cost_minor", sa.Integer(), nullable=True),
        sa.Column("cursor", sa.JSON(), nullable=False),
        sa.Column("listened_at", moment, nullable=True),
        sa.Column("trouble", sa.String(length=500), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        *_lengths("channel_settings", organisation_id=26, trouble=500),
        _to("channel_settings", "organisation"),
        sa.PrimaryKeyConstraint("organisation_id", "channel", name=op.f("pk_channel_settings")),
    )
    op.create_table(
        "channel_health",
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("channel", _words("channel", *MORE_CHANNELS), nullable=False),
        sa.Column("down_since", moment, nullable=False),
        sa.Column("trouble", sa.String(length=500), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_try_at", moment, nullable=False),
        *_lengths("channel_health", organisation_id=26, trouble=500),
        _to("channel_health", "organisation"),
        sa.PrimaryKeyConstraint("organisation_id", "channel", name=op.f("pk_channel_health")),
    )
    op.create_table(
        "delivery_settings",
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("fallback", sa.JSON(), nullable=False),
        sa.Column(
            "bounce_policy", _words("bouncepolicy", "block", "letter", "both"), nullable=False
        ),
        sa.Column("letters_paused_at", moment, nullable=True),
        sa.Column("letters_resumed_at", moment, nullable=True),
        *_lengths("delivery_settings", organisation_id=26),
        _to("delivery_settings", "organisation"),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_delivery_settings")),
    )


def _create_rules() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "channel_rule",
        *_texts({"id": 26, "organisation_id": 26}),
        sa.Column("customer_id", sa.String(length=26), nullable=True),
        *_texts({"kind": 32}),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("channel", _words("channel", *MORE_CHANNELS), nullable=False),
        *_lengths("channel_rule", id=26, organisation_id=26, customer_id=26, kind=32),
        _to("channel_rule", "organisation"),
        _to("channel_rule", "customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_rule")),
    )
    op.create_index(
        "ix_channel_rule_house", "channel_rule", ["organisation_id", "customer_id", "kind", "level"]
    )
    reasons = ("hard", "soft", "complaint", "manual")
    op.create_table(
        "blocked_address",
        *_texts({"organisation_id": 26, "address": 254}),
        sa.Column("reason", _words("blockreason", *reasons), nullable=False),
        *_texts({"code": 20, "said": 500}),
        sa.Column("dispatch_id", sa.String(length=26), nullable=True),
        sa.Column("blocked_at", moment, nullable=False),
        *_lengths(
            "blocked_address",
            organisation_id=26,
            address=254,
            code=20,
            said=500,
            dispatch_id=26,
        ),
        _to("blocked_address", "organisation"),
        _to("blocked_address", "dispatch"),
        sa.PrimaryKeyConstraint("organisation_id", "address", name=op.f("pk_blocked_address")),
    )


def _texts(most: dict[str, int]) -> list[sa.Column[str]]:
    return [sa.Column(name, _text(name, long), nullable=False) for name, long in most.items()]


def _text(name: str, long: int) -> sa.String:
    """Return the type of a text; what lists sort by sorts alike on both databases."""
    plain = sa.String(length=long)
    return (
        plain.with_variant(sa.String(long, collation="C"), "postgresql")
        if name == "address"
        else plain
    )


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _lengths(table: str, **most: int) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(f'length("{name}") <= {long}', name=op.f(f"ck_{table}_{name}_length"))
        for name, long in most.items()
    ]


def _to(table: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [f"{other}_id"],
        [f"{other}.id"],
        name=op.f(f"fk_{table}_{other}_id"),
        **LATER,
    )
