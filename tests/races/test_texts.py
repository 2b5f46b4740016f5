"""Twenty editors save at once: one wins, and all others are told."""

from dataclasses import replace

import pytest

from app.access.grants import Role
from app.access.principal import Principal
from app.core import ids, journal
from app.core.runtime import Runtime
from app.documents.rules.kinds import Kind
from app.texts import actions, queries
from app.texts.actions import Overtaken
from app.texts.rules.words import Topic, standard
from tests import cast
from tests.races.together import THREADS, together

OF = Topic(Kind.QUOTE, "nb")


@pytest.mark.parametrize("version", [0, 1])
def test_of_twenty_editors_one_saves(here: Runtime, version: int) -> None:
    with here.database.transaction():
        house = cast.found("races", "House of Races")
        ben = Principal(role=Role.STAFF, id=ids.new(), name="Ben", organisation_id=house.id)
        if version:
            actions.save(ben, OF, replace(standard(OF), note="before"), 0)

    def save(number: int) -> int | None:
        try:
            actions.save(ben, OF, replace(standard(OF), note=f"from {number}"), version)
        except Overtaken:
            return None
        return number

    (winner,) = [one for one in together(here, THREADS, save) if one is not None]
    with here.database.reading():
        found = queries.own(ben.organisation_id, OF)
        assert found is not None
        assert (found.note, found.version) == (f"from {winner}", version + 1)
        assert len(journal.about("text", found.id)) == version + 1
