"""One installation with its documents, its portal and the cookies of those who ask."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from app.core import runtime
from app.factory import create_app
from app.web import installation
from tests import databases, nginx
from tests.bench import stock
from tests.bench.load import Ask
from tests.bench.pages import Page
from tests.bench.servers import Server, children
from tests.counting import statements
from tests.installation import test_settings
from tests.jobs.processes import environment

ORIGIN = "http://127.0.0.1"


class House:
    """`documents` documents in a database of `kind`, served by two workers."""

    def __init__(self, kind: str, documents: int, folder: Path) -> None:
        folder.mkdir(parents=True)
        url = databases.fresh_database(kind, folder)
        self.settings = test_settings(
            folder, database_url=url, environment="production", base_url=ORIGIN
        )
        self.app: Flask = create_app(self.settings)
        self.here = installation.of(self.app)
        with runtime.using(self.here):
            self.stock = stock.build(self.here, documents)
        self.cookies = {token: self._cookie(token) for token in self._tokens}
        self.here.database.engine.dispose()
        self.server = Server("wsgi:app", environment(self.settings))
        self.server.await_ready()

    @property
    def _tokens(self) -> tuple[str, str]:
        return self.stock.staff, self.stock.contact

    def ask(self, page: Page, port: int | None = None) -> Ask:
        """Return the request for a page, to the portal itself or to another port."""
        token = self.stock.contact if page.by_contact else self.stock.staff
        place = port or self.server.port
        return Ask(place, page.path(self.stock), self.cookies[token], page.block)

    @contextmanager
    def proxied(self, folder: Path) -> Iterator[int]:
        """Run nginx before the portal, which leaves the files of the store to it."""
        with nginx.portal(self.settings, folder) as port:
            yield port

    def queries(self, page: Page) -> int:
        """Return how many statements a page needs."""
        ask = self.ask(page)
        head = {"Cookie": f"kontor={ask.cookie}"}
        if page.block:
            head |= {"HX-Request": "true", "HX-Target": f"section#{page.block}"}
        client = self.app.test_client(use_cookies=False)
        with statements(self.here.database.engine) as found:
            answer = client.get(ask.path, base_url=ORIGIN, headers=head)
        self.here.database.engine.dispose()
        assert answer.status_code == 200, (ask.path, answer.status_code)
        return len(found)

    def processes(self) -> list[int]:
        """Return all processes that serve: the web's, and the database's where it has its own."""
        return [*self.server.processes, *database_processes(self.settings.database_url)]

    @property
    def server_processes(self) -> list[int]:
        """Return the processes of the web alone."""
        return self.server.processes

    def end(self) -> None:
        """Stop serving and forget the documents."""
        self.server.end()
        self.here.database.engine.dispose()
        databases.drop_database(self.settings.database_url)

    def _cookie(self, token: str) -> str:
        client = self.app.test_client()
        with client.session_transaction(base_url=ORIGIN) as session:
            session["_user_id"], session["_fresh"] = token, True
        # The first page puts its CSRF token into the cookie: a browser has it from then on.
        client.get("/account", base_url=ORIGIN)
        found = client.get_cookie("kontor", domain="127.0.0.1")
        assert found is not None
        return found.value


def database_processes(url: str) -> list[int]:
    """Return the processes of a PostgreSQL server; SQLite has none of its own."""
    if url.startswith("sqlite"):
        return []
    pid = Path(url.partition("host=")[2]) / "data" / "postmaster.pid"
    return children(int(pid.read_text().split()[0]))
