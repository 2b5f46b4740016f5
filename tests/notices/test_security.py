"""What happens to an account is told to its person, in their language."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock, languages, outbox
from app.core.journal import SYSTEM, Entry, record
from app.core.runtime import Runtime
from app.identity import actions as identity
from app.identity.models import Person
from app.notices import actions
from app.notices.models import Notice
from app.organisations.rules import MemberRole
from app.words.happenings import HAPPENINGS
from jobs import reactions
from tests import cast

SECRET = "a walnut rolls downhill"


def ben(session: Session) -> Person:
    return cast.member(cast.found("lindenhof", "Haus Lindenhof"), "Ben Brunner", MemberRole.STAFF)


def test_every_kind_has_its_words_in_every_language_and_a_line(session: Session) -> None:
    person = ben(session)
    data = {
        "factor": "Telefon",
        "left": 3,
        "agent": "Firefox/144.0 Linux",
        "address": "203.0.113.…",
    }
    subjects = set()
    for language in languages.LANGUAGES:
        identity.choose_language(person, language)
        for name in actions.SECURITY:
            assert name in HAPPENINGS
            entry = record(
                name,
                SYSTEM,
                organisation_id=person.organisation_id,
                about=("person", person.id),
                **data,  # type: ignore[arg-type]
            )
            session.flush()
            actions.tell_of_security(entry)
    session.flush()
    for notice in session.scalars(select(Notice)):
        assert notice.address == person.email
        said = str(notice.said)
        assert "http://kontor.test/account" in said
        assert "%(" not in said
        subjects.add(notice.said["subject"])
    kinds = len(actions.SECURITY) - 1  # two say the same in their subject
    assert len(subjects) == kinds * len(languages.LANGUAGES)


def test_a_changed_password_is_told_by_the_reaction_to_its_line_once(here: Runtime) -> None:
    with here.database.transaction() as session:
        person = ben(session)
        identity.change_password(person, SECRET, "Haus Lindenhof", None)
        session.flush()
        (entry,) = session.scalars(select(Entry).where(Entry.name == "person.password_changed"))
        asked = select(outbox.Promise).where(
            outbox.Promise.arguments["entry"].as_string() == entry.id
        )
        assert session.scalars(asked).one().task == "reactions.react"
        for _time in range(2):
            reactions.react(entry.id)
        (notice,) = session.scalars(select(Notice))
        assert notice.said["subject"] == "Your password was changed: Haus Lindenhof"
        assert SECRET not in str(notice.said)
        assert notice.created_at <= clock.now()
