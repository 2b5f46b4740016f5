"""Tell endpoints what happened."""

from app.webhooks.actions import attempts
from app.webhooks.channels import calling
from jobs.job import Outside


def prepare(delivery: str) -> calling.Sending | None:
    """Open the try."""
    return attempts.begin(delivery)


def abandon(delivery: str) -> None:
    """Say that it was given up."""
    attempts.give_up(delivery)


SEND = Outside(prepare=prepare, perform=calling.submit, settle=attempts.finish, abandon=abandon)
