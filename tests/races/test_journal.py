"""Twenty write at once, in several houses and in any order: one chain each, and nobody waits for ever."""

from app.core import journal, verification
from app.core.journal import SYSTEM
from app.core.runtime import Runtime
from app.core.verification import Walk
from tests.cast import found
from tests.races.together import THREADS, Meeting, together

ROUNDS = 4


def test_chains_stay_whole_however_many_write_at_once(here: Runtime) -> None:
    with here.database.transaction():
        houses = [found(slug, slug).id for slug in ("one", "two", "three")]
    for _round in range(ROUNDS):
        meeting = Meeting(here, THREADS)

        def write(number: int, meeting: Meeting = meeting) -> None:
            order = houses if number % 2 else houses[::-1]
            for house in order[: 1 + number % 3]:
                about = ("organisation", house)
                journal.record("test.wrote", SYSTEM, organisation_id=house, about=about, n=number)
            meeting.wait()

        together(here, THREADS, write)
    walks = [verification.verify(here.database, Walk(one), lambda _n: None) for one in houses]
    assert [walk.broken for walk in walks] == [None] * 3
    written = sum(1 + number % 3 for number in range(THREADS)) * ROUNDS
    assert sum(walk.sequence for walk in walks) == written + len(houses)
