"""What the access point tells: read by a cursor, kept, acknowledged, folded in once in any order."""

import base64
import json

import pytest
from sqlalchemy.orm import Session

from app.delivery import actions
from app.delivery.actions import handing
from app.delivery.channels.peppol.answers import parse
from app.delivery.models import ChannelSettings, Dispatch
from app.delivery.queries import channels
from app.delivery.rules import Response, State
from app.demo.access_point import AccessPoint
from app.demo.peppol_responses import invoice_response
from app.organisations.models import Organisation
from tests.delivery.channels.peppol.conftest import RUTH, attempt, hear, read


@pytest.fixture
def handed(sent: Dispatch) -> Dispatch:
    """An invoice that the access point has."""
    attempt(sent)
    assert sent.provider_ref
    return sent


def stands(dispatch: Dispatch) -> tuple[State, Response]:
    return dispatch.state, dispatch.response


def tell(point: AccessPoint, dispatch: Dispatch, *words: str) -> None:
    for word in words:
        point.tell("live", dispatch.provider_ref or "", word)


NONE = Response.NONE
WORDS = [
    (["sent"], State.ACCEPTED, NONE),
    (["delayed"], State.SUBMITTED, NONE),
    (["failed"], State.REJECTED, NONE),  # PEPPOL:NOT_SERVICED
    (["mls:AB"], State.DISPATCHED, NONE),
    (["mls:AP", "sent"], State.DELIVERED, NONE),
    (["mls:RE:BV"], State.REJECTED, NONE),
    (["mls:RE:SV"], State.REJECTED, NONE),
    (["mls:RE:FD"], State.UNDELIVERABLE, NONE),
    (["mls:AP", "mls:RE:FD"], State.UNDELIVERABLE, NONE),
    (["imr:AB"], State.DELIVERED, Response.RECEIVED),
    (["imr:UQ:REF", "imr:IP"], State.DELIVERED, Response.UNDER_QUERY),
    (["imr:CA"], State.DELIVERED, Response.CONDITIONALLY_ACCEPTED),
    (["imr:RE:PRI"], State.DELIVERED, Response.REJECTED),
    (["imr:PD:PPD", "imr:AP"], State.DELIVERED, Response.PARTLY_PAID),
    (["imr:PD", "imr:AP", "imr:AB", "mls:AB", "sent"], State.DELIVERED, Response.PAID),
    (["imr:ZZ"], State.SUBMITTED, NONE),
    (["melted"], State.SUBMITTED, NONE),
]


def test_each_word_of_the_network_leads_where_it_should(
    handed: Dispatch, point: AccessPoint, session: Session
) -> None:
    for words, state, response in WORDS:
        handed.state, handed.response = State.SUBMITTED, NONE
        session.flush()
        before = len(channels.events_of(handed.id))
        tell(point, handed, *words)
        hear(handed.organisation_id)
        session.refresh(handed)
        assert stands(handed) == (state, response), words
        assert len(channels.events_of(handed.id)) - before == len(words)


@pytest.mark.parametrize("fault", ["twice", "backwards"])
def test_messages_that_come_twice_or_in_another_order_change_nothing(
    handed: Dispatch, point: AccessPoint, fault: str
) -> None:
    tell(point, handed, "sent", "mls:AP", "imr:AB", "imr:AP")
    point.faults.messages = fault
    hear(handed.organisation_id)
    point.faults.messages = ""
    hear(handed.organisation_id)
    assert stands(handed) == (State.DELIVERED, Response.ACCEPTED)
    assert len(channels.events_of(handed.id)) == 4


def test_reasons_and_details_are_sentences_in_the_houses_language(
    handed: Dispatch, house: Organisation, point: AccessPoint
) -> None:
    house.language = "de"
    tell(point, handed, "imr:UQ:REF", "mls:RE:BV")
    hear(handed.organisation_id)
    level, answer = channels.events_of(handed.id)
    assert answer.reason == (
        "Referenzen fehlen oder sind falsch. VAT Reference not found (BT-48: EU123456789)"
    )
    assert level.reason == "Eine Regel des Formats ist verletzt. [BR-CO-15] is broken"
    assert (answer.code, level.code) == ("UQ REF", "RE BV")


def test_only_what_was_kept_is_acknowledged(
    handed: Dispatch, point: AccessPoint, peppol: ChannelSettings
) -> None:
    tell(point, handed, "sent")
    waiting = [one["id"] for one in point.stages["live"].messages]
    point.faults.messages = "down"
    hear(handed.organisation_id)
    assert (point.acknowledged, peppol.cursor, peppol.trouble) == (
        [],
        {},
        "/messages: DOWN: Service Unavailable",
    )
    point.faults.messages = ""
    hear(handed.organisation_id)
    assert (point.acknowledged, peppol.trouble) == (waiting, "")
    assert peppol.cursor == {"live": {"after": waiting[0], "kept": []}}


def test_an_answer_that_is_too_long_is_asked_for_in_smaller_pieces(
    handed: Dispatch, point: AccessPoint
) -> None:
    for word in ("sent", "delayed", "mls:AP"):
        point.tell("live", handed.provider_ref or "", word, more="x" * 30_000)
    assert len(hear(handed.organisation_id)) == 3
    assert handed.state is State.DELIVERED


def test_news_that_overtake_the_answer_wait_for_it(sent: Dispatch, point: AccessPoint) -> None:
    bill = actions.begin(sent.id)
    result = handing.hand_over(bill)  # type: ignore[arg-type]
    point.tell("live", result.provider_ref or "", "imr:AB", reference="")
    assert hear(sent.organisation_id) == ["waits"]
    actions.finish(bill, result)  # type: ignore[arg-type]
    assert read() == ["delivered, received"]


def test_an_answer_of_somebody_else_is_kept_and_changes_nothing(
    handed: Dispatch, point: AccessPoint
) -> None:
    point.stages["live"].transmissions[handed.provider_ref or ""]["receiver"] = "0192:991825827"
    tell(point, handed, "imr:RE:OTH")
    hear(handed.organisation_id)
    assert stands(handed) == (State.SUBMITTED, NONE)
    assert len(channels.events_of(handed.id)) == 1


def test_a_status_that_names_our_reference_only_inside_is_found(
    handed: Dispatch, point: AccessPoint
) -> None:
    point.tell("live", handed.provider_ref or "", "mls:AB", reference="", transmission="")
    hear(handed.organisation_id)
    assert handed.state is State.DISPATCHED


DOCTYPE = '<!DOCTYPE a [<!ENTITY b "c">]>'


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[1]",
        b'{"status": "sent"}',
        b'{"id": "1", "status": "sent", "occurredAt": "2026-11-22T10:00:00Z"}',
        b'{"id": "1", "status": "sent", "transmission": "T", "occurredAt": "soon"}',
        b'{"id": "1", "transmission": "T", "document": "%%%"}',
        b'{"id": "1", "transmission": "T", "document": "PGE+PC9hPg=="}',
    ],
)
def test_what_is_no_message_is_said_to_be_none(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(raw)


def test_many_reasons_are_told_piece_by_piece_and_bombs_are_refused() -> None:
    xml = invoice_response("P-1", "RE", "PRI", RUTH.id, action="NIN")
    status = xml[xml.index("<cac:Status>") : xml.index("</cac:Response>")]
    many = xml.replace(status, status * 12)

    def message(said: str) -> bytes:
        told = base64.b64encode(said.encode()).decode()
        moment = "2026-11-22T10:00:00Z"
        return json.dumps(
            {"id": "1", "transmission": "T", "document": told, "occurredAt": moment}
        ).encode()

    news = parse(message(many))
    assert [one.key for one in news] == ["1", *(f"1:{place}" for place in range(1, 24))]
    assert [one.response for one in news] == [Response.REJECTED, *[None] * 23]
    assert news[1].reason == "Send a new invoice."
    with pytest.raises(ValueError, match="KT-XML-DOCTYPE"):
        parse(message(DOCTYPE + xml))
