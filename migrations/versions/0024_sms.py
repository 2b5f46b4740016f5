"""Text messages, and through whom an organisation sends them

Revision: 0024, after 0023.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

LATER = {"initially": "DEFERRED", "deferrable": True}


def upgrade() -> None:
    _create_settings()
    _create_messages()


def downgrade() -> None:
    op.drop_table("text_message")
    op.drop_table("sms_settings")


def _create_settings() -> None:
    texts = {
        "sender": 20,
        "account": 100,
        "secret_ending": 4,
        "url": 500,
        "reference_path": 100,
    }
    numbers = ("hook_number", "per_day", "per_month", "per_country_and_day")
    op.create_table(
        "sms_settings",
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("gateway", _words("gateway", "http", "twilio"), nullable=False),
        *_texts(texts),
        sa.Column("sealed_secret", sa.String(length=1000), nullable=True),
        sa.Column("authentication", _words("authentication", "bearer", "basic"), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in numbers),
        sa.Column("countries", sa.JSON(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=True),
        sa.Column("money_per_month", sa.Integer(), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        *_lengths("sms_settings", organisation_id=26, sealed_secret=1000, **texts),
        _to_organisation("sms_settings"),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_sms_settings")),
    )


def _create_messages() -> None:
    texts = {"id": 26, "organisation_id": 26, "key": 100, "number": 20, "country": 2}
    answers = {"code": 40, "answer": 200}
    states = ("queued", "uncertain", "sent", "delivered", "failed", "expired")
    moments = ("attempted_at", "sent_at", "done_at", "used_at")
    op.create_table(
        "text_message",
        *_texts(texts),
        sa.Column("purpose", _words("purpose", "code", "notice", "test"), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("state", _words("state", *states), nullable=False),
        sa.Column("provider", _words("gateway", "http", "twilio"), nullable=False),
        sa.Column("provider_ref", sa.String(length=100), nullable=True),
        *_texts(answers),
        sa.Column("cost_minor", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in moments),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        *_lengths("text_message", provider_ref=100, currency=3, **texts, **answers),
        _to_organisation("text_message"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_message")),
        sa.UniqueConstraint(
            "organisation_id", "key", name=op.f("uq_text_message_organisation_id_key")
        ),
    )
    indexes = {
        "newest": ["organisation_id", "id"],
        "reference": ["organisation_id", "provider_ref"],
        "used": ["organisation_id", "purpose", "country", "created_at"],
        "state": ["state", "valid_until"],
        "created_at": ["created_at"],
    }
    for name, columns in indexes.items():
        op.create_index(f"ix_text_message_{name}", "text_message", columns)


def _texts(most: dict[str, int]) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=long), nullable=False) for name, long in most.items()]


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _lengths(table: str, **most: int) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(f'length("{name}") <= {long}', name=op.f(f"ck_{table}_{name}_length"))
        for name, long in most.items()
    ]


def _to_organisation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id"],
        ["organisation.id"],
        name=op.f(f"fk_{table}_organisation_id"),
        **LATER,
    )
