"""Send dispatches."""

from datetime import timedelta

from app.delivery import actions
from app.delivery.channels import email
from jobs.job import Outside


def prepare(dispatch: str) -> email.Sending | timedelta | None:
    """Open the attempt and write the letter; a pause where a file that it carries is being made."""
    return actions.wait_for_files(dispatch) or actions.begin(dispatch)


def perform(prepared: email.Sending | timedelta) -> email.Result | None:
    """Hand the letter over, unless it waits."""
    return None if isinstance(prepared, timedelta) else email.submit(prepared)


def settle(prepared: email.Sending | timedelta, result: email.Result | None) -> bool | timedelta:
    """Write down what came of it; a letter that waits is looked at again after its pause."""
    if isinstance(prepared, timedelta) or result is None:
        return prepared if isinstance(prepared, timedelta) else False
    return actions.finish(prepared, result)


def abandon(dispatch: str) -> None:
    """Say that it was given up."""
    actions.give_up(dispatch)


SEND = Outside(
    prepare=prepare,
    perform=perform,
    settle=settle,
    abandon=abandon,
    leave=email.hang_up,
)
