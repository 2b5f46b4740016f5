"""Every look-up of reminding."""

from app.dunning.queries.houses import (
    houses_on,
    last_run,
    reminder_by_document,
    reminder_by_id,
    run_by_id,
    settings_of,
    steps_of,
    text_of,
    texts_of,
    waiting_reminders,
)
from app.dunning.queries.pauses import (
    beside_customer,
    beside_document,
    choice_of,
    pause_of,
    paused,
)
from app.dunning.queries.standing import Place, Standing, due, of_documents, of_lineages, place_of

__all__ = [
    "Place",
    "Standing",
    "beside_customer",
    "beside_document",
    "choice_of",
    "due",
    "houses_on",
    "last_run",
    "of_documents",
    "of_lineages",
    "pause_of",
    "paused",
    "place_of",
    "reminder_by_document",
    "reminder_by_id",
    "run_by_id",
    "settings_of",
    "steps_of",
    "text_of",
    "texts_of",
    "waiting_reminders",
]
