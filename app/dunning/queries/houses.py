"""Look-ups of settings, texts, runs and the reminders that are made."""

from sqlalchemy import select, true

from app.core.db import session
from app.dunning.models import (
    Reminder,
    ReminderRun,
    ReminderSettings,
    ReminderStep,
    ReminderText,
)
from app.dunning.rules import words
from app.organisations.models import Organisation


def settings_of(organisation_id: str) -> ReminderSettings | None:
    """Return how an organisation reminds; None where nobody has decided anything."""
    return session().get(ReminderSettings, organisation_id)


def houses_on() -> list[tuple[Organisation, ReminderSettings]]:
    """Return the organisations that remind; for the timetable."""
    rows = (
        select(Organisation, ReminderSettings)
        .join(ReminderSettings, ReminderSettings.organisation_id == Organisation.id)
        .where(ReminderSettings.is_on == true())
        .order_by(Organisation.id)
    )
    return [(row[0], row[1]) for row in session().execute(rows)]


def text_of(organisation_id: str, level: int, language: str) -> str:
    """Return what a reminder says: the organisation's words, or the standard's."""
    own = session().get(ReminderText, (organisation_id, level, language))
    return own.body if own is not None else words.standard(level, language)


def texts_of(organisation_id: str) -> set[tuple[int, str]]:
    """Return the levels and languages in which an organisation has words of its own."""
    rows = select(ReminderText.level, ReminderText.language).where(
        ReminderText.organisation_id == organisation_id
    )
    return {(row.level, row.language) for row in session().execute(rows)}


def run_by_id(run_id: str) -> ReminderRun | None:
    """Return a run; for jobs."""
    return session().get(ReminderRun, run_id)


def last_run(organisation_id: str) -> ReminderRun | None:
    """Return the newest run of an organisation."""
    rows = select(ReminderRun).where(ReminderRun.organisation_id == organisation_id)
    return session().scalar(rows.order_by(ReminderRun.id.desc()).limit(1))


def reminder_by_id(reminder_id: str) -> Reminder | None:
    """Return a reminder that was decided on; for jobs."""
    return session().get(Reminder, reminder_id)


def reminder_by_document(document_id: str) -> Reminder | None:
    """Return the reminder of Kontor's that a document is; None for another program's."""
    return session().scalar(select(Reminder).where(Reminder.document_id == document_id))


def steps_of(reminder_id: str) -> list[ReminderStep]:
    """Return what a reminder is about, by lineage."""
    rows = select(ReminderStep).where(ReminderStep.reminder_id == reminder_id)
    return list(session().scalars(rows.order_by(ReminderStep.lineage_id)))


def waiting_reminders(lineage_id: str) -> list[Reminder]:
    """Return the reminders about a document that Kontor made, the last level first."""
    rows = (
        select(Reminder)
        .join(ReminderStep, ReminderStep.reminder_id == Reminder.id)
        .where(ReminderStep.lineage_id == lineage_id, Reminder.document_id.is_not(None))
        .order_by(ReminderStep.level.desc())
    )
    return list(session().scalars(rows))
