import email
import os
import re
import socket
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.access.grants import Role
from app.access.principal import Principal
from app.core import clock, ids, runtime
from app.core.mail import compose, read_verp
from app.core.runtime import Runtime
from app.delivery import actions
from app.delivery.channels import email as channel
from app.delivery.channels.email import Sending
from app.delivery.models import Dispatch
from app.delivery.rules import Outcome
from app.documents.models import Document
from app.documents.rules.kinds import Kind
from app.identity import actions as identity
from app.identity.proofs import capability
from app.identity.rules import LinkPurpose
from app.organisations.models import Organisation
from app.organisations.rules.branding import Ending, Logo
from app.texts import actions as texts
from app.texts.rules.words import Topic, Words
from tests.core.scripted_smtp import Script, serving
from tests.documents.test_queries import put

GOLDEN = Path(__file__).parents[2] / "golden" / "mail"


def begun(dispatch: Dispatch) -> Sending:
    sending = actions.begin(dispatch.id)
    assert sending is not None
    return sending


def read(sending: Sending) -> EmailMessage:
    """Return the letter as a mail program reads it."""
    message = email.message_from_bytes(compose(sending.letter), policy=SMTP)
    assert isinstance(message, EmailMessage)
    return message


def golden(name: str, written: str) -> None:
    """Compare with the file that was looked at; `KONTOR_GOLDEN=write` writes it anew."""
    file = GOLDEN / name
    if os.environ.get("KONTOR_GOLDEN") == "write":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(written, "utf-8")
    assert written == file.read_text("utf-8")


def test_the_letter_reads_as_it_did_when_somebody_looked_at_it(
    dispatch: Dispatch, session: Session
) -> None:
    with clock.standing_at(datetime(2026, 10, 31, 8, tzinfo=UTC)):
        sending = begun(dispatch)
    token = capability.token(dispatch.link_id or "")
    letter = sending.letter
    plain = f"Subject: {letter.subject}\n\n{letter.text}".replace(token, "TOKEN")
    golden("document.en.txt", plain)
    golden("document.en.html", letter.html.replace(token, "TOKEN"))


def test_the_letter_has_the_headers_of_an_honest_machine(dispatch: Dispatch) -> None:
    sending = begun(dispatch)
    message, settings = read(sending), runtime.current().settings
    assert message["From"] == "Haus Lindenhof <post@lindenhof.example>"
    assert message["To"] == "Ruth Keller <ruth@kunden.example>"
    assert message["Reply-To"] == "office@lindenhof.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "en"
    assert message["Message-ID"] == f"<{dispatch.id}.1@{settings.bounce_domain}>"
    named = read_verp(sending.letter.envelope_sender, settings.key("bounce"))
    assert named == f"{dispatch.id}-1", "what comes back names the decision to send it"


def test_the_link_is_in_both_parts_and_leads_to_the_organisations_address(
    dispatch: Dispatch,
) -> None:
    letter = begun(dispatch).letter
    url = f"http://kontor.test/link/{capability.token(dispatch.link_id or '')}"
    assert url in letter.text
    assert f'href="{url}"' in letter.html
    assert re.findall(r"https?://[^\s\"'<]+", letter.text) == [url]
    assert set(re.findall(r"https?://[^\s\"'<]+", letter.html)) == {url}
    assert "<img" not in letter.html, "nothing tells when a letter is opened"


def test_the_letter_is_in_the_recipients_language(dispatch: Dispatch, session: Session) -> None:
    dispatch.language = "de"
    session.flush()
    message = read(begun(dispatch))
    assert message["Content-Language"] == "de"
    assert '<html lang="de">' in message.get_body(("html",)).get_content()  # type: ignore[union-attr]


def test_what_strangers_write_stays_text(
    dispatch: Dispatch, invoice: Document, session: Session
) -> None:
    put(invoice, session, number="1\r\nBcc: victim@x.example\r\n\r\n<script>alert(1)</script>")
    dispatch.name = 'Ruth"\r\nCc: victim@x.example <i>'
    session.flush()
    message = read(begun(dispatch))
    assert [name for name in message if name.lower() in ("bcc", "cc")] == []
    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "<script>" not in html
    assert "<i>" not in html
    assert [one.addr_spec for one in message["To"].addresses] == ["ruth@kunden.example"]


def test_a_document_without_date_and_amount_is_announced_too(
    dispatch: Dispatch, invoice: Document, session: Session
) -> None:
    put(invoice, session, issue_date=None, due_date=None, currency=None, total_minor=None)
    text = begun(dispatch).letter.text
    assert "Invoice 2026-0412" in text
    assert "Total" not in text
    assert "None" not in text


def test_a_credit_note_asks_for_no_payment(
    dispatch: Dispatch, invoice: Document, session: Session
) -> None:
    assert "Payable until" in begun(dispatch).letter.text
    put(invoice, session, payable_minor=-100, open_minor=None, due_date=date(2026, 11, 29))
    assert "Payable until" not in begun(dispatch).letter.text


@pytest.mark.parametrize(
    ("answers", "outcome", "code"),
    [
        ({}, Outcome.ACCEPTED, 250),
        ({"rcpt": "450 4.2.1 try later"}, Outcome.TEMPORARY, 450),
        ({"rcpt": "550 5.1.1 no such user"}, Outcome.PERMANENT, 550),
        ({"mail": "451 4.7.1 greylisted"}, Outcome.TEMPORARY, 451),
    ],
)
def test_what_the_server_says_is_what_came_of_it(
    here: Runtime, dispatch: Dispatch, answers: dict[str, str], outcome: Outcome, code: int
) -> None:
    sending = begun(dispatch)
    with serving(Script(answers=answers)) as transport:
        url = f"smtp://{transport.host}:{transport.port}?starttls=no"
        with runtime.using(replace(here, settings=replace(here.settings, mail_url=url))):
            result = channel.submit(sending)
            channel.hang_up()
    assert (result.outcome, result.code) == (outcome, code)
    for said in answers.values():
        assert said.partition(" ")[2] in result.answer
        assert result.enhanced == said.split()[1]


def test_an_answer_that_was_lost_is_not_known(here: Runtime, dispatch: Dispatch) -> None:
    sending = begun(dispatch)
    with serving(Script(cuts={"end-of-data"})) as transport:
        url = f"smtp://{transport.host}:{transport.port}?starttls=no"
        with runtime.using(replace(here, settings=replace(here.settings, mail_url=url))):
            result = channel.submit(sending)
            channel.hang_up()
    assert result.outcome is Outcome.UNKNOWN


def test_a_server_that_is_away_is_a_component_that_is_down(
    here: Runtime, dispatch: Dispatch
) -> None:
    """Apart from a recipient that refuses (B2-12)."""
    sending = begun(dispatch)
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{reserved.getsockname()[1]}?starttls=no"
        with runtime.using(replace(here, settings=replace(here.settings, mail_url=url))):
            result = channel.submit(sending)
            channel.hang_up()
    assert (result.outcome, result.code) == (Outcome.UNAVAILABLE, None)


@pytest.mark.parametrize(
    "address", ["", "ruth", "ruth@", "jörg@kunden.example", "a@b\r\nBcc: c@d.ch"]
)
def test_an_address_that_no_mail_can_reach_is_refused_before_the_network(
    dispatch: Dispatch, address: str
) -> None:
    sending = begun(dispatch)
    wrong = replace(sending, letter=replace(sending.letter, recipient_address=address))
    result = channel.submit(wrong)
    assert (result.outcome, result.code) == (Outcome.PERMANENT, None)
    assert result.answer


@pytest.mark.parametrize(
    ("kind", "told", "untold"),
    [
        (Kind.QUOTE, ("made you an offer", "Valid until: 29 Nov 2026"), "Payable"),
        (Kind.REMINDER, ("reminds you", "To be paid: 642.24", "Payable until"), "Total"),
        (Kind.ORDER_CONFIRMATION, ("answers your order",), "Valid"),
        (Kind.DELIVERY_NOTE, ("what was delivered",), "Valid"),
    ],
)
def test_the_letter_says_what_kind_of_document_waits(
    dispatch: Dispatch,
    invoice: Document,
    session: Session,
    kind: Kind,
    told: tuple[str, ...],
    untold: str,
) -> None:
    put(invoice, session, kind=kind)
    letter = begun(dispatch).letter
    for text in (letter.text, letter.html):
        assert all(part in text for part in told)
        assert untold not in text


OWN = Words(
    subject="[Client.name]: [Invoice.number] [[x]",
    body="Dear [Recipient.name],\n\n- [Invoice.customerportal_url]\n- [Client.customerportal_url]",
    button="Read",
)


def written_by(house: Organisation, language: str = "en") -> None:
    """Keep own words of an organisation about invoices."""
    ben = Principal(role=Role.STAFF, id=ids.new(), name="Ben", organisation_id=house.id)
    texts.save(ben, Topic(Kind.INVOICE, language), OWN, 0)


def test_the_organisations_own_words_take_the_place_of_the_standards(
    house: Organisation, dispatch: Dispatch
) -> None:
    written_by(house)
    letter = begun(dispatch).letter
    url = f"http://kontor.test/link/{capability.token(dispatch.link_id or '')}"
    assert letter.subject == "Ruth Keller: 2026-0412 [x]"
    assert letter.text.startswith(f"Dear Ruth Keller,\n\n- {url}\n- {url}\n\nRead:\n{url}\n")
    assert "Questions? Answer this mail" in letter.text
    assert f'<li><a href="{url}"' in letter.html


def test_own_words_are_for_readers_of_their_language(
    house: Organisation, dispatch: Dispatch
) -> None:
    written_by(house, "sv")
    assert begun(dispatch).letter.subject == "Invoice 2026-0412 from Haus Lindenhof"


@pytest.mark.parametrize("email", ["ruth@kunden.example", "tochter@kunden.example"])
def test_the_customers_portal_is_named_to_nobody_but_its_own_reader(
    house: Organisation, dispatch: Dispatch, session: Session, email: str
) -> None:
    written_by(house)
    link = identity.make_link(
        *(house.id, dispatch.customer_id, None, None),
        email=email,
        name="Ruth Keller",
        language="en",
        purpose=LinkPurpose.CUSTOMER,
    )
    session.flush()
    is_hers = email == dispatch.address
    assert (capability.token(link.id) in begun(dispatch).letter.text) is is_hers


def test_a_letter_shows_the_logo_the_imprint_and_nothing_that_tells_readers_apart(
    house: Organisation, dispatch: Dispatch, session: Session
) -> None:
    house.logo = Logo("a" * 64, Ending.PNG, 800, 200).to_json()
    house.imprint_url = "https://lindenhof.example/imprint"
    session.flush()
    letter = begun(dispatch).letter
    address = f"http://kontor.test/brand/{'a' * 64}.png"
    assert re.findall(r"<img[^>]*>", letter.html) == [
        f'<img src="{address}" width="240" height="60" alt="Haus Lindenhof" style="border:0">'
    ]
    assert "Imprint: https://lindenhof.example/imprint" in letter.text
    assert address not in letter.text


def test_a_drawn_logo_stays_out_of_mails(house: Organisation, dispatch: Dispatch) -> None:
    house.logo = Logo("a" * 64, Ending.SVG, 800, 200).to_json()
    assert "<img" not in begun(dispatch).letter.html


def test_values_of_own_words_reach_no_header(
    house: Organisation, dispatch: Dispatch, invoice: Document, session: Session
) -> None:
    written_by(house)
    put(invoice, session, number="1\r\nBcc: victim@x.example\r\n\r\n[Client.name]")
    message = read(begun(dispatch))
    assert [name for name in message if name.lower() in ("bcc", "cc")] == []
    assert "[Client.name]" in message["Subject"]
