"""Responses are found in the partner's folder, kept, and put aside once they are kept."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from app.core import runtime
from app.core.languages import N_
from app.delivery.channels.adapter import Heard, Setup, Step, StepState
from app.delivery.channels.efaktura.remote import Remote
from app.delivery.channels.efaktura.store import Store, store_of
from app.delivery.channels.print_centre import trial
from app.delivery.channels.print_centre.line import shown_key

_NUMBER: Final = re.compile(rb"(\bssn\s*=\s*[\"'])[0-9]+")
"""A patient's social security number, as a response repeats it."""


def listen(setup: Setup, cursor: Mapping[str, Any]) -> Heard:
    """Return the responses that arrived; those of the time before are put aside first.

    Social security numbers are blotted out before anything is kept: nobody needs them there.
    Raises `OSError`.
    """
    folder = store_of(setup)
    folder.prepare()
    for where in ("done", "failed"):
        for name in cursor.get(where, ()):
            folder.put_aside(str(name), where)
    folder.forget()
    found = list(folder.arrived(runtime.current().settings.drop_folder_quiet))
    messages = [
        (_key(content), _blotted(content)) for _name, content in found if content is not None
    ]
    aside = {
        "done": [name for name, content in found if content is not None],
        "failed": [name for name, content in found if content is None],
    }
    return Heard(messages, aside, has_more=bool(found))


def _key(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _blotted(content: bytes) -> bytes:
    return _NUMBER.sub(rb"\1***", content)


def test(setup: Setup) -> list[Step]:
    """Try the folders: made, written to, read; of a server its key first."""
    what, steps = N_("Open the folders"), []
    try:
        folder = store_of(setup)
        if isinstance(folder, Remote):
            shown = shown_key(folder.where)
            if shown not in folder.where.fingerprints:
                return [Step(trial.KEY, StepState.FAILED, shown)]
            steps = [Step(trial.KEY, StepState.DONE, shown)]
        folder.prepare()
    except OSError as error:
        return [*steps, Step(what, StepState.FAILED, error.strerror or str(error))]
    steps.append(Step(what, StepState.DONE, folder.shown()))
    return [*steps, _tried_writing(folder), _tried_reading(folder)]


def _tried_writing(folder: Store) -> Step:
    what = N_("Write a file and remove it again")
    try:
        folder.try_writing()
    except OSError as error:
        return Step(what, StepState.FAILED, error.strerror or str(error))
    return Step(what, StepState.DONE)


def _tried_reading(folder: Store) -> Step:
    what = N_("Look for responses")
    try:
        waiting = sum(1 for _one in folder.arrived(0))
    except OSError as error:
        return Step(what, StepState.FAILED, error.strerror or str(error))
    return Step(what, StepState.DONE, str(waiting))
