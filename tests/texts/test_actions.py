"""Texts are saved by whoever had the newest before them, and only where all placeholders fit."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from app.access.principal import Principal
from app.core import ids, journal
from app.core.errors import Refused
from app.documents.rules.kinds import Kind
from app.organisations.models import Organisation
from app.texts import actions, queries
from app.texts.actions import Overtaken
from app.texts.rules.words import Topic, standard

GERMAN = Topic(Kind.INVOICE, "de")
OWN = replace(standard(GERMAN), subject="Ihre Rechnung [Invoice.number]")


def test_what_is_saved_holds_for_its_topic_alone(house: Organisation, ben: Principal) -> None:
    assert actions.save(ben, GERMAN, OWN, 0)
    assert queries.words_for(house.id, GERMAN) == OWN
    for other in (Topic(Kind.INVOICE, "en"), Topic(Kind.QUOTE, "de")):
        assert queries.words_for(house.id, other) == standard(other)
    assert queries.words_for(ids.new(), GERMAN) == standard(GERMAN)


def test_what_equals_the_standard_is_not_kept(house: Organisation, ben: Principal) -> None:
    assert actions.save(ben, GERMAN, standard(GERMAN), 0) is False
    assert queries.own(house.id, GERMAN) is None
    actions.save(ben, GERMAN, OWN, 0)
    found = queries.own(house.id, GERMAN)
    assert found is not None
    assert (found.body, found.button, found.is_own) == (None, None, True)


def test_who_had_an_older_one_before_them_overwrites_nothing(
    house: Organisation, ben: Principal
) -> None:
    actions.save(ben, GERMAN, OWN, 0)
    late = replace(OWN, subject="Zu spät")
    for version in (0, 2, 99):
        with pytest.raises(Overtaken):
            actions.save(ben, GERMAN, late, version)
        with pytest.raises(Overtaken):
            actions.reset(ben, GERMAN, version)
    assert queries.words_for(house.id, GERMAN) == OWN
    assert actions.save(ben, GERMAN, late, 1)
    assert queries.words_for(house.id, GERMAN).subject == "Zu spät"


def test_the_standard_comes_back_and_the_note_stays(
    house: Organisation, ben: Principal, session: Session
) -> None:
    actions.save(ben, GERMAN, replace(OWN, note="Danke"), 0)
    actions.reset(ben, GERMAN, 1)
    session.expire_all()
    assert queries.words_for(house.id, GERMAN) == replace(standard(GERMAN), note="Danke")
    found = queries.own(house.id, GERMAN)
    assert found is not None
    assert (found.is_own, found.version) == (False, 2)


def test_the_journal_says_who_changed_what(house: Organisation, ben: Principal) -> None:
    actions.save(ben, GERMAN, replace(OWN, note="Danke"), 0)
    found = queries.own(house.id, GERMAN)
    assert found is not None
    actions.reset(ben, GERMAN, 1)
    lines = journal.about("text", found.id)
    assert [(one.name, one.actor_name) for one in lines] == [
        ("text.reset", "Ben Brunner"),
        ("text.changed", "Ben Brunner"),
    ]
    assert lines[1].data["places"] == ["subject", "note"]


def test_a_placeholder_that_does_not_fit_refuses_to_be_saved(
    house: Organisation, ben: Principal
) -> None:
    wrong = replace(OWN, body="[Quote.valid_until] [Invoice.nubmer]", button="[Invoice.summary]")
    with pytest.raises(Refused) as refusal:
        actions.save(ben, GERMAN, wrong, 0)
    for named in ("[Quote.valid_until]", "[Invoice.nubmer]", "[Invoice.summary]"):
        assert named in refusal.value.sentence
    assert queries.own(house.id, GERMAN) is None
