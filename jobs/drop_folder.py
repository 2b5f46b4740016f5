"""Watching the drop folders: a part of the relay's round."""

import logging
from collections.abc import Iterable
from pathlib import Path
from time import monotonic

from app.core import ids
from app.core.runtime import Runtime
from app.organisations.models import Organisation
from app.ways_in import queries
from app.ways_in.actions import dropping
from app.ways_in.channels import drop_folder
from app.ways_in.channels.drop_folder import Seen

logger = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds between two looks."""


class Watch:
    """What a relay knows of the drop folders from one look to the next."""

    def __init__(self, here: Runtime) -> None:
        self.here = here
        self.root = here.settings.drop_folder
        self.last_look = float("-inf")
        self._since: dict[Seen, float] = {}
        """Since when each waiting file has looked as it does; a file that changes is another one."""
        self._reported: set[str] = set()

    def look(self) -> None:
        """Look once, if it is time: claim what is complete, take in, settle."""
        if self.root is None or monotonic() - self.last_look < LOOK_EVERY:
            return
        self.last_look = monotonic()
        try:
            self._look(self.root)
        except Exception:
            # The storage or the database may be away: the other work of the relay goes on.
            logger.exception("a look at the drop folders failed")

    def _look(self, root: Path) -> None:
        with self.here.database.reading():
            houses = queries.organisations()
        self._notice(self._waiting(root, houses))
        for seen, since in list(self._since.items()):
            if monotonic() - since >= self.here.settings.drop_folder_quiet:
                self._claim(seen)
        for house in houses:
            self._take_in(house, root / house.slug)
        dropping.settle(root)

    def _waiting(self, root: Path, houses: Iterable[Organisation]) -> set[Seen]:
        found: set[Seen] = set()
        for house in houses:
            try:
                drop_folder.prepare(root / house.slug)
                found.update(drop_folder.waiting(root / house.slug))
            except OSError as error:
                self._report(f"{house.slug}: {error.strerror}")
        return found

    def _notice(self, found: set[Seen]) -> None:
        now = monotonic()
        self._since = {seen: self._since.get(seen, now) for seen in found}

    def _claim(self, seen: Seen) -> None:
        try:
            drop_folder.claim(seen, ids.new())
        except OSError as error:
            self._report(f"{seen.path}: {error.strerror}")
        else:
            self._since.pop(seen, None)

    def _take_in(self, house: Organisation, folder: Path) -> None:
        try:
            dropping.take_in(house, folder)
        except OSError as error:
            self._report(f"{house.slug}: {error.strerror}")

    def _report(self, trouble: str) -> None:
        """Log what is wrong with a folder or a file, once."""
        if trouble not in self._reported:
            self._reported.add(trouble)
            logger.warning("drop folder: %s", trouble)
