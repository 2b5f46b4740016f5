"""How an organisation reminds, and which customers it spares."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete

from app.access.principal import Principal
from app.core import clock, journal
from app.core.db import insert, session
from app.core.errors import Refused
from app.documents.rules.kinds import Kind
from app.dunning import queries
from app.dunning.models import ReminderChoice, ReminderSettings, ReminderText
from app.dunning.rules import Choice, words
from app.organisations.models import Customer, Organisation
from app.texts.rules.placeholders import told


def change(house: Organisation, who: Principal, *, is_on: bool, **values: Any) -> None:
    """Save how an organisation reminds; the first run after it is switched on is the next one due."""
    found = queries.settings_of(house.id)
    if found is None:
        found = ReminderSettings(organisation_id=house.id, is_on=False, last_run_on=date.min)
        session().add(found)
    for name, value in values.items():
        setattr(found, name, value)
    session().flush()
    if is_on and not found.is_on:
        found.last_run_on = slot(clock.now(), house.timezone, found.hour)
    found.is_on = is_on
    session().flush()
    note("reminder.settings_changed", house.id, who.actor, is_on=is_on, mode=found.mode.value)


def slot(moment: datetime, timezone: str, hour: int) -> date:
    """Return the day whose run is the last that was due at a moment: today's, or yesterday's before."""
    here = moment.astimezone(ZoneInfo(timezone))
    return here.date() if here.hour >= hour else here.date() - timedelta(days=1)


def save_text(house: Organisation, who: Principal, level: int, language: str, body: str) -> None:
    """Keep what a reminder says; raises `Refused` for placeholders that cannot stand there."""
    wrong = words.wrong(body)
    if wrong:
        raise Refused(" ".join(told(one, Kind.REMINDER) for one in wrong))
    if body == words.standard(level, language):
        forget_text(house, who, level, language)
        return
    topic = {"organisation_id": house.id, "level": level, "language": language}
    row = insert(ReminderText).values(**topic, body=body)
    session().execute(row.on_conflict_do_update(index_elements=list(topic), set_={"body": body}))
    note("reminder.text_changed", house.id, who.actor, level=level, language=language)


def forget_text(house: Organisation, who: Principal, level: int, language: str) -> None:
    """Go back to the standard's words."""
    session().execute(
        delete(ReminderText).where(
            ReminderText.organisation_id == house.id,
            ReminderText.level == level,
            ReminderText.language == language,
        )
    )
    note("reminder.text_changed", house.id, who.actor, level=level, language=language)


def choose(customer: Customer, who: Principal, choice: Choice) -> None:
    """Say whether a customer is reminded."""
    if queries.choice_of(customer.id) is choice:
        return
    values = {"organisation_id": customer.organisation_id, "choice": choice}
    row = insert(ReminderChoice).values(customer_id=customer.id, **values)
    session().execute(row.on_conflict_do_update(index_elements=["customer_id"], set_=values))
    journal.record(
        "reminder.choice_changed",
        who.actor,
        organisation_id=customer.organisation_id,
        about=("customer", customer.id),
        choice=choice.value,
    )


def note(name: str, organisation_id: str, by: journal.Actor, **data: Any) -> None:
    """Write a line about how an organisation reminds."""
    about = ("organisation", organisation_id)
    journal.record(name, by, organisation_id=organisation_id, about=about, **data)
