"""Letters through the real engine to a real SFTP server."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256

import pypdfium2
import pytest
from asyncssh import generate_private_key
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import sealing
from app.delivery import actions, queries
from app.delivery.actions import handing
from app.delivery.channels.adapter import Result
from app.delivery.channels.print_centre import adapter, line
from app.delivery.channels.print_centre.posting import Posting
from app.delivery.channels.setups import setup_of
from app.delivery.models import Attempt, ChannelSettings, Dispatch
from app.delivery.queries import channels
from app.delivery.rules import Held, Outcome, State
from app.demo.print_centre import PrintCentre
from app.documents.models import Document
from app.organisations.models import Customer, Recipient
from app.organisations.rules import Channel
from tests import factories
from tests.delivery.channels.print_centre.conftest import drawn, made, values


def begun(dispatch: Dispatch) -> Posting:
    posting = actions.begin(dispatch.id)
    assert isinstance(posting, Posting)
    return posting


def sent(dispatch: Dispatch) -> Result:
    """Do one whole attempt, as the job does."""
    posting = begun(dispatch)
    result = handing.hand_over(posting)
    actions.finish(posting, result)
    return result


def there(centre: PrintCentre, folder: str = "in") -> list[str]:
    return sorted(one.name for one in (centre.files / folder).iterdir() if one.is_file())


def scripted(faults: dict[str, str]) -> Callable[[str, str], str]:
    """Return a choice that does each fault once: the ending of a file's name → the fault."""
    left = dict(faults)

    def choose(operation: str, name: str) -> str:
        found = next((one for one in left if f"{operation} {name}".endswith(one)), "")
        return left.pop(found, "")

    return choose


def test_a_letter_lies_there_whole_with_all_that_printing_needs(
    letter: Dispatch, centre: PrintCentre, connected: ChannelSettings
) -> None:
    connected.values = values(centre, postage="B", prices="A 9 1.50\nB 2 1.10\nB 9 2.20")
    result = sent(letter)
    assert (letter.state, letter.provider_ref) == (State.SUBMITTED, letter.reference)
    assert (result.answer, letter.cost_minor) == ("stored: 3 pages on 2 sheets", 110)
    assert there(centre) == [f"{letter.reference}.json", f"{letter.reference}.pdf"]
    said = json.loads((centre.files / "in" / f"{letter.reference}.json").read_bytes())
    pdf = (centre.files / "in" / said["file"]).read_bytes()
    assert (said["sha256"], said["bytes"]) == (sha256(pdf).hexdigest(), len(pdf))
    assert said["address"]["lines"] == ["Ruth Keller", "Seestrasse 12", "8002 Zürich"]
    assert said["address"]["postcode"] == "8002"
    told = {name: said[name] for name in ("duplex", "colour", "postage", "envelope", "country")}
    assert told == {
        "duplex": True,
        "colour": False,
        "postage": "B",
        "envelope": "C5",
        "country": "CH",
    }
    assert (said["reference"], said["pages"], said["is_test"]) == (letter.reference, 3, False)
    assert letter.address == "Ruth Keller, Seestrasse 12, 8002 Zürich"
    assert centre.take() == [letter.reference]
    assert centre.books.taken == {letter.reference: 1}


def test_a_document_that_came_as_a_pdf_is_posted_as_it_is(
    connected: ChannelSettings, paper: Recipient, keller: Customer, centre: PrintCentre
) -> None:
    content = drawn((345, 650, "Something else in the window"))
    said = factories.einvoice("R-7", customer_number=keller.number)
    document = factories.take_in(
        keller.organisation_id, said, content=content, media_type="application/pdf"
    )
    actions.dispatch_document(document.id)
    (one,) = queries.of_document(document.id)
    assert sent(one).answer == "stored: 3 pages on 2 sheets, with a cover sheet"
    pdf = pypdfium2.PdfDocument(centre.files / "in" / f"{one.reference}.pdf")
    cover, back, first = (page.get_textpage().get_text_range() for page in pdf)
    assert "Seestrasse 12" in cover
    assert "R-7" in cover
    assert back == ""
    assert "Something else" in first


@pytest.mark.parametrize(
    ("faults", "outcome", "state"),
    [
        ({".part": "full"}, Outcome.UNAVAILABLE, State.COMPONENT_DOWN),
        ({".part": "cut"}, Outcome.UNAVAILABLE, State.COMPONENT_DOWN),
        ({".pdf": "cut"}, Outcome.UNAVAILABLE, State.COMPONENT_DOWN),
        ({".pdf": "kept"}, Outcome.UNAVAILABLE, State.COMPONENT_DOWN),
        ({".json": "full"}, Outcome.UNKNOWN, State.UNCERTAIN),
        ({".json": "cut"}, Outcome.UNKNOWN, State.UNCERTAIN),
        ({".json": "kept"}, Outcome.UNKNOWN, State.UNCERTAIN),
        ({".json": "slow"}, Outcome.ACCEPTED, State.SUBMITTED),
    ],
)
@pytest.mark.parametrize("takes_between", [False, True])
def test_whatever_breaks_one_letter_arrives_once(
    letter: Dispatch,
    centre: PrintCentre,
    session: Session,
    faults: dict[str, str],
    outcome: Outcome,
    state: State,
    takes_between: bool,
) -> None:
    centre.choice = scripted(faults)
    assert sent(letter).outcome is outcome
    assert letter.state is state
    if takes_between:
        centre.take()
    health = channels.health(letter.organisation_id, Channel.PRINT)
    assert (health is not None) is (outcome is Outcome.UNAVAILABLE)
    if health is not None:
        health.next_try_at = health.down_since
        session.flush()
    if state is not State.SUBMITTED:
        assert sent(letter).outcome is Outcome.ACCEPTED
    assert letter.state is State.SUBMITTED
    session.expire_all()
    assert channels.health(letter.organisation_id, Channel.PRINT) is None
    centre.take()
    assert centre.books.taken == {letter.reference: 1}
    assert centre.books.refused == {}
    assert [name for name in there(centre) if not name.endswith(".part")] == []


def test_what_was_taken_and_acknowledged_is_found_in_every_place(
    letter: Dispatch, centre: PrintCentre
) -> None:
    posting = replace(begun(letter), is_repeat=True)
    assert adapter.find(posting) is None
    name = letter.reference
    for place in (f"in/{name}.json", f"in/processed/{name}.json", f"out/{name}.ack.json"):
        (centre.files / place).write_bytes(b"{}")
        found = handing.hand_over(posting)
        assert (found.outcome, found.answer) == (Outcome.ACCEPTED, f"found: {place}")
        (centre.files / place).unlink()
    centre.close()
    assert handing.hand_over(posting).outcome is Outcome.UNAVAILABLE
    assert there(centre) == []


def test_two_attempts_that_meet_leave_one_letter(letter: Dispatch, centre: PrintCentre) -> None:
    slow = begun(letter)
    second = begun(letter)
    assert handing.hand_over(second).answer.startswith("stored: ")
    assert handing.hand_over(slow).answer.startswith("stored before: ")
    assert there(centre) == [f"{letter.reference}.json", f"{letter.reference}.pdf"]


def test_an_attempt_that_comes_late_names_no_letter(letter: Dispatch, centre: PrintCentre) -> None:
    late, second = begun(letter), begun(letter)
    assert handing.hand_over(second).outcome is Outcome.ACCEPTED
    centre.take()
    late = replace(late, until=0.0)
    assert handing.hand_over(late).outcome is Outcome.TEMPORARY
    assert adapter.submit(late).answer.startswith("it took too long")
    centre.take()
    assert centre.books.taken == {letter.reference: 1}


def _other_key(centre: PrintCentre) -> None:
    centre.close()
    centre.show_other_key()
    centre.open()


def _refused(centre: PrintCentre) -> None:
    centre.refuses = True


@pytest.mark.parametrize(
    ("breaks", "words"),
    [
        (_other_key, "the host shows another key: SHA256:"),
        (_refused, "the host does not let kontor in"),
        (PrintCentre.close, "ConnectionRefusedError: "),
    ],
)
def test_a_host_that_is_not_the_right_one_or_lets_nobody_in_is_down(
    letter: Dispatch,
    centre: PrintCentre,
    breaks: Callable[[PrintCentre], None],
    words: str,
) -> None:
    breaks(centre)
    result = sent(letter)
    assert (result.outcome, letter.state) == (Outcome.UNAVAILABLE, State.COMPONENT_DOWN)
    assert result.answer.startswith(words)
    health = channels.health(letter.organisation_id, Channel.PRINT)
    assert health is not None
    assert health.trouble == result.answer
    assert there(centre) == []


def test_a_key_opens_the_door_too(
    letter: Dispatch, centre: PrintCentre, connected: ChannelSettings
) -> None:
    key = generate_private_key("ssh-ed25519")
    centre.key = key.convert_to_public()
    typed = key.export_private_key().decode().replace("\n", "")
    connected.sealed_secrets = sealing.seal(json.dumps({"private_key": typed}))
    assert sent(letter).outcome is Outcome.ACCEPTED


def test_a_letter_in_test_mode_is_marked_and_lies_where_nobody_posts(
    letter: Dispatch, centre: PrintCentre, connected: ChannelSettings
) -> None:
    connected.is_test = True
    sent(letter)
    assert (there(centre), letter.is_test) == ([], True)
    manifest, pdf = (centre.files / "test" / name for name in there(centre, "test"))
    assert json.loads(manifest.read_bytes())["is_test"] is True
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]
    assert all("TEST" in page for page in pages)
    assert centre.take() == []


def test_without_an_address_no_letter_is_made(
    connected: ChannelSettings, paper: Recipient, keller: Customer, session: Session
) -> None:
    keller.postcode = ""
    session.flush()
    invoice = factories.invoice_for(keller, "R-8")
    actions.dispatch_document(invoice.id)
    (one,) = queries.of_document(invoice.id)
    assert (one.state, one.held_because) == (State.HELD, Held.OBSTACLE)
    assert one.passed == [{"channel": "print", "obstacle": "bad_address"}]


def test_an_address_of_its_own_is_taken_as_a_whole(
    letter: Dispatch, paper: Recipient, session: Session
) -> None:
    paper.postal = {"line": "Sohn", "street": "1 High Street", "city": "Leeds"}
    session.flush()
    assert actions.begin(letter.id) is None
    assert (letter.state, letter.answer) == (State.REJECTED, "The postal address is not complete.")


def test_a_pdf_that_cannot_be_posted_is_turned_down_by_ourselves(
    connected: ChannelSettings,
    paper: Recipient,
    keller: Customer,
    centre: PrintCentre,
    session: Session,
) -> None:
    invoice: Document = factories.invoice_for(keller, "R-9")
    made(invoice, drawn(size=(400, 400)), session)
    actions.dispatch_document(invoice.id)
    (one,) = queries.of_document(invoice.id)
    result = sent(one)
    assert (one.state, one.answer) == (State.REJECTED, "The PDF is not A4: page 1.")
    assert result.enhanced == "not_a4"
    assert there(centre) == []


def test_a_letter_waits_for_its_pdf(
    connected: ChannelSettings, paper: Recipient, keller: Customer, session: Session
) -> None:
    invoice = factories.invoice_for(keller, "R-10")
    actions.dispatch_document(invoice.id)
    (one,) = queries.of_document(invoice.id)
    assert actions.begin(one.id) is None
    assert one.answer == "There is no PDF of this document."
    assert session.scalars(select(Attempt.outcome)).all() == [Outcome.PERMANENT]


def test_what_nobody_took_can_be_taken_back(
    letter: Dispatch, centre: PrintCentre, connected: ChannelSettings
) -> None:
    posting = begun(letter)
    handing.hand_over(posting)
    setup = setup_of(letter.organisation_id, Channel.PRINT)
    assert adapter.cancel(setup, letter.reference).told is State.CANCELLED
    assert there(centre) == []
    assert adapter.cancel(setup, letter.reference).outcome is Outcome.PERMANENT


@pytest.fixture(autouse=True)
def _hung_up() -> Iterator[None]:
    yield
    line.hang_up()
