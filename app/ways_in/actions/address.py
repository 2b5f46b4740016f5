"""An organisation's address for documents: opened, changed, renewed."""

import base64
import hashlib
import hmac
from typing import Any

from sqlalchemy import update

from app.access.principal import Principal
from app.core import clock, journal
from app.core.db import insert, session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.core.runtime import current
from app.organisations.models import Organisation
from app.ways_in import queries
from app.ways_in.models import MailIn
from app.ways_in.rules import mailing


def change(
    organisation: Organisation, who: Principal, *, is_open: bool, senders: list[str]
) -> None:
    """Open or close the address, and say who may use it."""
    now = clock.now()
    new = insert(MailIn).values(
        organisation_id=organisation.id,
        is_open=is_open,
        generation=1,
        senders=senders,
        changed_at=now,
    )
    values = {"is_open": is_open, "senders": senders, "changed_at": now}
    changed = new.on_conflict_do_update(index_elements=[MailIn.organisation_id], set_=values)
    session().execute(changed)
    _note("mail_in.changed", organisation, who, is_open=is_open, senders=len(senders))


def renew(organisation: Organisation, who: Principal, generation: int) -> None:
    """Give the address another secret part; the one before is unknown from now on.

    `generation` is the one that was shown: a second press of the button changes nothing more.
    """
    renewal = update(MailIn).where(
        MailIn.organisation_id == organisation.id, MailIn.generation == generation
    )
    values = {"generation": generation + 1, "changed_at": clock.now()}
    renewed = renewal.values(values).returning(MailIn.generation)
    if session().execute(renewed.execution_options(synchronize_session=False)).first() is None:
        raise Refused(_("The address was renewed already. Nothing was changed."))
    _note("mail_in.renewed", organisation, who)


def address_of(organisation: Organisation, mail_in: MailIn) -> str:
    """Return the whole address; its secret part is derived, the database alone does not give it."""
    secret = _token(organisation.id, mail_in.generation)
    return mailing.address(organisation.slug, secret, current().settings.mail_in_domain)


def found(given: str) -> tuple[Organisation, MailIn] | None:
    """Return whose open address this is; None for any other, whatever is wrong with it."""
    parts = mailing.read_address(given, current().settings.mail_in_domain)
    row = queries.mail_in_by_slug(parts[0]) if parts else None
    if parts is None or row is None or not row[1].is_open:
        return None
    expected = _token(row[0].id, row[1].generation)
    return row if hmac.compare_digest(expected, parts[1]) else None


def _token(organisation_id: str, generation: int) -> str:
    # 80 bits are 16 base32 characters: with the longest slug below the 64 of a local part.
    key = current().settings.key("mail-in")
    digest = hmac.digest(key, f"{organisation_id}/{generation}".encode(), hashlib.sha256)
    return base64.b32encode(digest[:10]).decode("ascii").lower()


def _note(name: str, organisation: Organisation, who: Principal, **data: Any) -> None:
    about = ("organisation", organisation.id)
    journal.record(name, who.actor, organisation_id=organisation.id, about=about, **data)
