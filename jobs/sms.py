"""Send text messages."""

from app.sms.actions import handing
from app.sms.providers import choosing
from app.sms.providers.order import Order
from jobs.job import Outside


def begin(message: str) -> Order | None:
    """Open the attempt."""
    return handing.begin(message)


def give_up(message: str) -> None:
    """Say that it was given up."""
    handing.give_up(message)


SEND = Outside(prepare=begin, perform=choosing.submit, settle=handing.finish, abandon=give_up)
