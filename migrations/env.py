"""Alembic's environment: the models are the truth, `flask migrate` gives the database."""

from alembic import context

from app.acceptance import models as acceptance  # noqa: F401
from app.access_letters import models as access_letters  # noqa: F401
from app.bundles import models as bundles  # noqa: F401
from app.comments import models as comments  # noqa: F401
from app.core import (  # noqa: F401 - they define tables
    chain,
    counters,
    idempotency,
    inbox,
    journal,
    lockouts,
    outbox,
    parking,
    schedule,
)
from app.core.db import Base, Database, Moment
from app.delivery import models as delivery  # noqa: F401
from app.documents import models as documents  # noqa: F401
from app.dunning import models as dunning  # noqa: F401
from app.evidence import models as evidence  # noqa: F401
from app.exports import models as exports  # noqa: F401
from app.identity import models as identity  # noqa: F401
from app.intake import models as intake  # noqa: F401
from app.ladders import models as ladders  # noqa: F401
from app.master_data import models as master_data  # noqa: F401
from app.notices import models as notices  # noqa: F401
from app.organisations import models as organisations  # noqa: F401
from app.payments import models as payments  # noqa: F401
from app.portal import models as portal  # noqa: F401
from app.privacy import models as privacy  # noqa: F401
from app.releases import models as releases  # noqa: F401
from app.reports import models as reports  # noqa: F401
from app.sign_up import models as sign_up  # noqa: F401
from app.sms import models as sms  # noqa: F401
from app.step_up import models as step_up  # noqa: F401
from app.texts import models as texts  # noqa: F401
from app.ways_in import models as ways_in  # noqa: F401
from app.webhooks import models as webhooks  # noqa: F401


def as_plain_type(kind: str, thing: object, _context: object) -> str | bool:
    """Write our own types into migrations as what the database sees: migrations import nothing of ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, Moment) else False


def run() -> None:
    """Run the migrations in one transaction."""
    engine = Database(context.config.get_main_option("sqlalchemy.url") or "").engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=as_plain_type,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
