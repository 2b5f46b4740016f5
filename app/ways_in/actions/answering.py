"""Answering a mail once everything that it brought is taken in: at most once, whatever happens."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import update

from app.core import clock, languages
from app.core.db import session
from app.core.mail import Answer, Letter
from app.core.mail import Outcome as Said
from app.intake.models import ItemState
from app.organisations import queries as organisations
from app.organisations.models import Organisation
from app.ways_in import queries
from app.ways_in.channels import answer
from app.ways_in.formats import report
from app.ways_in.formats.mail import reason
from app.ways_in.models import ArrivedMail, MailState
from app.ways_in.queries import Outcome

AFTER = {
    Said.ACCEPTED: MailState.ANSWERED,
    Said.PERMANENT: MailState.UNANSWERED,
    Said.UNKNOWN: MailState.LOST,
}
"""What a mail server said → what became of the answer; anything else is tried again."""

FINDINGS = 5
"""Findings of one document that a letter shows; the portal has all."""


@dataclass(frozen=True, slots=True)
class Due:
    """An answer to be sent; without a letter some file is still being taken in."""

    mail_id: str
    letter: Letter | None


def begin(mail_id: str) -> Due | None:
    """Write the answer and put the attempt on record; None where there is nothing to send.

    Who finds an attempt on record has come after one that died: whether its letter went out is not
    known, and a second one must not go.
    """
    mail = queries.arrived_by_id(mail_id)
    if mail is None or mail.state is not MailState.WAITING:
        if mail is not None and mail.state is MailState.ANSWERING:
            _move(mail_id, MailState.ANSWERING, MailState.LOST)
        return None
    outcomes = queries.outcomes(mail.intake_id) if mail.intake_id else []
    if any(one.state is ItemState.WAITING for one in outcomes):
        return Due(mail_id, None)
    organisation = organisations.organisation_by_id(mail.organisation_id)
    letter = _letter(mail, organisation, outcomes)
    return Due(mail_id, letter) if _move(mail_id, MailState.WAITING, MailState.ANSWERING) else None


def _letter(mail: ArrivedMail, house: Organisation, outcomes: Sequence[Outcome]) -> Letter:
    with languages.speaking(house.language, house.country, house.timezone):
        return answer.letter(
            mail,
            house,
            files=[
                (one.name, report.sentence(one, house.name), report.lines(one, FINDINGS))
                for one in outcomes
            ],
            left_out=[(one["name"], reason(one["reason"])) for one in mail.left_out],
        )


def finish(due: Due, said: Answer | None) -> bool:
    """Write down what came of it; True asks for another try. Without an answer nothing was sent."""
    if due.letter is None:
        return True
    if said is None:
        _move(due.mail_id, MailState.ANSWERING, MailState.UNANSWERED)
        return False
    state = AFTER.get(said.outcome, MailState.WAITING)
    _move(due.mail_id, MailState.ANSWERING, state)
    return state is MailState.WAITING


def give_up(mail_id: str) -> None:
    """Say that it was tried often enough."""
    _move(mail_id, MailState.WAITING, MailState.UNANSWERED)


def _move(mail_id: str, before: MailState, after: MailState) -> bool:
    moved = (
        update(ArrivedMail)
        .where(ArrivedMail.id == mail_id, ArrivedMail.state == before)
        .values(state=after, settled_at=clock.now())
        .returning(ArrivedMail.id)
        .execution_options(synchronize_session=False)
    )
    return session().execute(moved).first() is not None
