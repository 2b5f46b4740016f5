"""Files in mails (PY-10): which, for whom, how large, and every byte as it lies in the storage."""

import email
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from sqlalchemy.orm import Session

from app.core import clock, ids, runtime
from app.core.runtime import Runtime
from app.delivery import actions, rules
from app.delivery.channels import email as channel
from app.delivery.channels import enclosing
from app.delivery.channels.email import Sending
from app.delivery.models import Dispatch
from app.delivery.rules import LeftOut, Outcome, State
from app.documents import queries as documents
from app.documents.actions import attaching, keeping
from app.documents.models import Audience, Document
from app.organisations.models import Customer, Organisation
from app.organisations.rules import CustomerKind
from app.organisations.rules.portal import MailedFiles
from app.renditions import rules as renditions
from app.renditions.models import Rendition
from tests.core.scripted_smtp import Script, serving
from tests.factories import BY

PDF = b"%PDF-1.7 made for people" + bytes(range(256)) * 20
SHEET, ORIGINAL, ATTACHMENT = "2026-0412.pdf", "invoice.xml", "Zähler \u202e「1」.csv"
SHOWN = "Zähler 「1」.csv"


@pytest.fixture
def sheet(invoice: Document, session: Session) -> Rendition:
    """The PDF that Kontor makes of the invoice."""
    kept = runtime.current().storage.put(invoice.organisation_id, PDF)
    one = Rendition(
        id=ids.new(),
        organisation_id=invoice.organisation_id,
        document_id=invoice.id,
        form=renditions.sheet_form(invoice.kind),
        state=renditions.State.MADE,
        sha256=kept,
        size=len(PDF),
        renderer="1",
        wanted_at=clock.now(),
        made_at=clock.now(),
    )
    session.add(one)
    session.flush()
    return one


@pytest.fixture
def full(invoice: Document, sheet: Rendition, dispatch: Dispatch) -> Dispatch:
    """The dispatch of an invoice with a PDF, an XML, an attachment, and a file that is nobody's business."""
    for name, audience in ((ATTACHMENT, Audience.CUSTOMER), ("margin.csv", Audience.INTERNAL)):
        stored = keeping.store(invoice.organisation_id, name, f"{name};1".encode())
        attaching.attach(invoice, [stored], audience, BY)
    return dispatch


def begun(dispatch: Dispatch) -> Sending:
    sending = actions.begin(dispatch.id)
    assert sending is not None
    return sending


@contextmanager
def mailing(here: Runtime, script: Script, **settings: int) -> Iterator[None]:
    """Have mail handed to a real server that does as its script says."""
    with serving(script) as transport:
        url = f"smtp://{transport.host}:{transport.port}?starttls=no"
        changed = replace(here.settings, mail_url=url, **settings)  # type: ignore[arg-type]
        with runtime.using(replace(here, settings=changed)):
            yield
            channel.hang_up()


def read(octets: bytes) -> EmailMessage:
    message = email.message_from_bytes(octets, policy=SMTP)
    assert isinstance(message, EmailMessage)
    return message


def carried(message: EmailMessage) -> dict[str, str]:
    """Return the names of a mail's files and the SHA-256 of their bytes."""
    return {
        str(one.get_filename()): hashlib.sha256(one.get_payload(decode=True)).hexdigest()  # type: ignore[arg-type]
        for one in message.iter_attachments()
    }


@pytest.mark.parametrize(
    ("files", "kind", "are_carried"),
    [
        (MailedFiles.EXCLUDE, CustomerKind.PRIVATE, False),
        (MailedFiles.EXCLUDE, CustomerKind.BUSINESS, False),
        (MailedFiles.INCLUDE, CustomerKind.PRIVATE, True),
        (MailedFiles.INCLUDE, CustomerKind.BUSINESS, True),
        (MailedFiles.EXCLUDE_PRIVATE, CustomerKind.PRIVATE, False),
        (MailedFiles.EXCLUDE_PRIVATE, CustomerKind.BUSINESS, True),
    ],
)
def test_pdf_xml_and_attachments_are_mailed_alike_and_arrive_as_they_lie_in_the_storage(
    here: Runtime,
    house: Organisation,
    keller: Customer,
    invoice: Document,
    full: Dispatch,
    files: MailedFiles,
    kind: CustomerKind,
    are_carried: bool,
) -> None:
    house.mailed_files, keller.kind = files, kind
    script = Script()
    with mailing(here, script):
        assert channel.submit(begun(full)).outcome is Outcome.ACCEPTED
    message = read(script.kept[0])
    of_ours = {one.name: one.sha256 for one in documents.files_of(invoice)}
    wanted = {
        SHEET: hashlib.sha256(PDF).hexdigest(),
        ORIGINAL: of_ours[ORIGINAL],
        SHOWN: hashlib.sha256(f"{ATTACHMENT};1".encode()).hexdigest(),
    }
    assert carried(message) == (wanted if are_carried else {})
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    for name in wanted:
        assert (name in text) is (name in html) is are_carried
    assert full.enclosed == (list(wanted) if are_carried else [])
    assert full.left_out is None
    assert "/link/" in text


def test_what_is_too_large_is_left_to_the_link_and_both_sides_are_told(
    here: Runtime, house: Organisation, full: Dispatch
) -> None:
    house.mailed_files, script = MailedFiles.INCLUDE, Script()
    with mailing(here, script, mail_files_limit=len(PDF)):
        assert channel.submit(begun(full)).outcome is Outcome.ACCEPTED
    message = read(script.kept[0])
    assert message.get_content_type() == "multipart/alternative"
    assert "not attached" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert (full.enclosed, full.left_out) == ([], LeftOut.TOO_LARGE)


@pytest.mark.parametrize(
    ("answer", "goes_again"),
    [
        ("552 5.3.4 message too big", True),
        ("552 5.2.3 too big for you", True),
        ("552 5.2.2 mailbox full", False),
        ("550 5.1.1 no such user", False),
    ],
)
def test_a_server_that_takes_no_large_mail_gets_one_without_files(
    here: Runtime, house: Organisation, full: Dispatch, answer: str, goes_again: bool
) -> None:
    house.mailed_files, script = MailedFiles.INCLUDE, Script(answers={"end-of-data": answer})
    with mailing(here, script):
        sending = begun(full)
        assert actions.finish(sending, channel.submit(sending)) is goes_again
        assert full.state is (State.QUEUED if goes_again else State.UNDELIVERABLE)
        if not goes_again:
            return
        again = begun(full)
        assert (again.files, full.left_out) == ((), LeftOut.REFUSED)
        refused_again = actions.finish(again, channel.submit(again))
    assert not refused_again, "without files it is not the size"


def waits(dispatch: Dispatch) -> timedelta | None:
    document = documents.by_id(dispatch.document_id)
    assert document is not None
    return enclosing.pause(dispatch, document)


def test_a_letter_waits_for_its_pdf_and_then_goes_without(
    house: Organisation, sheet: Rendition, dispatch: Dispatch, session: Session
) -> None:
    sheet.state, sheet.sha256 = renditions.State.WANTED, None
    assert waits(dispatch) is None, "this house mails no files"
    house.mailed_files = MailedFiles.INCLUDE
    session.flush()
    assert waits(dispatch) is not None
    dispatch.queued_at = clock.now() - rules.LONGEST_WAIT
    session.flush()
    assert waits(dispatch) is None
    assert begun(dispatch).files == ()
    assert dispatch.left_out is LeftOut.NOT_READY


@pytest.mark.parametrize("state", [renditions.State.MADE, renditions.State.IMPOSSIBLE])
def test_a_letter_does_not_wait_for_what_is_decided(
    house: Organisation, sheet: Rendition, dispatch: Dispatch, session: Session, state: str
) -> None:
    house.mailed_files = MailedFiles.INCLUDE
    sheet.state = renditions.State(state)
    if sheet.state is renditions.State.IMPOSSIBLE:
        sheet.sha256 = sheet.size = None
    session.flush()
    assert waits(dispatch) is None
    names = [one.name for one in begun(dispatch).files]
    assert names == ([SHEET, ORIGINAL] if sheet.sha256 else [ORIGINAL])


def test_the_longer_a_pdf_takes_the_more_seldom_somebody_looks() -> None:
    ages = [timedelta(seconds=seconds) for seconds in (0, 2, 10, 59, 61, 600)]
    pauses = [rules.pause_for_files(age) for age in ages]
    assert pauses == sorted(pauses)
    assert timedelta(seconds=1) < pauses[0] < pauses[-1] <= timedelta(minutes=1)


def test_a_file_that_is_gone_is_our_trouble_and_not_the_recipients(
    here: Runtime, house: Organisation, full: Dispatch, sheet: Rendition, session: Session
) -> None:
    house.mailed_files, sheet.sha256 = MailedFiles.INCLUDE, "0" * 64
    session.flush()
    script = Script()
    with mailing(here, script):
        sending = begun(full)
        assert actions.finish(sending, channel.submit(sending)) is True
    assert (full.state, script.kept) == (State.COMPONENT_DOWN, [])
