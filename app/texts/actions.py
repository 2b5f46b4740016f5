"""Every write about texts: saved, put back to the standard, sent to oneself to be looked at."""

from typing import Any

from sqlalchemy import update

from app.access.principal import Principal
from app.core import clock, ids, journal
from app.core.db import insert, session
from app.core.errors import Refused
from app.notices import actions as notices
from app.notices.rules import Addressee, Written
from app.organisations.models import Organisation
from app.texts import queries
from app.texts.models import OwnText
from app.texts.rules.placeholders import told
from app.texts.rules.words import Topic, Words, all_problems, changed, standard, tidy, without_note


class Overtaken(Exception):
    """Somebody else changed the text after it was loaded; nothing was saved."""


def save(who: Principal, of: Topic, words: Words, version: int) -> bool:
    """Keep an organisation's words; False where they say what holds already.

    `version` is the one that was loaded, 0 for none. Raises `Overtaken` where it is not the newest,
    and `Refused` for placeholders that cannot stand where they stand.
    """
    after = tidy(words)
    wrong = all_problems(after, of.kind)
    if wrong:
        raise Refused(" ".join(told(one, of.kind) for one in wrong))
    before = queries.own(who.organisation_id, of)
    if (before.version if before else 0) != version:
        raise Overtaken
    differing = changed(queries.words(before, of), after)
    if not differing:
        return False
    text_id = _put(who, of, after, version)
    _note(who, of, "text.changed", text_id, places=[place.value for place in differing])
    return True


def reset(who: Principal, of: Topic, version: int) -> None:
    """Go back to the standard's letter; the note stays. Raises `Overtaken`."""
    before = queries.own(who.organisation_id, of)
    if before is None or before.version != version:
        raise Overtaken
    usual = without_note(standard(of))
    text_id = _put(who, of, Words(usual.subject, usual.body, usual.button, before.note), version)
    _note(who, of, "text.reset", text_id)


def send_to_oneself(
    house: Organisation, who: Principal, to: Addressee, of: Topic, written: Written
) -> None:
    """Mail a text to the person who writes it, filled and looking as it will."""
    about = ("organisation", house.id)
    notices.post(house, to, written, key=f"text:{ids.new()}", about=about, language=of.language)
    kind, language = of.kind.value, of.language
    journal.record(
        "text.tested",
        who.actor,
        organisation_id=house.id,
        about=about,
        kind=kind,
        language=language,
    )


def _put(who: Principal, of: Topic, words: Words, version: int) -> str:
    """Write the row if it is still at `version`; what equals the standard is not kept."""
    usual = standard(of)
    values = {
        "subject": None if words.subject == usual.subject else words.subject,
        "body": None if words.body == usual.body else words.body,
        "button": None if words.button == usual.button else words.button,
        "note": words.note,
        "version": version + 1,
        "changed_at": clock.now(),
        "changed_by": who.name[:200],
    }
    topic = {"organisation_id": who.organisation_id, "kind": of.kind, "language": of.language}
    if version == 0:
        row = insert(OwnText).values(id=ids.new(), **topic, **values)
        change = row.on_conflict_do_nothing().returning(OwnText.id)
        made = session().execute(change).first()
    else:
        moved = update(OwnText).filter_by(**topic).where(OwnText.version == version)
        made = session().execute(moved.values(**values).returning(OwnText.id)).first()
    if made is None:
        raise Overtaken
    return str(made[0])


def _note(who: Principal, of: Topic, name: str, text_id: str, **data: Any) -> None:
    journal.record(
        name,
        who.actor,
        organisation_id=who.organisation_id,
        about=("text", text_id),
        kind=of.kind.value,
        language=of.language,
        **data,
    )
