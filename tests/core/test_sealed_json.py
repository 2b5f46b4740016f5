"""Values that a copy of the database does not give away, and that outlast a change of keys."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import sealing
from app.core.runtime import Runtime
from app.organisations.models import Recipient
from tests import cast
from tests.core.test_sealing import NEW, OLD, OTHER, keyed
from tests.delivery.channels.efaktura import cases


def raw(session: Session) -> str:
    rows = text("SELECT particulars FROM recipient WHERE particulars IS NOT NULL")
    return str(session.scalar(rows))


def test_sealed_values_are_sealed_anew_and_open_with_the_new_key_alone(
    here: Runtime, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    with keyed(here, OLD):
        house = cast.found("lindenhof", "Haus Lindenhof")
        customer = cast.customer(house, "K-1", "Ruth Keller", "ruth@kunden.example")
        session.flush()
        recipient = cases.insured(customer)
        before = raw(session)
        assert "Keller" not in before
        assert "756" not in before
    column = Recipient.__table__.c.particulars
    assert column in sealing.columns()
    with keyed(here, NEW, OLD):
        assert sealing.seal_anew(column, None)[0] == 1
        assert raw(session) != before
    with keyed(here, NEW):
        session.expire_all()
        assert recipient.particulars == cases.PATIENT
        assert sealing.seal_anew(column, None)[0] == 0
    with keyed(here, OTHER):
        session.expire_all()
        assert recipient.particulars == {}
        assert "cannot be opened" in caplog.text


def test_nothing_is_stored_as_nothing(session: Session) -> None:
    house = cast.found("lindenhof", "Haus Lindenhof")
    customer = cast.customer(house, "K-1", "Ruth Keller", "ruth@kunden.example")
    session.flush()
    recipient = cases.insured(customer)
    recipient.particulars = {}
    session.flush()
    assert raw(session) == "None"
    session.expire_all()
    assert recipient.particulars == {}
