"""Trying the connection to a print centre, step by step."""

from collections.abc import Awaitable, Callable
from secrets import token_hex

from asyncssh import SFTPClient

from app.core import runtime
from app.core.languages import N_
from app.delivery.channels.adapter import Setup, Step, StepState
from app.delivery.channels.print_centre.folders import Folders
from app.delivery.channels.print_centre.line import (
    FAULTS,
    Line,
    Unavailable,
    Where,
    shown_key,
    words,
)
from app.delivery.channels.print_centre.wiring import folders_of, where_of

REACH = N_("The host answers")
KEY = N_("The host shows the key that was confirmed")
SIGN_IN = N_("Signing in")
WRITE = N_("A letter can be put, renamed and removed")
READ = N_("Answers can be read")
MOVE = N_("Answers can be moved once they were read")
TAKEN = N_("Letters that were taken can be seen")


def test(setup: Setup) -> list[Step]:
    """Reach the host, compare its key, sign in, try the folders; nothing stays behind.

    Without a confirmed key it stops once the key is shown: nobody signs in at a stranger's.
    """
    where = where_of(setup, runtime.current().settings.outbound_private)
    try:
        shown = shown_key(where)
    except Unavailable as error:
        return [Step(REACH, StepState.FAILED, str(error))]
    steps = [Step(REACH, StepState.DONE, f"{where.host}:{where.port}")]
    if shown not in where.fingerprints:
        return [*steps, Step(KEY, StepState.FAILED, shown)]
    return [*steps, Step(KEY, StepState.DONE, shown), *_inside(where, folders_of(setup))]


def _inside(where: Where, at: Folders) -> list[Step]:
    try:
        line = Line(where)
    except Unavailable as error:
        return [Step(SIGN_IN, StepState.FAILED, str(error))]
    try:
        steps = [
            Step(SIGN_IN, StepState.DONE, where.username),
            _tried(line, WRITE, at.letters, lambda sftp: _write(sftp, at.letters)),
            _tried(line, READ, at.answers, lambda sftp: sftp.readdir(at.answers)),
            _tried(line, MOVE, at.done, lambda sftp: _write(sftp, at.done, make=True)),
        ]
        if at.taken:
            # Not every print centre shows it; without it a lost answer takes longer to clear up.
            seen = _tried(line, TAKEN, at.taken, lambda sftp: sftp.readdir(at.taken))
            is_seen = seen.state is StepState.DONE
            state = StepState.DONE if is_seen else StepState.WARNING
            steps.append(Step(seen.what, state, seen.detail))
        return steps
    finally:
        line.close()


def _tried(
    line: Line, what: str, folder: str, work: Callable[[SFTPClient], Awaitable[object]]
) -> Step:
    try:
        line.do(work)
    except FAULTS as error:
        return Step(what, StepState.FAILED, f"{folder}: {words(error)}")
    return Step(what, StepState.DONE, folder)


async def _write(sftp: SFTPClient, folder: str, *, make: bool = False) -> None:
    if make:
        await sftp.makedirs(folder, exist_ok=True)
    place = f"{folder}/kontor-test-{token_hex(4)}.part"
    async with sftp.open(place, "wb") as file:
        await file.write(b"a test of the connection\n")
    await sftp.rename(place, f"{place}.renamed")
    await sftp.remove(f"{place}.renamed")
