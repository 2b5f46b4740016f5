"""A house whose door is open, those who ask, and what was mailed to whom."""

from sqlalchemy import select

from app.core import clock, ids, tokens
from app.core.db import session
from app.core.journal import Entry
from app.core.runtime import Runtime
from app.notices.models import Notice
from app.organisations.models import Organisation
from app.sign_up import actions, proofs
from app.sign_up.models import AccessRequest
from app.sign_up.rules import State
from tests.cast import Cast

GUEST = "gina@gast.example"
NAME = "Gina Gast"


def welcome(here: Runtime, house: Organisation, code: str | None = None) -> None:
    """Let guests ask an organisation for access."""
    with here.database.transaction():
        found = session().get_one(Organisation, house.id)
        found.guests_welcome, found.guest_code = True, code


def ask(here: Runtime, house: Organisation, email: str = GUEST, reference: str = "") -> str:
    """Ask for access and return the request's id; nobody has been written to yet."""
    with here.database.transaction():
        found = session().get_one(Organisation, house.id)
        said = {"reference": reference, "message": "Please let me in."}
        actions.ask(found, email=email, name=NAME, language="en", **said)
        rows = select(AccessRequest.id).where(AccessRequest.email == email.lower())
        return session().scalars(rows.order_by(AccessRequest.id.desc())).first() or ""


def guest_of(house: Organisation) -> str:
    """Let somebody ask and confirm, in the transaction that is open; return the request's id."""
    request_id = ids.new()
    one = AccessRequest(
        id=request_id,
        organisation_id=house.id,
        email=f"{request_id}@gast.example",
        name=NAME,
        language="en",
        reference="K-1",
        message="",
        token_hash=tokens.fingerprint(proofs.token(request_id)),
        state=State.WAITING,
        created_at=clock.now(),
        confirmed_at=clock.now(),
    )
    session().add(one)
    session().flush()
    return request_id


def answer(here: Runtime, request_id: str) -> None:
    """Write to the address, as the job does."""
    with here.database.transaction():
        actions.answer(request_id)


def confirm(here: Runtime, request_id: str) -> None:
    """Confirm an address, as its reader does."""
    with here.database.transaction():
        actions.confirm(proofs.token(request_id))


def waiting(here: Runtime, cast: Cast, email: str = GUEST, reference: str = "") -> str:
    """Let somebody ask Lindenhof and confirm; return the request's id."""
    request_id = ask(here, cast.lindenhof, email, reference)
    confirm(here, request_id)
    return request_id


def load(request_id: str) -> AccessRequest:
    """Return a request, in the transaction that is open."""
    return session().get_one(AccessRequest, request_id)


def mails(here: Runtime, address: str) -> list[Notice]:
    """Return what is written to an address."""
    with here.database.reading():
        rows = select(Notice).where(Notice.address == address).order_by(Notice.id)
        return list(session().scalars(rows))


def lines(here: Runtime, name: str) -> list[Entry]:
    """Return the lines of the journal with a name."""
    with here.database.reading():
        return list(session().scalars(select(Entry).where(Entry.name == name).order_by(Entry.id)))


def requests(here: Runtime) -> list[AccessRequest]:
    """Return all requests."""
    with here.database.reading():
        return list(session().scalars(select(AccessRequest).order_by(AccessRequest.id)))
