"""Send dispatches."""

from app.delivery import actions
from app.delivery.channels import email
from jobs.job import Outside


def prepare(dispatch: str) -> email.Sending | None:
    """Open the attempt and write the letter."""
    return actions.begin(dispatch)


def abandon(dispatch: str) -> None:
    """Say that it was given up."""
    actions.give_up(dispatch)


SEND = Outside(
    prepare=prepare,
    perform=email.submit,
    settle=actions.finish,
    abandon=abandon,
    leave=email.hang_up,
)
