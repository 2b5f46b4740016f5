"""What spares a law reading the whole database must never keep it from seeing a change."""

from contextlib import suppress

from sqlalchemy import func, select, update

from app.core.db import session
from app.core.runtime import Runtime
from app.organisations.models import Organisation
from tests.cast import found
from tests.commits import remembering


def names(here: Runtime) -> str:
    with here.database.reading() as opened:
        return ",".join(opened.scalars(select(Organisation.name).order_by(Organisation.id)))


def test_every_commit_is_seen_and_without_one_nothing_is_read_again(here: Runtime) -> None:
    read = []

    def reading(one: Runtime) -> str:
        read.append(one)
        return names(one)

    with here.database.transaction():
        found("lindenhof", "Haus 0")
    with remembering(here, reading) as seen:
        for number in range(1, 20):
            with here.database.transaction():
                session().execute(update(Organisation).values(name=f"Haus {number}"))
            assert seen() == f"Haus {number}"
            with here.database.reading() as opened:
                opened.scalar(select(func.count()).select_from(Organisation))
            assert seen() == f"Haus {number}"
        assert len(read) == 19
        with suppress(ZeroDivisionError), here.database.transaction():
            session().execute(update(Organisation).values(name="never"))
            raise ZeroDivisionError
        assert seen() == "Haus 19"
