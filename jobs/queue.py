"""RQ, kept harmless: JSON only, an allow-list of functions, no callbacks, ids as arguments only.

Whoever can write to Redis could otherwise run any function of Python: a serializer alone does not
prevent that.
"""

from collections.abc import Callable
from typing import Any

from redis import Redis
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from jobs import pump

NAME = "kontor"
ALLOWED: dict[str, Callable[..., Any]] = {"jobs.pump.drain": pump.drain}
PUMPS = 2
"""How many pump jobs wait in the queue at most."""
TIME_LIMIT = 300
"""Seconds after which RQ ends a pump; its rows come back when their leases end."""


class KontorJob(Job):
    """An RQ job that can be nothing but one of `ALLOWED`."""

    @property
    def func(self) -> Callable[..., Any]:
        """Return the function; raises `ValueError` for anything that is not ours."""
        function = ALLOWED.get(self.func_name or "")
        if function is None:
            raise ValueError("this function is not on the list")
        return function

    @property
    def success_callback(self) -> None:
        """Nothing is called because a job says so."""
        return

    @property
    def failure_callback(self) -> None:
        """Nothing is called because a job says so."""
        return

    @property
    def stopped_callback(self) -> None:
        """Nothing is called because a job says so."""
        return

    def send_webhooks(self, *_about: object, **_more: object) -> None:
        """Nothing is fetched because a job says so: RQ would open any URL that stands in Redis."""


def connect(url: str, patience: float | None = None) -> Redis:
    """Connect to Redis; two seconds decide whether it is there, `patience` seconds whether it answers.

    None is for workers, who wait for work as long as it takes.
    """
    return Redis.from_url(url, socket_connect_timeout=2, socket_timeout=patience)


def queue(connection: Redis) -> Queue:
    """Return our one queue: with several, RQ would lose the job of a worker killed at the wrong moment."""
    return Queue(NAME, connection=connection, job_class=KontorJob, serializer=JSONSerializer)


def kick(connection: Redis) -> None:
    """See to it that pumps wait in the queue."""
    waiting = queue(connection)
    for _missing in range(PUMPS - len(waiting)):
        waiting.enqueue_call(
            "jobs.pump.drain", timeout=TIME_LIMIT, result_ttl=0, failure_ttl=600, ttl=TIME_LIMIT
        )
