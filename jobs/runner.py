"""One piece of work from claim to finish, with a transaction on each side of the outside."""

import logging
from datetime import timedelta
from time import sleep

from sqlalchemy.exc import OperationalError

from app.core import log, outbox, runtime
from app.core.outbox import Task
from app.core.runtime import Runtime
from jobs.job import Job, Outside, Plain
from jobs.register import JOBS

logger = logging.getLogger(__name__)

SETTLE_TRIES = 5
SETTLE_PAUSE = 1.0
"""Seconds between two tries to write down a result."""


def run(here: Runtime, promise_id: str) -> bool:
    """Do one piece of due work; False where somebody else holds it, or it is not due."""
    with runtime.using(here):
        log.reference.set(promise_id)
        try:
            return _run(here, promise_id)
        except Exception as error:
            logger.exception("work failed before it began")
            with here.database.transaction():
                outbox.postpone(promise_id, _pause(here, 1), repr(error))
            return True


def _run(here: Runtime, promise_id: str) -> bool:
    with here.database.transaction():
        task = outbox.claim(promise_id, timedelta(seconds=here.settings.lease_seconds))
        if task is None:
            return False
        job = JOBS[task.name]
        if task.attempt > job.tries:
            job.abandon(**task.arguments)
            outbox.give_up(task, f"given up after {job.tries} tries")
            return True
        prepared = job.prepare(**task.arguments) if isinstance(job, Outside) else None
        if isinstance(job, Outside) and prepared is None:
            outbox.finish(task)
            return True
    try:
        _finish(here, task, job, prepared)
    except Exception as error:
        if not isinstance(error, outbox.Again):
            logger.exception("%s failed", task.name)
        with here.database.transaction():
            outbox.put_back(task, _pause(here, task.attempt), repr(error))
    return True


def _finish(here: Runtime, task: Task, job: Job, prepared: object) -> None:
    if isinstance(job, Plain):
        with here.database.transaction():
            if outbox.hold(task):
                job.action(**task.arguments)
                outbox.finish(task)
        return
    result = job.perform(prepared)
    for tries_left in reversed(range(SETTLE_TRIES)):
        try:
            _settle(here, task, job, prepared, result)
            break
        except OperationalError:
            # The database was away for a moment; what was done outside must not be done again.
            if not tries_left:
                raise
            sleep(SETTLE_PAUSE)


def _settle(here: Runtime, task: Task, job: Outside, prepared: object, result: object) -> None:
    with here.database.transaction():
        outbox.hold(task)
        # Also where the lease was lost: what came of the attempt is known to nobody else.
        again = job.settle(prepared, result)
        if again:
            named = again if isinstance(again, timedelta) else None
            outbox.put_back(task, named or _pause(here, task.attempt))
        else:
            outbox.finish(task)


def _pause(here: Runtime, attempt: int) -> timedelta:
    return outbox.pause_before(attempt, here.settings.retry_seconds)
