"""The timetable: what is started how often; `app.core.schedule` sees to it that it is once."""

from datetime import timedelta

from app.core import schedule

TIMETABLE: dict[str, timedelta] = {
    "delivery.listen_due": timedelta(minutes=1),
    "dunning.start": timedelta(minutes=10),
    "housekeeping.sweep": timedelta(hours=1),
}


def start_due() -> None:
    """Promise what this moment's slots ask for, unless another relay has."""
    for name, interval in TIMETABLE.items():
        schedule.start(name, interval)
