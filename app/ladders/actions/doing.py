"""What a step does: it mails, texts, or sends the document another way, or says what stands in the way."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import update

from app.core import journal
from app.core.db import session
from app.core.errors import Refused
from app.delivery.actions import switching
from app.delivery.actions.moves import link_of
from app.delivery.channels.setups import Setups, all_of
from app.delivery.models import Dispatch
from app.delivery.queries import channels
from app.delivery.rules import HELD_NAMES, OBSTACLE_NAMES, Because, Held, Obstacle
from app.documents import queries as documents
from app.documents.models import Document
from app.identity.proofs import capability
from app.ladders import queries
from app.ladders.formats import wording
from app.ladders.models import Climb
from app.ladders.rules import HINDRANCE_NAMES, Deed, Hindrance
from app.notices import actions as notices
from app.notices.rules import Addressee
from app.organisations import queries as organisations
from app.organisations.models import Customer, Organisation, Recipient
from app.organisations.rules import Channel, RecipientRole
from app.organisations.rules.portal import Ways
from app.sms import actions as sms
from app.sms.actions.sending import SENTENCES, Unsendable
from app.sms.rules.life import Purpose
from app.texts.formats.values import Reader

VALID_FOR: Final = timedelta(hours=8)
"""How long a text message may wait: nobody wants it at night."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that a step needs; rows of the open transaction."""

    document: Document
    customer: Customer
    recipient: Recipient
    house: Organisation
    first: Dispatch
    """What was sent first."""
    sent: list[Dispatch]
    """Everything that was sent to the recipient, with it."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a step."""

    hindrance: str = ""
    """A msgid: why it could not be; empty: it was done."""
    cost_minor: int | None = None


def surroundings(climb: Climb) -> Surroundings:
    """Return all that the steps of a climb are about."""
    document = documents.by_id(climb.document_id)
    customer = organisations.customer_by_id(climb.customer_id)
    recipient = organisations.recipient_by_id(climb.recipient_id)
    assert document is not None
    assert customer is not None
    assert recipient is not None
    sent = queries.dispatches_of(climb)
    first = next(one for one in sent if one.id == climb.dispatch_id)
    house = organisations.organisation_by_id(climb.organisation_id)
    return Surroundings(document, customer, recipient, house, first, sent)


def do(deed: Deed, around: Surroundings, key: str, by: journal.Actor) -> Done:
    """Do what a step says, once for each `key`, or say why it cannot be."""
    if around.recipient.removed_at is not None:
        # Somebody who gets nothing any more, or was forgotten, is not reminded either.
        return Done(OBSTACLE_NAMES[Obstacle.NO_ADDRESS])
    if deed.channel is not None:
        return _send(deed.channel, around, by)
    by_link = around.first.channel is Channel.EMAIL and around.house.portal_ways is not Ways.ACCOUNT
    kind, access = around.document.kind.value, around.customer.portal
    if organisations.portal_of(around.house, access, kind, by_link=by_link) is not None:
        return Done(OBSTACLE_NAMES[Obstacle.CLOSED])
    return (_remind if deed is Deed.REMIND else _text)(around, key, by_link)


def _send(channel: Channel, around: Surroundings, by: journal.Actor) -> Done:
    """Send the document itself another way."""
    before = next((one for one in around.sent if one.channel is channel), None)
    if before is not None and not _may_go_again(before):
        return Done(HINDRANCE_NAMES[Hindrance.UNDER_WAY])
    obstacle = switching.ways_of(around.first).get(channel, Obstacle.OFF)
    if obstacle is not None:
        return Done(OBSTACLE_NAMES[obstacle])
    try:
        switching.send_by(around.first, channel, Because.LADDER, by)
    except Refused as refusal:
        return Done(refusal.sentence[:300])
    return Done()


def _may_go_again(before: Dispatch) -> bool:
    """Say whether what went a way may go it again: not what waits for somebody who lets it go."""
    waits_for_obstacle = before.held_because in (None, Held.OBSTACLE)
    return before.state in switching.AGAIN and waits_for_obstacle


def _remind(around: Surroundings, key: str, by_link: bool) -> Done:
    """Mail a reminder: a letter of its own, under its own Message-ID, at most once."""
    first, house, recipient = around.first, around.house, around.recipient
    setups = all_of(house.id)
    address = first.address if first.channel is Channel.EMAIL else recipient.email or ""
    obstacle = _mail_obstacle(address if recipient.email else "", house, setups)
    if obstacle:
        return Done(obstacle)
    url, link_ends = _address(around, by_link)
    reader = Reader(
        name=first.name,
        client_name=around.customer.name,
        client_number=around.customer.number,
        document_url=url,
        client_url=url,
        link_ends_on=link_ends,
    )
    is_test = setups[Channel.EMAIL].is_test
    own = queries.settings_of(house.id).texts.get(first.language, "")
    written = wording.mail(around.document, house, reader, first.language, own, is_test=is_test)
    to = Addressee(house.contact_email if is_test else address, first.name, first.language)
    about = ("dispatch", first.id)
    notices.post(house, to, written, key=key, about=about, language=first.language)
    return Done()


def _mail_obstacle(address: str, house: Organisation, setups: Setups) -> str:
    """Return why no mail goes to an address, a msgid; empty: nothing stands in the way."""
    if not setups[Channel.EMAIL].is_on:
        return OBSTACLE_NAMES[Obstacle.OFF]
    if not address:
        return OBSTACLE_NAMES[Obstacle.NO_ADDRESS]
    if channels.is_blocked(house.id, address):
        return OBSTACLE_NAMES[Obstacle.BLOCKED]
    if channels.house_settings(house.id).letters_paused_at is not None:
        return HELD_NAMES[Held.BREAKER]
    return ""


def _text(around: Surroundings, key: str, by_link: bool) -> Done:
    """Send a text message to the customer's mobile."""
    customer, house = around.customer, around.house
    if around.recipient.role is not RecipientRole.PERSON:
        return Done(HINDRANCE_NAMES[Hindrance.OTHER_PERSON])
    if not customer.mobile:
        return Done(HINDRANCE_NAMES[Hindrance.NO_MOBILE])
    url, _ends = _address(around, by_link)
    said = wording.text_message(around.document, house, url, around.first.language)
    purpose, number = Purpose.DELIVERY, customer.mobile
    try:
        message = sms.send(house, number, said, key=key, purpose=purpose, valid_for=VALID_FOR)
    except Unsendable as refused:
        return Done(SENTENCES[refused.objection])
    return Done(cost_minor=message.cost_minor)


def _address(around: Surroundings, by_link: bool) -> tuple[str, date | None]:
    """Return where the document is read, and the last day of a link: the one of the mail before."""
    if not by_link:
        return f"{around.house.base_url}/documents/{around.document.id}", None
    link = link_of(around.first, around.document)
    if link.id != around.first.link_id:
        # Opening it is this dispatch's being opened.
        session().execute(
            update(Dispatch).where(Dispatch.id == around.first.id).values(link_id=link.id)
        )
    ends = link.expires_at.date() if link.expires_at else None
    return capability.url(around.house.base_url, link.id), ends
