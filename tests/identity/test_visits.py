from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.identity.actions import sessions
from app.identity.models import LoginSession, Person
from app.organisations.rules import MemberRole
from tests import cast

MONDAY = datetime(2026, 11, 2, 8, tzinfo=UTC)
BROWSER = cast.BROWSER


def visit(person: Person, session: Session, at: datetime, until: datetime) -> datetime | None:
    """Sign in, stay for a while, and return when the person was seen before."""
    with clock.standing_at(at):
        sessions.open_session(BROWSER, person)
    session.flush()
    rows = (
        select(LoginSession)
        .where(LoginSession.person_id == person.id)
        .order_by(LoginSession.created_at.desc())
    )
    one = session.scalars(rows).first()
    assert one is not None
    one.last_seen_at = until
    session.flush()
    return one.seen_before_at


def test_a_visit_knows_when_the_one_before_ended(session: Session) -> None:
    house = cast.found("lindenhof", "Haus Lindenhof")
    ben = cast.member(house, "Ben Brunner", MemberRole.STAFF)
    other = cast.member(house, "Anna Amsler", MemberRole.STAFF)
    noon, next_day = MONDAY + timedelta(hours=4), MONDAY + timedelta(days=1)
    assert visit(other, session, MONDAY, noon) is None
    assert visit(ben, session, MONDAY, noon) is None
    assert visit(ben, session, next_day, next_day + timedelta(hours=1)) == noon
    again = next_day + timedelta(hours=1, minutes=10)
    assert visit(ben, session, again, again) == noon, "a second browser is the same visit"
