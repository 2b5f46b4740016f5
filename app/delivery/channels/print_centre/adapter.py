"""The print centre as a channel: what stands in its way, its letters, its answers, its test."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from app.core import clock, languages, runtime, text
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.delivery import rules
from app.delivery.channels.adapter import (
    Adapter,
    Heard,
    Order,
    Piece,
    Result,
    Setup,
    Wanted,
    parcel_of,
)
from app.delivery.channels.enclosing import is_being_made, piece_of, sheet
from app.delivery.channels.print_centre import answers, folders, trial
from app.delivery.channels.print_centre.folders import Folders
from app.delivery.channels.print_centre.form import PrintCentreForm
from app.delivery.channels.print_centre.line import FAULTS, Unavailable, hang_up, line, words
from app.delivery.channels.print_centre.posting import Options, Posting, find, submit
from app.delivery.channels.print_centre.sheets import Wish
from app.delivery.channels.print_centre.wiring import folders_of, where_of
from app.delivery.models import Dispatch
from app.delivery.rules import Obstacle, Outcome, State
from app.documents import queries as documents
from app.documents.models import Document, FileRole
from app.organisations.models import Customer, Recipient
from app.organisations.rules import Channel, postal
from app.organisations.rules.postal import Postal
from app.renditions.formats.wanted import House, Reader

LONGEST_ADDRESS: Final = 254
MEGABYTE: Final = 1_000_000


def postal_of(customer: Customer, recipient: Recipient) -> Postal:
    """Return where a recipient's letters go."""
    own = {field: getattr(customer, field) for field in postal.FIELDS}
    return postal.postal(recipient.name or customer.name, recipient.postal, own)


def _obstacle(wanted: Wanted, setup: Setup) -> Obstacle | None:
    if not str(setup.values.get("fingerprints") or "").split():
        return Obstacle.INCOMPLETE
    there = postal_of(wanted.customer, wanted.recipient)
    lacks = postal.lacks(there, "")
    if {"street", "city"} <= set(lacks):
        return Obstacle.NO_ADDRESS
    return Obstacle.BAD_ADDRESS if lacks else None


def _address(wanted: Wanted) -> str:
    there = postal_of(wanted.customer, wanted.recipient)
    return ", ".join(postal.lines(there, there.country))[:LONGEST_ADDRESS]


def _pause(_dispatch: Dispatch, document: Document) -> timedelta | None:
    """Wait for the PDF for as long as it is being made: without it there is no letter."""
    if not is_being_made(document):
        return None
    waited = clock.now() - (document.published_at or document.created_at)
    return rules.pause_for_files(waited)


def prepare(order: Order) -> Posting:
    """Address the letter; raises `Refused` where it lacks an address or a PDF (B2-13)."""
    house, dispatch = order.house, order.dispatch
    there = postal_of(order.customer, order.recipient)
    if postal.lacks(there, house.country):
        raise Refused(_("The postal address is not complete."))
    pdf = _pdf(order.document)
    if pdf is None:
        raise Refused(_("There is no PDF of this document."))
    with languages.speaking(house.language, house.country, house.timezone):
        lines = postal.lines(there, house.country, text.country(there.country))
    dispatch.address = ", ".join(lines)[:LONGEST_ADDRESS]
    return Posting(
        **parcel_of(order),
        files=(pdf,),
        where=where_of(order.setup, runtime.current().settings.outbound_private),
        folders=folders_of(order.setup),
        options=_options(order.setup, house.currency),
        address=there,
        wish=_wish(order, lines),
        document={"kind": order.document.kind.value, "number": order.document.number},
    )


def _wish(order: Order, lines: list[str]) -> Wish:
    house, values = order.house, order.setup.values
    return Wish(
        house=House(house.name, house.accent, house.country),
        reader=Reader(order.dispatch.language, house.country, house.timezone),
        sender=str(values.get("return_address") or house.name),
        lines=tuple(lines),
        facts=_facts(order),
        most_pages=int(values.get("most_pages") or 100),
        is_duplex=bool(values.get("is_duplex", True)),
        is_test=order.setup.is_test,
        covers_always=values.get("cover") == "always",
    )


def _options(setup: Setup, currency: str) -> Options:
    values = setup.values
    return Options(
        is_duplex=bool(values.get("is_duplex", True)),
        is_colour=bool(values.get("is_colour")),
        postage=str(values.get("postage") or ""),
        envelope=str(values.get("envelope") or "auto"),
        most_bytes=int(values.get("most_megabytes") or 20) * MEGABYTE,
        prices=str(values.get("prices") or ""),
        currency=currency,
    )


def _pdf(document: Document) -> Piece | None:
    """Return the PDF of a document: the one that it came as, else the one that Kontor made."""
    files = documents.files_of(document)
    for one in files:
        if one.role is FileRole.ORIGINAL and one.media_type == "application/pdf":
            return Piece(one.name, one.media_type, one.size, one.sha256)
    return next(iter(piece_of(document, sheet(document, files))), None)


def _facts(order: Order) -> tuple[tuple[str, str], ...]:
    document, house = order.document, order.house
    with languages.speaking(order.dispatch.language, house.country, house.timezone):
        facts = [(_(document.kind.label), document.number)]
        if document.issue_date:
            facts.append((_("Date"), text.day(document.issue_date)))
        facts.append((_("Customer number"), order.customer.number))
        return tuple(facts)


def listen(setup: Setup, cursor: Mapping[str, Any]) -> Heard:
    """Move answers that were kept, then read those that lie there; raises `OSError`."""
    where = where_of(setup, runtime.current().settings.outbound_private)
    at = folders_of(setup)
    kept = list(cursor.get("read") or ())
    try:
        opened = line(where)
        if kept:
            opened.do(lambda sftp: folders.move(sftp, at, kept))
        found = opened.do(lambda sftp: folders.read(sftp, at))
    except FAULTS as error:
        hang_up()
        if isinstance(error, Unavailable):
            raise
        raise Unavailable(words(error)) from error
    messages = [(_key(one), _content(one)) for one in found]
    read = [[one.name, one.size, one.changed] for one in found]
    return Heard(messages, {"read": read}, has_more=bool(read))


def _key(one: folders.Read) -> str:
    return f"{one.name}:{one.size}:{one.changed}"


def _content(one: folders.Read) -> bytes:
    if one.content is not None:
        return one.content
    return json.dumps({"too_large": one.name, "bytes": one.size}).encode()


def cancel(setup: Setup, provider_ref: str) -> Result:
    """Take a letter back that the print centre has not taken yet."""
    where = where_of(setup, runtime.current().settings.outbound_private)
    at: Folders = folders_of(setup)
    try:
        is_gone = line(where).do(lambda sftp: folders.take_back(sftp, at, provider_ref))
    except FAULTS as error:
        hang_up()
        return Result(Outcome.UNAVAILABLE, None, None, words(error))
    if is_gone:
        return Result(Outcome.ACCEPTED, None, None, "taken back", told=State.CANCELLED)
    return Result(Outcome.PERMANENT, None, None, "the print centre has taken it already")


ADAPTER = Adapter(
    channel=Channel.PRINT,
    prepare=prepare,
    submit=submit,
    form=PrintCentreForm,
    obstacle=_obstacle,
    address=_address,
    pause=_pause,
    find=find,
    listen=listen,
    parse=answers.parse,
    cancel=cancel,
    test=trial.test,
    hang_up=hang_up,
)
