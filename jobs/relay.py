"""`python -m jobs.relay`: keeps pumps in the queue, the timetable and an eye on the drop folders.

Where nobody else does the work, it does it itself.

Any number of relays may run: what they do is decided by conditional writes, not by who is first.
"""

import logging
import signal
import threading
from datetime import timedelta
from time import monotonic

from redis.exceptions import RedisError

from app.core import clock, log, outbox, runtime, settings
from app.core.runtime import Runtime
from jobs import pump, queue, schedule
from jobs.drop_folder import Watch

logger = logging.getLogger(__name__)

PAUSE = 0.5
PATIENCE = 2.0
"""Seconds that Redis may be away before the relay works itself."""
LONGEST_WAIT = timedelta(seconds=20)
"""How long work may lie there with Redis up: then its workers are gone, or cannot keep up."""
TIMETABLE_EVERY = 5.0


class Relay:
    """One relay: what it knows from one round to the next."""

    def __init__(self, here: Runtime) -> None:
        self.here = here
        url = here.settings.redis_url
        self.redis = queue.connect(url, PATIENCE) if url else None
        self.last_kick = monotonic() if url else float("-inf")
        self.last_timetable = float("-inf")
        self.watch = Watch(here)

    def round(self) -> None:
        """Look once at what is due, and see to it that somebody does it."""
        if monotonic() - self.last_timetable >= TIMETABLE_EVERY:
            with self.here.database.transaction():
                schedule.start_due()
            self.last_timetable = monotonic()
        self.watch.look()
        with self.here.database.reading():
            oldest = outbox.oldest_due()
        if self._kick(oldest is not None):
            self.last_kick = monotonic()
        is_alone = monotonic() - self.last_kick > PATIENCE
        if oldest is not None and (is_alone or clock.now() - oldest > LONGEST_WAIT):
            pump.work(self.here, pump.TURN)

    def _kick(self, waiting: bool) -> bool:
        """Return whether Redis is there; put pumps into the queue where work is waiting."""
        if self.redis is None:
            return False
        try:
            if waiting:
                queue.kick(self.redis)
            else:
                self.redis.ping()
        except (RedisError, OSError):
            return False
        return True


def main() -> None:
    """Go round until told to stop."""
    configuration = settings.from_environment()
    log.configure(configuration.log_level)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_about: stop.set())
    here = runtime.build(configuration)
    with runtime.using(here):
        relay = Relay(here)
        while not stop.wait(PAUSE):
            try:
                relay.round()
            except Exception:
                # The database may be away for a while: the next round tries again.
                logger.exception("a round failed")


if __name__ == "__main__":
    main()
