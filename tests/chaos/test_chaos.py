import pytest

from tests import databases
from tests.chaos import bulk, channels, chaos

pytestmark = pytest.mark.chaos


def survives(report: chaos.Report, kills: int) -> None:
    print(report)
    assert report.wrong == []
    assert report.kills >= kills
    assert report.verdict.published == kills * chaos.DOCUMENTS_PER_KILL
    assert report.verdict.mails >= report.verdict.dispatches >= report.verdict.published


@pytest.mark.parametrize("database", databases.kinds())
def test_nothing_is_lost_whoever_is_killed(database: str) -> None:
    survives(chaos.run(15, database, seed=15), 15)


def test_nothing_is_lost_where_redis_is_never_started() -> None:
    survives(chaos.run(10, databases.chosen(), with_redis=False, seed=10), 10)


@pytest.mark.parametrize("database", databases.kinds())
def test_bulk_work_survives_whoever_is_killed(database: str) -> None:
    report = bulk.run(60, 6, database, seed=8)
    print(report)
    assert report.wrong == []
    assert report.hits.total() >= 4


@pytest.mark.parametrize("database", databases.kinds())
def test_every_dispatch_stands_where_the_other_side_s_books_say(database: str) -> None:
    report = channels.run(120, 6, database, seed=3)
    print(report)
    assert report.wrong == []
    assert report.kills.total() >= 6
    assert report.dispatches == 120
