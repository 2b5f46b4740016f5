"""`python -m jobs.worker`: an RQ worker for our one queue."""

import ctypes
import os
import signal
import sys
from typing import Any

from rq import Worker
from rq.serializers import JSONSerializer

from app.core import log, settings
from jobs.queue import KontorJob, connect, queue

PR_SET_PDEATHSIG = 1


class KontorWorker(Worker):
    """A worker whose horses die with it: an orphan would send beside its successor."""

    max_connection_wait_time = 2.0
    """Seconds between two looks for a Redis that was away; RQ would come to wait a minute."""

    def main_work_horse(self, *arguments: Any) -> None:
        """Run one job in the forked child."""
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != self.pid:
                os._exit(1)  # it died before we could ask to be told
        super().main_work_horse(*arguments)


def main() -> None:
    """Work until told to stop."""
    configuration = settings.from_environment()
    log.configure(configuration.log_level)
    if configuration.redis_url is None:
        sys.exit("KONTOR_REDIS_URL is not set: the relay does all work, no worker is needed.")
    connection = connect(configuration.redis_url)
    worker = KontorWorker(
        [queue(connection)],
        connection=connection,
        job_class=KontorJob,
        serializer=JSONSerializer,
        maintenance_interval=60,
        worker_ttl=60,
        job_monitoring_interval=5,
    )
    worker.work(logging_level="WARNING")


if __name__ == "__main__":
    main()
