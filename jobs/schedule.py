"""The timetable: what is started how often; `app.core.schedule` sees to it that it is once."""

from datetime import timedelta

from app.core import schedule
from app.reports.actions import running as reports

TIMETABLE: dict[str, timedelta] = {
    "delivery.collect": timedelta(minutes=1),
    "delivery.listen_due": timedelta(minutes=1),
    "dunning.start": timedelta(minutes=10),
    "ladders.look": timedelta(minutes=10),
    "housekeeping.sweep": timedelta(hours=1),
    "reports.look": timedelta(minutes=1),
}


def start_due() -> None:
    """Promise what this moment's slots ask for, unless another relay has."""
    for name, interval in TIMETABLE.items():
        schedule.start(name, interval)
    reports.start_due()
