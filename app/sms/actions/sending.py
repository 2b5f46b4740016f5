"""Have a message sent: looked at, paid out of the budgets, written down and promised, all or nothing."""

from datetime import timedelta
from typing import Final

from sqlalchemy import update

from app.core import clock, counters, ids, journal, outbox, sealing
from app.core.db import insert, session
from app.core.errors import Refused
from app.core.languages import N_
from app.core.languages import gettext as _
from app.organisations.models import Organisation
from app.sms import queries
from app.sms.models import SmsSettings, TextMessage
from app.sms.rules import budget, numbers, wording
from app.sms.rules.life import Purpose, State
from app.sms.rules.numbers import Destination, Objection, Unfit

SEND = "sms.send"
URGENT, ORDINARY = 0, 4
REMEMBERED: Final = timedelta(hours=1)
"""How often the journal repeats that messages are refused for one reason."""

_TO_NUMBER: Final = N_("Text messages cannot be sent to this number.")
_TOO_MANY: Final = N_("Too many text messages were sent. Try again later.")
SENTENCES: Final = {
    Objection.NO_GATEWAY: N_("Text messages are not set up here."),
    Objection.PAUSED: N_("Text messages are paused at the moment."),
    Objection.NOT_A_NUMBER: _TO_NUMBER,
    Objection.NOT_MOBILE: _TO_NUMBER,
    Objection.COSTLY: _TO_NUMBER,
    Objection.COUNTRY: _TO_NUMBER,
    Objection.TOO_LONG: N_("The text is too long for a text message."),
    Objection.BUDGET_OF_NUMBER: _TOO_MANY,
    Objection.BUDGET_OF_RANGE: _TOO_MANY,
    Objection.BUDGET_OF_COUNTRY: _TOO_MANY,
    Objection.BUDGET_OF_HOUSE: _TOO_MANY,
}
"""What whoever wanted it is told: not more than they need to know."""


class Unsendable(Refused):
    """Nothing is sent; `objection` says why, for the organisation's people."""

    def __init__(self, objection: Objection) -> None:
        super().__init__(_(SENTENCES[objection]))
        self.objection = objection


def send(
    house: Organisation,
    number: str,
    text: str,
    *,
    key: str,
    purpose: Purpose,
    valid_for: timedelta,
) -> TextMessage:
    """Have `text` sent to `number` (E.164), once for each `key` (at most 100 characters).

    It is handed over after this transaction, at most once, and not after `valid_for`. Raises
    `Unsendable`, a `Refused`: catch it, and the journal keeps that it was refused.
    """
    known = queries.by_key(house.id, key)
    if known is not None:
        return known
    try:
        settings = _open(house, purpose)
        to = numbers.destination(number, house.country, queries.countries_of(house, settings))
        count = wording.parts(text)
        if count > wording.MOST_PARTS:
            raise Unfit(Objection.TOO_LONG)
        with session().begin_nested():
            message = _written(house, settings, to, text, count, key, purpose, valid_for)
            if message is not None:
                _pay(house, settings, to, count)
    except Unfit as unfit:
        _note_refusal(house, number, unfit.objection)
        raise Unsendable(unfit.objection) from unfit
    if message is None:
        found = queries.by_key(house.id, key)
        assert found is not None
        return found
    priority = URGENT if purpose is Purpose.CODE else ORDINARY
    outbox.promise(SEND, organisation_id=house.id, priority=priority, message=message.id)
    if purpose is Purpose.CODE:
        _watch(house, settings, to.country)
    return message


def note_used(message_id: str) -> None:
    """Note that the code in a message was used; codes that nobody uses raise an alarm."""
    session().execute(
        update(TextMessage)
        .where(TextMessage.id == message_id, TextMessage.used_at.is_(None))
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def _open(house: Organisation, purpose: Purpose) -> SmsSettings:
    found = queries.settings_of(house.id)
    if found is None or not found.is_open_for(purpose):
        is_paused = found is not None and found.is_on and found.paused_at is not None
        raise Unfit(Objection.PAUSED if is_paused else Objection.NO_GATEWAY)
    return found


def _written(
    house: Organisation,
    settings: SmsSettings,
    to: Destination,
    text: str,
    count: int,
    key: str,
    purpose: Purpose,
    valid_for: timedelta,
) -> TextMessage | None:
    """Write the message down; None where somebody else was faster with this key."""
    now, cost = clock.now(), budget.cost_of(count, settings.price_minor)
    row = insert(TextMessage).values(
        id=ids.new(),
        organisation_id=house.id,
        key=key,
        number=to.number,
        country=to.country,
        purpose=purpose,
        text=sealing.seal(text),
        segments=count,
        state=State.QUEUED,
        provider=settings.gateway,
        code="",
        answer="",
        cost_minor=cost,
        currency=None if cost is None else house.currency,
        tries=0,
        created_at=now,
        valid_until=now + valid_for,
    )
    made = session().scalar(row.on_conflict_do_nothing().returning(TextMessage.id))
    return None if made is None else queries.by_id(made)


def _pay(house: Organisation, settings: SmsSettings, to: Destination, count: int) -> None:
    """Take the message out of every budget; raises `Unfit` where one is used up."""
    today = clock.today(house.timezone)
    for charge in budget.charges(house.id, to, today, count, settings.limits):
        if not counters.spend(charge.key, charge.amount, charge.limit, charge.window):
            raise Unfit(charge.objection)


def _note_refusal(house: Organisation, number: str, objection: Objection) -> None:
    """Write down that messages are refused: not each time, for who attacks would fill the journal."""
    if counters.allow(f"sms-refused:{house.id}:{objection.value}", 1, REMEMBERED):
        journal.record(
            "sms.refused",
            journal.SYSTEM,
            organisation_id=house.id,
            about=("organisation", house.id),
            because=objection.value,
            number=numbers.masked(number),
        )


def _watch(house: Organisation, settings: SmsSettings, country: str) -> None:
    """Pause everything where so few codes to a country are used that no people ask for them."""
    now = clock.now()
    since = max(now - budget.WATCHED_FOR, settings.resumed_at or now - budget.WATCHED_FOR)
    until = now - budget.SETTLED_AFTER
    codes, used = queries.newest_codes(house.id, country, since, until, budget.WATCHED)
    if not budget.is_pumped(codes, used):
        return
    paused = (
        update(SmsSettings)
        .where(SmsSettings.organisation_id == house.id, SmsSettings.paused_at.is_(None))
        .values(paused_at=now)
        .returning(SmsSettings.organisation_id)
        .execution_options(synchronize_session=False)
    )
    if session().execute(paused).first() is None:
        return
    session().refresh(settings)
    journal.announce(
        "sms.paused",
        journal.SYSTEM,
        organisation_id=house.id,
        about=("organisation", house.id),
        country=country,
        codes=codes,
        used=used,
    )
