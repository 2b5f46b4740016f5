"""Every look-up of text messages, and of how they are sent."""

from datetime import datetime

from sqlalchemy import Select, false, func, select

from app.access.principal import Principal
from app.core.db import session
from app.organisations.models import Organisation
from app.sms.models import SmsSettings, TextMessage
from app.sms.rules.life import Purpose, State


def settings_of(organisation_id: str) -> SmsSettings | None:
    """Return through whom a tenant sends messages; None where it never said."""
    return session().get(SmsSettings, organisation_id)


def can_text(house: Organisation) -> bool:
    """Say whether a tenant sends text messages at this moment."""
    found = settings_of(house.id)
    return found is not None and found.can_send


def countries_of(house: Organisation, settings: SmsSettings | None) -> list[str]:
    """Return the countries (ISO 3166-1) that messages may go to."""
    return (settings.countries if settings else []) or [house.country]


def by_id(message_id: str) -> TextMessage | None:
    """Return one message; for jobs and for those who had it sent."""
    return session().get(TextMessage, message_id, populate_existing=True)


def by_key(organisation_id: str, key: str) -> TextMessage | None:
    """Return the message that was asked for with a key."""
    rows = select(TextMessage).where(
        TextMessage.organisation_id == organisation_id, TextMessage.key == key
    )
    return session().scalar(rows)


def by_reference(organisation_id: str, reference: str) -> TextMessage | None:
    """Return the message that is called so by us (its id) or by the gateway."""
    own = session().get(TextMessage, reference, populate_existing=True)
    if own is not None:
        return own if own.organisation_id == organisation_id else None
    rows = select(TextMessage).where(
        TextMessage.organisation_id == organisation_id, TextMessage.provider_ref == reference
    )
    return session().scalars(rows.order_by(TextMessage.id.desc()).limit(1)).first()


def visible(who: Principal) -> Select[TextMessage]:
    """Return the messages that exist for a principal: its organisation's, for its own people."""
    return select(TextMessage).where(
        TextMessage.organisation_id == who.organisation_id,
        ~false() if who.is_staff else false(),
    )


def page(who: Principal, cursor: str | None, *, back: bool, limit: int) -> list[TextMessage]:
    """Return at most `limit` messages, newest first, beyond the keyset `cursor` (an id)."""
    rows = visible(who)
    if cursor is not None:
        rows = rows.where(TextMessage.id > cursor if back else TextMessage.id < cursor)
    order = TextMessage.id.asc() if back else TextMessage.id.desc()
    found = list(session().scalars(rows.order_by(order).limit(limit)))
    return found[::-1] if back else found


def newest_codes(
    organisation_id: str, country: str, since: datetime, until: datetime, limit: int
) -> tuple[int, int]:
    """Return how many codes went to a country between two moments, at most `limit`, and the used."""
    newest = (
        select(TextMessage.used_at)
        .where(
            TextMessage.organisation_id == organisation_id,
            TextMessage.purpose == Purpose.CODE,
            TextMessage.country == country,
            TextMessage.created_at >= since,
            TextMessage.created_at < until,
        )
        .order_by(TextMessage.created_at.desc())
        .limit(limit)
        .subquery()
    )
    codes, used = session().execute(select(func.count(), func.count(newest.c.used_at))).one()
    return codes, used


def overdue(moment: datetime, limit: int) -> list[str]:
    """Return the ids of messages that wait although their time was over before `moment`."""
    rows = select(TextMessage.id).where(
        TextMessage.state == State.QUEUED, TextMessage.valid_until < moment
    )
    return list(session().scalars(rows.order_by(TextMessage.valid_until).limit(limit)))
