from datetime import UTC, datetime, timedelta

from app.core.progress import ENOUGH, Progress

BEGAN = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


def test_the_time_left_follows_the_pace_so_far() -> None:
    progress = Progress(total=100, done=25, since=BEGAN)
    assert progress.left(BEGAN + timedelta(seconds=50)) == timedelta(seconds=150)


def test_nothing_is_guessed_from_the_first_few() -> None:
    assert Progress(100, ENOUGH - 1, since=BEGAN).left(BEGAN + timedelta(minutes=1)) is None


def test_nothing_is_guessed_while_work_is_stopped_or_over() -> None:
    later = BEGAN + timedelta(minutes=1)
    assert Progress(100, 50, since=BEGAN, is_stopped=True).left(later) is None
    assert Progress(100, 100, since=BEGAN).left(later) is None
    assert Progress(100, 50).left(later) is None


def test_what_waits_is_never_less_than_nothing() -> None:
    assert Progress(3, 5).waiting == 0
    assert Progress(3, 5).is_over


def test_the_pace_of_resumed_work_is_that_since_it_was_resumed() -> None:
    progress = Progress(total=1000, done=600, before=500, since=BEGAN)
    assert progress.left(BEGAN + timedelta(seconds=50)) == timedelta(seconds=200)
    assert Progress(1000, 505, before=500, since=BEGAN).left(BEGAN + timedelta(seconds=50)) is None
