"""A climb from publishing to its end: what comes when, what ends it, what stands in the way."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from app.core import clock, journal, sealing
from app.core.errors import Refused
from app.core.money import Money
from app.core.runtime import Runtime
from app.delivery import queries as deliveries
from app.delivery.models import (
    BlockedAddress,
    BlockReason,
    ChannelSettings,
    Dispatch,
    Receipt,
    ReceiptKind,
)
from app.delivery.rules import Held, State
from app.documents.models import Document
from app.documents.rules.life import Answer
from app.documents.rules.life import State as DocumentState
from app.ladders import queries
from app.ladders.actions import climbing, looking
from app.ladders.formats.wording import usual_parts
from app.ladders.models import Climb
from app.ladders.rules import Deed, End, Group
from app.ladders.rules import State as Standing
from app.ladders.rules.steps import Step
from app.notices.models import Notice
from app.organisations.models import Recipient
from app.organisations.rules import Channel, CustomerKind, RecipientRole
from app.sms.models import SmsSettings, TextMessage
from app.sms.rules.life import Purpose
from app.words.ladders import climb_costs
from tests.ladders import houses
from tests.ladders.houses import PUBLISHED, RETURNED, STEPS, at, climb, day_of, published, steps

FIFTH, TWELFTH, LAST = date(2026, 3, 7), date(2026, 3, 13), date(2026, 3, 23)
"""When the three steps fall due: five days, five business days (from a Saturday), ten days."""


def test_mail_message_and_letter_follow_each_other_and_each_comes_once(here: Runtime) -> None:
    house = houses.house(here)
    one = published(here, house)
    assert climb(here, one).due_at == datetime(2026, 3, 7, 7, tzinfo=UTC)
    for day in range(2, 32):
        for hour in (6, 7, 20):
            day_of(here, date(2026, 3, day), hour)
    assert steps(here, one) == [("remind", ""), ("text", ""), ("print", "")]
    found = climb(here, one)
    assert (found.state, found.ended_because, found.due_at) == (Standing.FINISHED, End.DONE, None)
    with here.database.reading() as opened:
        (notice,) = opened.scalars(select(Notice)).all()
        assert notice.address == "ruth@kunden.example"
        assert "/link/" in notice.said["text"]
        assert "nobody has opened it yet" in notice.said["text"]
        (message,) = opened.scalars(select(TextMessage)).all()
        said = sealing.unseal(message.text or "")
        assert message.purpose is Purpose.DELIVERY
        assert said.startswith(
            "Haus Lindenhof: Invoice A-1 waits for you: http://kontor.test/link/"
        )
        made = opened.scalars(select(Dispatch).order_by(Dispatch.id)).all()
        assert [(one.channel, one.because.value) for one in made][1:] == [(Channel.PRINT, "ladder")]
        names = [entry.name for entry in journal.about("document", found.document_id)]
    assert names.count("ladder.step_taken") == 3
    assert names.count("ladder.finished") == 1


def test_each_step_waits_for_its_own_morning(here: Runtime) -> None:
    house = houses.house(here)
    one = published(here, house)
    taken = []
    for day, hour in ((7, 6), (7, 7), (13, 6), (13, 7), (23, 6), (23, 7)):
        day_of(here, date(2026, 3, day), hour)
        taken.append(len(steps(here, one)))
    assert taken == [0, 1, 1, 2, 2, 3]


def test_only_a_person_who_opens_it_stops_it(here: Runtime) -> None:
    house = houses.house(here)
    fetched, opened_by_link, opened_by_other = (
        published(here, house, number) for number in ("A-1", "A-2", "A-3")
    )
    with here.database.transaction() as opened:
        for climb_id, kind in (
            (fetched, ReceiptKind.FETCHED),
            (opened_by_link, ReceiptKind.OPENED),
        ):
            found = opened.get_one(Climb, climb_id)
            opened.add(_receipt(found, kind, reader="0" * 25 + kind.value[0].upper()))
        # Somebody else's link: an insurer who reads its copy is not the patient.
        third = opened.get_one(Climb, opened_by_other)
        other = _other_recipient(third)
        opened.add(other)
        opened.flush()
        _second_dispatch(opened, third, other)
        opened.add(_receipt(third, ReceiptKind.OPENED, reader="7" * 26))
        for climb_id in (fetched, opened_by_link, opened_by_other):
            climbing.look(opened.get_one(Climb, climb_id).document_id)
    assert climb(here, fetched).state is Standing.RUNNING
    assert climb(here, opened_by_link).ended_because is End.OPENED
    assert climb(here, opened_by_other).state is Standing.RUNNING


def _receipt(found: Climb, kind: ReceiptKind, reader: str) -> Receipt:
    return Receipt(
        id=found.id[:-1] + kind.value[0].upper(),
        organisation_id=found.organisation_id,
        document_id=found.document_id,
        reader_id=reader,
        reader_name="Somebody",
        kind=kind,
        at=PUBLISHED,
    )


def _other_recipient(found: Climb) -> Recipient:
    return Recipient(
        id="6" * 26,
        organisation_id=found.organisation_id,
        customer_id=found.customer_id,
        role=RecipientRole.INSURER,
        name="Insurer",
        channel=Channel.EMAIL,
        email="insurer@firma.example",
        kinds=[],
    )


def _second_dispatch(opened, found: Climb, other: Recipient) -> None:  # type: ignore[no-untyped-def]
    link = houses.link_for(found, other, "7" * 26)
    opened.add(link)
    opened.flush()
    first = opened.get_one(Dispatch, found.dispatch_id)
    values = {c.key: getattr(first, c.key) for c in Dispatch.__table__.columns}
    opened.add(
        Dispatch(**(values | {"id": "8" * 26, "recipient_id": other.id, "link_id": link.id}))
    )


@pytest.mark.parametrize(
    ("values", "end"),
    [
        ({"open_minor": 0}, End.PAID),
        ({"answer": Answer.ACCEPTED}, End.ANSWERED),
        ({"state": DocumentState.WITHDRAWN}, End.WITHDRAWN),
        ({"state": DocumentState.SUPERSEDED}, End.SUPERSEDED),
    ],
)
def test_what_has_no_purpose_any_more_ends_before_its_step(
    here: Runtime, values: dict[str, object], end: End
) -> None:
    house = houses.house(here)
    one = published(here, house)
    with here.database.transaction() as opened:
        opened.execute(update(Document).values(**values))
    day_of(here, FIFTH)
    assert steps(here, one) == []
    assert climb(here, one).ended_because is end
    with here.database.reading() as opened:
        assert opened.scalar(select(func.count()).select_from(Notice)) == 0


def test_a_delivery_that_was_withdrawn_ends_it(here: Runtime) -> None:
    house = houses.house(here)
    one = published(here, house)
    document_id = climb(here, one).document_id
    with here.database.transaction():
        houses.move(document_id, state=State.CANCELLED)
    day_of(here, FIFTH)
    assert (steps(here, one), climb(here, one).ended_because) == ([], End.CANCELLED)


def test_what_comes_back_is_printed_at_once_and_once(here: Runtime) -> None:
    house = houses.house(here, steps=(*STEPS, RETURNED))
    one = published(here, house)
    with clock.standing_at(at(date(2026, 3, 3))):
        for _twice in range(2):
            with here.database.transaction() as opened:
                found = opened.get_one(Climb, one)
                houses.move(found.document_id, state=State.UNDELIVERABLE)
                entry = journal.announce(
                    "dispatch.undeliverable",
                    journal.SYSTEM,
                    organisation_id=found.organisation_id,
                    about=("document", found.document_id),
                    dispatch=found.dispatch_id,
                )
                climbing.return_of(entry)
    assert steps(here, one) == [("print", "")]
    found = climb(here, one)
    # The days of the next step count from this one.
    assert (found.state, found.due_at) == (Standing.RUNNING, datetime(2026, 3, 8, 7, tzinfo=UTC))


def test_what_is_not_possible_says_why_and_the_next_step_follows(here: Runtime) -> None:
    house = houses.house(here)
    one = published(here, house)
    with here.database.transaction() as opened:
        opened.add(
            BlockedAddress(
                organisation_id=house.organisation.id,
                address="ruth@kunden.example",
                reason=BlockReason.HARD,
                blocked_at=PUBLISHED,
            )
        )
        opened.execute(update(SmsSettings).values(is_on=False))
        opened.execute(update(ChannelSettings).values(is_on=False))
    for day in (FIFTH, TWELFTH, LAST):
        day_of(here, day)
    assert steps(here, one) == [
        ("remind", "The address is blocked, because something to it came back."),
        ("text", "Text messages are not set up here."),
        ("print", "The channel is switched off."),
    ]
    assert climb(here, one).ended_because is End.DONE


def test_what_waits_for_its_release_is_not_reminded_of(here: Runtime) -> None:
    house = houses.house(here)
    one = published(here, house, is_out=False)
    document_id = climb(here, one).document_id
    with here.database.transaction():
        held = {"state": State.HELD, "held_because": Held.RELEASE}
        houses.move(document_id, **held)
    day_of(here, FIFTH)
    assert climb(here, one).due_at == datetime(2026, 3, 8, 7, tzinfo=UTC)
    with here.database.transaction():
        out = {"state": State.SUBMITTED, "held_because": None}
        houses.move(document_id, handed_at=at(FIFTH, 12), **out)
    day_of(here, FIFTH + timedelta(days=1))
    # Its days count from when it went out.
    assert climb(here, one).due_at == datetime(2026, 3, 12, 7, tzinfo=UTC)
    assert steps(here, one) == []


def test_a_person_takes_the_step_now_or_stops_the_ladder(here: Runtime) -> None:
    house = houses.house(here)
    one = published(here, house)
    with clock.standing_at(at(date(2026, 3, 3))):
        houses.take(here, house, one, 0)
        with pytest.raises(Refused):
            houses.take(here, house, one, 0)
        assert climb(here, one).due_at == datetime(2026, 3, 10, 7, tzinfo=UTC)
        with here.database.transaction() as opened:
            climbing.stop(opened.get_one(Climb, one), house.who)
            climbing.stop(opened.get_one(Climb, one), house.who)
        with pytest.raises(Refused):
            houses.take(here, house, one, 1)
    day_of(here, LAST)
    assert steps(here, one) == [("remind", "")]
    found = climb(here, one)
    assert (found.state, found.ended_because) == (Standing.STOPPED, End.BY_HAND)
    with here.database.reading():
        names = [entry.name for entry in journal.about("document", found.document_id)]
    assert names.count("ladder.stopped") == 1


def test_the_ladder_of_the_group_comes_first_and_climbs_keep_what_they_began_with(
    here: Runtime,
) -> None:
    house = houses.house(here)
    with here.database.transaction():
        houses.ladder(house, Step(20, Deed.PRINT), group=Group.ALL)
    private = published(here, house, "A-1")
    with here.database.transaction() as opened:
        opened.get_one(type(house.keller), house.keller.id).kind = CustomerKind.BUSINESS
    business = published(here, house, "A-2")
    assert [len(climb(here, one).steps) for one in (private, business)] == [3, 1]
    assert climb(here, business).next_deed is Deed.PRINT


def test_a_ladder_that_is_off_begins_nothing(here: Runtime) -> None:
    house = houses.house(here, is_on=False)
    with pytest.raises(Exception, match="No row"):
        published(here, house)


def test_a_look_goes_on_slice_by_slice(here: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "SLICE", 2)
    house = houses.house(here)
    found = [published(here, house, f"A-{number}") for number in range(5)]
    day_of(here, FIFTH)
    assert [steps(here, one) for one in found] == [[("remind", "")]] * 5


def test_the_cost_so_far_and_of_the_next_step_are_known(here: Runtime) -> None:
    house = houses.house(here)
    one = published(here, house)
    prices = []
    for day in (FIFTH, TWELFTH):
        day_of(here, day)
        with here.database.reading():
            (found,) = queries.beside(climb_document(one))
            dispatches = deliveries.of_document(found.climb.document_id)
            prices.append(climb_costs(found, dispatches, house.organisation))
    parts = usual_parts(house.organisation)
    # Then the text message, which costs by its parts, and after it the letter.
    assert prices == [
        (None, Money(7 * parts, "CHF")),
        (Money(7 * parts, "CHF"), Money(115, "CHF")),
    ]
    with here.database.reading():
        house_id, until = house.organisation.id, at(date(2026, 3, 24))
        assert queries.counts(house_id, None, until) == {Deed.PRINT: 1}
        assert [each.id for each, _sent in page_of(house_id, until)] == [one]
        assert page_of(house_id, at(date(2026, 3, 22))) == []


def climb_document(climb_id: str) -> str:
    found = queries.by_id(climb_id)
    assert found is not None
    return found.document_id


def page_of(house_id: str, until: datetime) -> list[tuple[Climb, Dispatch]]:
    return queries.page(house_id, None, until, None, back=False, limit=9)


@pytest.mark.parametrize("values", [{"removed_at": PUBLISHED}, {"email": ""}])
def test_who_gets_nothing_any_more_is_not_reminded(
    here: Runtime, values: dict[str, object]
) -> None:
    house = houses.house(here)
    one = published(here, house)
    with here.database.transaction() as opened:
        opened.execute(update(Recipient).values(**values))
    day_of(here, FIFTH)
    assert steps(here, one) == [("remind", "The recipient has no address for this channel.")]
