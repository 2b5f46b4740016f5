from app.documents.rules.kinds import Kind
from app.organisations.rules import Channel
from app.releases.rules import Heap, Obstacle, forecast


def test_nothing_promises_nothing() -> None:
    found = forecast([], {})
    assert (found.total, found.customers, found.blocked, found.without_recipient) == (0, 0, 0, 0)


def test_a_forecast_says_what_for_whom_by_which_way() -> None:
    heaps = [
        Heap(Kind.INVOICE, "keller", 3, {}),
        Heap(Kind.QUOTE, "keller", 1, {}),
        Heap(Kind.INVOICE, "huber", 2, {}),
        Heap(Kind.INVOICE, "meier", 4, {}),
    ]
    recipients = {
        "keller": [(Channel.EMAIL, []), (Channel.EMAIL, ["invoice"])],
        "huber": [(Channel.PORTAL, []), (Channel.EMAIL, ["quote"])],
    }
    found = forecast(heaps, recipients)
    assert (found.total, found.customers) == (10, 3)
    assert found.kinds == {Kind.INVOICE: 9, Kind.QUOTE: 1}
    assert found.channels == {Channel.EMAIL: 3 * 2 + 1, Channel.PORTAL: 2}
    assert found.without_recipient == 4


def test_what_is_blocked_is_sent_to_nobody() -> None:
    heaps = [
        Heap(Kind.INVOICE, "keller", 2, {Obstacle.NEWER: 2}),
        Heap(Kind.INVOICE, None, 1, {Obstacle.NO_CUSTOMER: 1}),
        Heap(Kind.INVOICE, "keller", 5, {}),
    ]
    found = forecast(heaps, {"keller": [(Channel.EMAIL, [])]})
    assert (found.total, found.blocked, found.customers) == (8, 3, 1)
    assert found.channels == {Channel.EMAIL: 5}
    assert found.obstacles == {Obstacle.NEWER: 2, Obstacle.NO_CUSTOMER: 1}
    assert found.without_recipient == 0
