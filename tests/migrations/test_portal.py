"""Links and the sessions that they opened outlive the change of a table that others refer to."""

from pathlib import Path

from alembic import command
from sqlalchemy import func, select

from app.commands import migrations
from app.core import runtime
from app.core.runtime import Runtime
from app.identity.models import CapabilityLink, LoginSession
from app.organisations.rules.portal import KINDS
from tests import cast, databases
from tests.installation import build

BEFORE = "0010"


def counted(here: Runtime) -> tuple[int | None, int | None]:
    with here.database.reading() as session:
        links = session.scalar(select(func.count()).select_from(CapabilityLink))
        opened = select(func.count()).where(LoginSession.link_id.is_not(None))
        return links, session.scalar(opened)


def test_it_loses_no_link_and_no_session(tmp_path: Path) -> None:
    url = databases.fresh_database(databases.chosen(), tmp_path)
    here = build(tmp_path, database_url=url)
    with runtime.using(here):
        with here.database.transaction():
            house = cast.set_the_stage().lindenhof.id
        before = counted(here)
        assert before[0]
        assert before[1]
        here.database.engine.dispose()
        command.downgrade(migrations(url), BEFORE)
        command.upgrade(migrations(url), "head")
        assert counted(here) == before
        with here.database.reading() as session:
            again = session.get_one(cast.Organisation, house)
            assert again.portal_is_on
            assert again.portal_kinds == list(KINDS)
        here.database.engine.dispose()
    databases.drop_database(url)
