"""Money that came another way, noted by staff."""

from datetime import date

from app.access.principal import Principal
from app.core import clock
from app.core.db import insert, session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.documents.models import Document
from app.payments import queries
from app.payments.actions import settling, starting
from app.payments.models import Payment
from app.payments.rules import Provider, State


def note_payment(
    document: Document, minor: int, day: date, remark: str, who: Principal, attempt_id: str
) -> None:
    """Note that `minor` units came on a day; the same form sent twice counts once.

    Raises `Refused` where nothing can be paid of the document.
    """
    if document.open_minor is None or document.customer_id is None or document.currency is None:
        raise Refused(_("Nothing is to be paid of this document."))
    row = insert(Payment).values(
        id=attempt_id,
        organisation_id=document.organisation_id,
        customer_id=document.customer_id,
        provider=Provider.OTHER,
        state=State.PAID,
        currency=document.currency,
        minor=minor,
        received_minor=minor,
        received_on=day,
        by_kind=who.actor.kind,
        by_id=who.actor.id,
        by_name=who.actor.name[:200],
        note=remark[:200],
        created_at=clock.now(),
        settled_at=clock.now(),
    )
    made = session().execute(row.on_conflict_do_nothing().returning(Payment.id)).first()
    if made is None:
        return
    starting.keep_part(attempt_id, document, minor)
    session().flush()
    payment = queries.by_id(attempt_id)
    assert payment is not None
    settling.count(payment, minor, who.actor)
