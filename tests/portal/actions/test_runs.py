import pytest
from sqlalchemy.orm import Session

from app.access.principal import Principal
from app.core import ids, journal
from app.core.errors import Refused
from app.organisations.models import Customer, Organisation
from app.organisations.rules.portal import Access
from app.portal.actions import access, runs
from app.portal.models import PortalRun
from app.portal.queries import runs as queries
from tests import cast


def values(session: Session, customers: list[Customer]) -> list[str]:
    session.expire_all()
    return [one.portal.value for one in customers]


def run_of(session: Session, run_id: str) -> PortalRun:
    session.expire_all()
    return session.get_one(PortalRun, run_id)


def test_a_run_changes_those_that_differ_and_counts_them(
    session: Session, house: Organisation, anna: Principal, customers: list[Customer]
) -> None:
    access.change_access(customers[0], Access.NO, anna)
    assert queries.count_of_others(house.id, Access.NO) == 2
    run_id = ids.new()
    assert runs.apply(run_id, Access.NO, anna) == 2
    assert values(session, customers) == ["no", "no", "no"]
    found = run_of(session, run_id)
    assert (found.customers, found.by_name, found.undone_at) == (2, "Anna Amsler", None)
    line = journal.about("organisation", house.id, limit=1)[0]
    assert (line.name, line.data) == ("portal.applied", {"access": "no", "customers": 2})


def test_undoing_restores_exactly_what_still_has_the_value_of_the_run(
    session: Session, anna: Principal, customers: list[Customer]
) -> None:
    access.change_access(customers[0], Access.NO, anna)
    access.change_access(customers[1], Access.YES, anna)
    run_id = ids.new()
    runs.apply(run_id, Access.YES, anna)
    session.expire_all()
    access.change_access(customers[2], Access.NO, anna)
    assert runs.undo(run_of(session, run_id), anna) == 1
    assert values(session, customers) == ["no", "yes", "no"]
    found = run_of(session, run_id)
    assert (found.restored, found.undone_by) == (1, "Anna Amsler")
    assert found.undone_at is not None


def test_a_run_is_undone_once(session: Session, anna: Principal, customers: list[Customer]) -> None:
    run_id = ids.new()
    runs.apply(run_id, Access.NO, anna)
    runs.undo(run_of(session, run_id), anna)
    with pytest.raises(Refused):
        runs.undo(run_of(session, run_id), anna)


def test_the_same_run_again_does_nothing(
    session: Session, anna: Principal, customers: list[Customer]
) -> None:
    run_id = ids.new()
    assert runs.apply(run_id, Access.NO, anna) == 3
    session.expire_all()
    access.change_access(customers[0], Access.YES, anna)
    assert runs.apply(run_id, Access.NO, anna) is None
    assert values(session, customers) == ["yes", "no", "no"]


def test_where_nobody_differs_nothing_is_recorded(
    anna: Principal, customers: list[Customer]
) -> None:
    with pytest.raises(Refused):
        runs.apply(ids.new(), Access.INHERIT, anna)


def test_customers_of_others_keep_what_they_have(
    session: Session, anna: Principal, customers: list[Customer]
) -> None:
    strange = cast.customer(cast.found("brandt", "Brandt"), "K-1", "Fremd", None)
    session.flush()
    runs.apply(ids.new(), Access.NO, anna)
    assert values(session, [strange]) == ["inherit"]
