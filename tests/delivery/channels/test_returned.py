"""Mail that comes back, from the door to where its dispatch stands."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.journal import Entry
from app.core.mail import verp
from app.delivery import actions
from app.delivery.actions import collecting
from app.delivery.channels.email import Result, Sending
from app.delivery.models import Dispatch, Event
from app.delivery.rules import Outcome, State
from tests.delivery.channels import reports
from tests.delivery.channels.reports import answer, bounce_address, comes_back, report

ACCEPTED = Result(Outcome.ACCEPTED, 250, "2.0.0", "250 2.0.0 Ok")


@pytest.fixture
def sent(dispatch: Dispatch) -> Dispatch:
    """The dispatch, taken by the next server."""
    sending = actions.begin(dispatch.id)
    assert isinstance(sending, Sending)
    actions.finish(sending, ACCEPTED)
    assert dispatch.state is State.SUBMITTED
    return dispatch


def events(session: Session) -> list[Event]:
    return list(session.scalars(select(Event).order_by(Event.id)))


@pytest.mark.parametrize(
    ("action", "status", "words", "state", "delayed", "hard"),
    [
        ("delivered", "2.0.0", "250 ok", State.DELIVERED, False, False),
        ("relayed", "2.0.0", "250 ok", State.DISPATCHED, False, False),
        ("expanded", "2.0.0", "250 ok", State.DISPATCHED, False, False),
        ("delayed", "4.7.1", "451 4.7.1 Greylisted", State.SUBMITTED, True, False),
        ("failed", "5.1.1", "550 5.1.1 User unknown", State.UNDELIVERABLE, False, True),
        ("failed", "5.0.0", "550 no such user", State.UNDELIVERABLE, False, True),
        ("failed", "5.2.2", "552 5.2.2 Mailbox full", State.UNDELIVERABLE, False, False),
        ("failed", "5.7.1", "550 5.7.1 Spam", State.UNDELIVERABLE, False, False),
        ("failed", "4.4.7", "delivery time expired", State.UNDELIVERABLE, False, False),
        ("invented", "4.4.1", "", State.SUBMITTED, True, False),
        ("invented", "9.9.9", "", State.SUBMITTED, False, False),
    ],
)
def test_a_report_says_where_a_mail_stands(
    session: Session,
    sent: Dispatch,
    action: str,
    status: str,
    words: str,
    state: State,
    delayed: bool,
    hard: bool,
) -> None:
    comes_back(session, bounce_address(sent), report(action, status, words=words))
    session.refresh(sent)
    assert (sent.state, sent.is_delayed) == (state, delayed)
    (event,) = events(session)
    assert (event.dispatch_id, event.round, event.reason) == (sent.id, 1, words or status)
    if state is State.UNDELIVERABLE:
        lines = select(Entry).where(Entry.name == "dispatch.undeliverable")
        line = session.scalars(lines.where(Entry.object_kind == "document")).one()
        assert (line.data["is_hard"], line.data["code"], line.data["answer"]) == (
            hard,
            status,
            words,
        )


def test_the_same_report_twice_and_an_older_one_later_change_nothing(
    session: Session, sent: Dispatch
) -> None:
    to = bounce_address(sent)
    assert comes_back(session, to, report("failed", "5.2.2")) == "undeliverable"
    assert comes_back(session, to, report("failed", "5.2.2")) == "kept already"
    again = b"Received: by another.example\r\n" + report("failed", "5.2.2")
    assert comes_back(session, to, again) == "known already"
    assert comes_back(session, to, report("relayed", "2.0.0", number="2")) == "history"
    session.refresh(sent)
    assert sent.state is State.UNDELIVERABLE


def test_a_late_report_about_an_earlier_letter_is_history(session: Session, sent: Dispatch) -> None:
    sent.round = 2
    session.flush()
    assert comes_back(session, bounce_address(sent, 1), report()) == "of an earlier round"
    session.refresh(sent)
    assert sent.state is State.SUBMITTED


@pytest.mark.parametrize("by", ["envelope_id", "message_id"])
def test_without_a_bounce_address_our_envelope_or_our_message_id_names_the_dispatch(
    session: Session, sent: Dispatch, by: str
) -> None:
    named = {
        "envelope_id": sent.reference,
        "message_id": f"<{sent.reference}@bounces.kontor.test>",
    }
    assert reports.lies_in_mailbox(session, report(**{by: named[by]})) == "undeliverable"


def test_what_nobody_but_us_could_have_made_is_asked_for(session: Session, sent: Dispatch) -> None:
    forged = verp(f"{sent.id}-1", b"another key", "bounces.kontor.test")
    assert not collecting.is_ours(forged)
    assert not collecting.is_ours(bounce_address(sent).replace("kontor.test", "kontor.example"))
    assert collecting.is_ours(bounce_address(sent).upper())
    # Whoever invents a bounce address is not believed for what else they name, either.
    raw = report(envelope_id=sent.reference)
    assert comes_back(session, forged, raw) == "no news"
    strange = report(message_id=f"<{sent.reference}@elsewhere.example>", number="3")
    assert reports.lies_in_mailbox(session, strange) == "no news"
    session.refresh(sent)
    assert sent.state is State.SUBMITTED


def test_news_of_another_recipient_is_kept_and_changes_nothing(
    session: Session, sent: Dispatch
) -> None:
    said = report(recipient="somebody@else.example", words="550 5.1.1 User unknown")
    assert comes_back(session, bounce_address(sent), said) == "history"
    session.refresh(sent)
    assert sent.state is State.SUBMITTED
    assert [(one.state, one.reason) for one in events(session)] == [
        (None, "550 5.1.1 User unknown")
    ]
    ours = report(recipient="x@intern.example", original="Ruth@Kunden.example", number="2")
    assert comes_back(session, bounce_address(sent), ours) == "undeliverable"


@pytest.mark.parametrize(
    "raw",
    [
        answer("Ich bin bis Montag nicht im Haus.", Auto_Submitted="auto-replied"),
        answer("Buy now, user unknown, mailbox full!", Subject="Win"),
        answer("", Subject="Gelesen"),
    ],
    ids=["out of office", "spam", "nothing"],
)
def test_what_is_no_report_is_kept_and_no_news(
    session: Session, sent: Dispatch, raw: bytes
) -> None:
    assert comes_back(session, bounce_address(sent), raw) == "no news"
    session.refresh(sent)
    assert (sent.state, events(session)) == (State.SUBMITTED, [])


def test_a_complaint_says_that_it_arrived_and_is_not_wanted(
    session: Session, sent: Dispatch
) -> None:
    to = bounce_address(sent)
    parts = [
        ("text/plain", "This is an abuse report."),
        ("message/feedback-report", f"Feedback-Type: abuse\r\nOriginal-Mail-From: <{to}>\r\n"),
        ("message/rfc822", "Subject: Invoice\r\n\r\nx"),
    ]
    body = "".join(f"--x\r\nContent-Type: {kind}\r\n\r\n{text}\r\n" for kind, text in parts)
    head = "From: fbl@provider.example\r\nContent-Type: multipart/report; boundary=x\r\n\r\n"
    assert reports.lies_in_mailbox(session, f"{head}{body}--x--\r\n".encode()) == "complaint"
    session.refresh(sent)
    assert sent.state is State.SUBMITTED
    names = set(session.scalars(select(Entry.name).where(Entry.object_id == sent.id)))
    assert "dispatch.complained" in names


def test_an_old_format_without_a_report_is_understood(session: Session, sent: Dispatch) -> None:
    raw = answer(
        "Hi. This is the qmail-send program at mx.example.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        "<ruth@kunden.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        "--- Below this line is a copy of the message.\n",
        From="MAILER-DAEMON@mx.example",
    )
    assert comes_back(session, bounce_address(sent), raw) == "undeliverable"
    assert [one.code for one in events(session)] == ["5.1.1"]


def test_the_beginning_of_a_huge_mail_is_kept(session: Session, sent: Dispatch) -> None:
    raw = report() + b"x" * 2_000_000
    assert comes_back(session, bounce_address(sent), raw) == "undeliverable"
