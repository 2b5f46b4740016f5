"""Mail that comes back: taken at the door by its address, or collected from a mailbox; kept as it came."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.core import runtime
from app.core.mail import read_verp
from app.delivery.actions import listening
from app.delivery.channels.email import mailbox
from app.delivery.channels.email.mailbox import Mailbox
from app.delivery.channels.email.returned import key_of, with_envelope
from app.organisations.rules import Channel

logger = logging.getLogger(__name__)

FETCH = "delivery.collect"


def is_ours(address: str) -> bool:
    """Say whether an address is a bounce address that we made; nobody else can make one."""
    settings = runtime.current().settings
    is_here = address.rpartition("@")[2].lower() == settings.bounce_domain.lower()
    return is_here and read_verp(address, settings.key("bounce")) is not None


def keep(recipient: str, sender: str, raw: bytes) -> bool:
    """Keep a mail that came to a bounce address, once; it is read after the commit."""
    whole = with_envelope(raw, sender, recipient)
    return listening.receive(Channel.EMAIL, None, key_of(raw, recipient), whole)


@dataclass(frozen=True, slots=True)
class Collected:
    """Messages out of a mailbox with their keys, and whether to look again at once."""

    messages: Sequence[tuple[str, bytes]] = ()
    has_more: bool = False


def mailbox_of_installation() -> Mailbox | None:
    """Return the mailbox in which mail that came back is collected; None where there is none."""
    url = runtime.current().settings.bounce_imap
    return None if url is None else Mailbox.from_url(url)


def collect(box: Mailbox) -> Collected:
    """Fetch what is new, and mark what is kept; slow, and outside of any transaction."""
    try:
        messages, has_more = mailbox.fetch(box, _known)
    except OSError as error:
        # Tried again with the next slot of the timetable: nothing is lost, it lies where it is.
        logger.warning("the mailbox at %s could not be read: %s", box.host, error)
        return Collected()
    return Collected(messages, has_more or bool(messages))


def _known(keys: Sequence[str]) -> set[str]:
    with runtime.current().database.reading():
        return listening.kept(Channel.EMAIL, None, keys)


def put_away(_box: Mailbox, collected: Collected) -> timedelta | bool:
    """Keep what was fetched; come back at once to mark it, and for the rest."""
    for key, raw in collected.messages:
        listening.receive(Channel.EMAIL, None, key, raw)
    return timedelta(seconds=1) if collected.has_more else False
