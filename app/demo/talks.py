"""What was said about some documents of the demonstration, by customers and by the house."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update

from app.access.grants import Role
from app.access.principal import Principal
from app.comments.actions import writing
from app.comments.models import Comment
from app.core import clock, ids, journal, outbox
from app.core.db import session
from app.core.outbox import Promise
from app.demo.actions import LEASE, fixed
from app.documents.models import Audience, Document
from app.identity import queries as identity
from app.organisations import queries as organisations

RUTH: Final = "ruth.keller@bluemail.example"
RETO: Final = "reto.hofer@lindenhof.example"


@dataclass(frozen=True, slots=True)
class Saying:
    """What somebody wrote, so many hours after the document was published."""

    email: str
    after: float
    text: str
    audience: Audience = Audience.CUSTOMER


TALKS: Final = {
    "LH-40241": (
        Saying(RUTH, 27, "Guten Tag\nWofür steht der Posten «Telefon und TV-Anschluss»?"),
        Saying(
            RETO,
            29,
            "Anschluss steht seit Oktober falsch im Stamm. Ist korrigiert, neue Version folgt.",
            Audience.INTERNAL,
        ),
        Saying(
            RETO,
            30,
            "Guten Tag Frau Keller\nDer Posten ist ein Versehen: Ihre Mutter hat keinen Anschluss. Sie "
            "erhalten eine neue Rechnung. Die Tarife stehen auf https://lindenhof.example/tarife.",
        ),
        Saying(RUTH, 34, "Vielen Dank, dann ist alles klar."),
    ),
}
"""Number of a document → what was said about it."""


def talk(document: Document, published: datetime, age: int) -> None:
    """Let people write about a document when they did; nobody is mailed about what is long past."""
    sayings = TALKS.get(document.number, ()) if document.version == 1 else ()
    with fixed(f"talk/{document.number}", age):
        for saying in sayings:
            moment = published + timedelta(hours=saying.after)
            if moment < clock.now():
                with clock.standing_at(moment):
                    _write(document, saying)
    told = update(Comment).where(Comment.document_id == document.id, Comment.told_at.is_(None))
    session().execute(told.values(told_at=clock.now()))


def _write(document: Document, saying: Saying) -> None:
    person = identity.person_by_email(saying.email)
    assert person is not None
    member = Principal(
        role=Role.STAFF, id=person.id, name=person.name, organisation_id=person.organisation_id
    )
    who = organisations.contact_as_principal(document.organisation_id, person.id) or member
    writing.add(who, document, saying.audience, saying.text, [], ids.new())
    session().flush()
    reactions = select(Promise.id).where(
        Promise.task == journal.REACT, Promise.created_at == clock.now()
    )
    for promise_id in session().scalars(reactions).all():
        task = outbox.claim(promise_id, LEASE)
        if task is not None:
            outbox.finish(task)
