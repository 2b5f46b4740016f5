"""Listening to partners that are asked for their news: what they tell is kept raw, then read (B2-15)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from app.core import clock, inbox, languages, outbox
from app.core.db import session
from app.core.inbox import Message
from app.delivery.actions import health, hearing, recipients
from app.delivery.channels.adapter import Heard, RecipientNews, Setup
from app.delivery.channels.register import ADAPTERS
from app.delivery.channels.setups import setup_of
from app.delivery.queries import channels as queries
from app.delivery.rules import News
from app.organisations import queries as organisations
from app.organisations.rules import Channel

LISTEN = "delivery.listen"
READ = "delivery.read"
ORPHANS_FOR: Final = timedelta(minutes=10)
"""How long news waits for the dispatch that it is about: it may overtake the answer to handing over."""
NOBODY: Final = "-"
"""Stands for the organisation where only our own reference tells it."""
BY_SOURCE: Final = {adapter.source: adapter for adapter in ADAPTERS.values()}


def promise_listening() -> None:
    """Promise to listen to every partner that is connected, and have those that are down tried."""
    health.probe()
    for found in queries.listening():
        if found.channel in ADAPTERS and ADAPTERS[found.channel].listen is not None:
            promise(found.organisation_id, found.channel)


def promise(organisation_id: str, channel: Channel) -> None:
    """Promise to listen to one partner, now."""
    outbox.promise(
        LISTEN,
        organisation_id=organisation_id,
        key=f"listen:{organisation_id}:{channel.value}",
        organisation=organisation_id,
        channel=channel.value,
    )


@dataclass(frozen=True, slots=True)
class Listening:
    """All that is needed to listen once the transaction is closed."""

    setup: Setup
    cursor: dict[str, Any]


def begin(organisation_id: str, channel: Channel) -> Listening | None:
    """Return how far the partner was read; None where nobody listens any more."""
    found = queries.one_of(organisation_id, channel)
    if found is None or not found.is_on or ADAPTERS[channel].listen is None:
        return None
    return Listening(setup_of(organisation_id, channel), dict(found.cursor))


def listen(listening: Listening) -> Heard | str:
    """Ask the partner, outside; returns what was heard, or what was wrong."""
    ask = ADAPTERS[listening.setup.channel].listen
    assert ask is not None
    try:
        return ask(listening.setup, listening.cursor)
    except OSError as error:
        return str(error)[:500] or type(error).__name__


def keep(listening: Listening, heard: Heard | str) -> bool:
    """Keep what was heard; True where there is more. Confirmed to the partner only once it is kept."""
    setup = listening.setup
    found = queries.one_of(setup.organisation_id, setup.channel)
    if found is None:
        return False
    if isinstance(heard, str):
        found.trouble = heard
        return False
    for key, raw in heard.messages:
        receive(setup.channel, setup.organisation_id, key, raw)
    found.cursor, found.listened_at, found.trouble = dict(heard.cursor), clock.now(), ""
    session().flush()
    return heard.has_more


def receive(channel: Channel, organisation_id: str | None, key: str, raw: bytes) -> bool:
    """Keep one message of a partner as it came; False where it came before."""
    return inbox.receive(ADAPTERS[channel].source, _whole(organisation_id, key), raw)


def kept(channel: Channel, organisation_id: str | None, keys: Sequence[str]) -> set[str]:
    """Return those of `keys` whose messages are kept already."""
    whole = {_whole(organisation_id, key): key for key in keys}
    return {whole[one] for one in inbox.known(ADAPTERS[channel].source, list(whole))}


def _whole(organisation_id: str | None, key: str) -> str:
    whole = f"{organisation_id or NOBODY}:{key}"
    if len(whole) > hearing.LONGEST_KEY:
        whole = f"{organisation_id or NOBODY}:{hashlib.sha256(key.encode()).hexdigest()}"
    return whole


def promise_reading(message: Message) -> str:
    """Have a message read outside of a transaction: strangers wrote it."""
    outbox.promise(READ, key=f"read:{message.id}", message=message.id)
    return "is being read"


@dataclass(frozen=True, slots=True)
class Unread:
    """A message that is to be read."""

    message_id: str
    source: str
    raw: bytes
    voice: tuple[str, str, str] = (languages.SOURCE, "", "UTC")
    """Language, region and time zone of the organisation: what codes mean is said in its words."""


def unread(message_id: str) -> Unread | None:
    """Return a message that waits to be read."""
    found = inbox.by_id(message_id)
    if found is None:
        return None
    named = found.key.partition(":")[0]
    if named == NOBODY:
        return Unread(found.id, found.source, found.raw)
    house = organisations.organisation_by_id(named)
    voice = (house.language, house.country, house.timezone)
    return Unread(found.id, found.source, found.raw, voice)


def read(unread: Unread) -> list[News | RecipientNews] | str:
    """Take a message apart, outside; returns the news in it, or why it cannot be read."""
    parse = BY_SOURCE[unread.source].parse
    try:
        with languages.speaking(*unread.voice):
            return list(parse(unread.raw)) if parse else "nobody reads this source"
    except ValueError as error:
        return f"unreadable: {error}"[:200]


def apply(unread: Unread, found: Sequence[News | RecipientNews] | str) -> timedelta | bool:
    """Fold the news of a message in; a pause where what it is about may still come."""
    message = inbox.by_id(unread.message_id)
    assert message is not None
    if isinstance(found, str):
        inbox.settle(message, found)
        return False
    named, channel = message.key.partition(":")[0], BY_SOURCE[unread.source].channel
    house_id = None if named == NOBODY else named
    is_young = clock.now() - message.received_at < ORPHANS_FOR
    news = [one for one in found if isinstance(one, News)]
    known = [one for one in news if hearing.is_expected(one, channel, house_id)]
    waits = is_young and len(known) < len(news)
    # One line of a report that is about nothing of ours must not hold the others up.
    came = [
        hearing.hear(one, channel, organisation_id=house_id, message_id=message.id)
        for one in (known if waits else news)
    ]
    of_recipients = [one for one in found if isinstance(one, RecipientNews)]
    came += [recipients.hear(one, channel, organisation_id=house_id) for one in of_recipients]
    if waits:
        return timedelta(seconds=15)
    inbox.settle(message, "; ".join(dict.fromkeys(came)) or "no news")
    return False
