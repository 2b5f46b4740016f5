"""Send dispatches, listen to partners, read what they told."""

from datetime import timedelta

from app.delivery import actions
from app.delivery.actions import breaker, collecting, handing, listening, releases, switching
from app.delivery.actions.listening import Listening, Unread
from app.delivery.channels import register
from app.delivery.channels.adapter import Heard, Parcel, Result
from app.delivery.rules import News
from app.organisations.rules import Channel
from jobs.job import Outside, Plain


def prepare(dispatch: str) -> Parcel | timedelta | None:
    """Open the attempt and make the parcel; a pause where it waits for files or for the channel."""
    return actions.begin(dispatch)


def perform(prepared: Parcel | timedelta) -> Result | None:
    """Hand the parcel over, unless it waits."""
    return None if isinstance(prepared, timedelta) else handing.hand_over(prepared)


def settle(prepared: Parcel | timedelta, result: Result | None) -> bool | timedelta:
    """Write down what came of it; what waits is looked at again after its pause."""
    if isinstance(prepared, timedelta) or result is None:
        return prepared if isinstance(prepared, timedelta) else False
    return actions.finish(prepared, result)


def abandon(dispatch: str) -> None:
    """Say that it was given up."""
    actions.give_up(dispatch)


def begin_listening(organisation: str, channel: str) -> Listening | None:
    """Find out how far a partner was read."""
    return listening.begin(organisation, Channel(channel))


def keep(begun: Listening, heard: Heard | str) -> bool | timedelta:
    """Keep what was heard; listen again at once where there is more."""
    return timedelta(0) if listening.keep(begun, heard) else False


def unread(message: str) -> Unread | None:
    """Find the message."""
    return listening.unread(message)


def apply(begun: Unread, found: list[News] | str) -> bool | timedelta:
    """Fold its news in."""
    return listening.apply(begun, found)


SEND = Outside(
    prepare=prepare,
    perform=perform,
    settle=settle,
    abandon=abandon,
    leave=register.hang_up,
)
COLLECT = Outside(
    prepare=collecting.mailbox_of_installation,
    perform=collecting.collect,
    settle=collecting.put_away,
    tries=1000,
)
WATCH = Plain(breaker.watch)
GO_ON = Plain(breaker.go_on)
RECONSIDER = Plain(switching.reconsider_house)
RELEASE = Plain(releases.go_on)
LISTEN_DUE = Plain(listening.promise_listening)
LISTEN = Outside(prepare=begin_listening, perform=listening.listen, settle=keep, tries=5)
READ = Outside(prepare=unread, perform=listening.read, settle=apply, tries=100)
