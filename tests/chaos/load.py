"""Who publishes: staff through the real web, who ask again whenever it dies, and a program."""

import http.client
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookies import SimpleCookie
from queue import Empty, SimpleQueue
from time import monotonic, sleep
from urllib.parse import urlencode

from app.core import runtime
from app.core.journal import Actor
from app.core.runtime import Runtime
from app.documents import queries as documents
from app.documents.actions import publication
from tests.chaos.stage import Stage

BY = Actor("command", "chaos", "Chaos")

PATIENCE = 60.0
TOO_MANY = 100


@dataclass(frozen=True)
class Answer:
    """What the web said."""

    status: int
    location: str
    body: str


class Staff:
    """One browser of one person."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookie = ""
        self._token = ""

    def sign_in(self, email: str, password: str) -> None:
        """Sign in with the form, as anybody does."""
        self._take_token()
        answer = self.post("/sign-in", {"email": email, "password": password})
        assert answer.status == 303, f"signing in was answered {answer.status}"
        self._take_token()

    def post(self, path: str, fields: dict[str, str] | None = None) -> Answer:
        """Send a form; raises `OSError` or `HTTPException` where the web died."""
        return self._ask("POST", path, urlencode({"csrf_token": self._token, **(fields or {})}))

    def _take_token(self) -> None:
        found = re.search(
            r'name="csrf_token"[^>]*value="([^"]+)"', self._ask("GET", "/sign-in").body
        )
        assert found is not None
        self._token = found[1]

    def _ask(self, method: str, path: str, body: str = "") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        headers = {"Cookie": self._cookie} if self._cookie else {}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
            cookie = SimpleCookie(response.getheader("Set-Cookie", ""))
            if "kontor" in cookie:
                self._cookie = f"kontor={cookie['kontor'].value}"
            return Answer(response.status, response.getheader("Location") or "", text)
        finally:
            connection.close()


@dataclass
class Load:
    """Everything that is to be published, and how it went."""

    here: Runtime
    stage: Stage
    port: int
    rate: float
    """Documents a second that each of them publishes, at most."""
    acknowledged: set[str] = field(default_factory=set)
    repeated: int = 0
    errors: list[str] = field(default_factory=list)

    def start(self) -> None:
        """Let two people and a program begin; everybody takes the next document."""
        self._open: SimpleQueue[str] = SimpleQueue()
        for document in self.stage.documents:
            self._open.put(document)
        works = (self._work, self._work, self._run)
        self._threads = [threading.Thread(target=work, daemon=True) for work in works]
        for thread in self._threads:
            thread.start()

    def is_done(self) -> bool:
        """Say whether everything is acknowledged, or somebody gave up."""
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        staff = Staff(self.port)
        self._insist(lambda: staff.sign_in(self.stage.email, self.stage.password))
        for document in self._documents():
            if self._publish(staff, document):
                self.acknowledged.add(document)

    def _run(self) -> None:
        """Publish as a command does, whether the web is there or not."""
        with runtime.using(self.here):
            for document_id in self._documents():
                with self.here.database.transaction():
                    document = documents.by_id(document_id)
                    assert document is not None
                    publication.publish(document, BY)
                self.acknowledged.add(document_id)

    def _documents(self) -> Iterator[str]:
        while len(self.errors) < TOO_MANY:
            begin = monotonic()
            try:
                yield self._open.get_nowait()
            except Empty:
                return
            sleep(max(0.0, 1 / self.rate - (monotonic() - begin)))

    def _insist(self, action: Callable[[], None]) -> None:
        while len(self.errors) < TOO_MANY:
            try:
                action()
            except (OSError, HTTPException):
                self.repeated += 1
                sleep(0.1)
            else:
                return

    def _publish(self, staff: Staff, document: str) -> bool:
        """Ask until there is an answer; "already published" is one if we have asked before."""
        asked = 0
        while len(self.errors) < TOO_MANY:
            asked += 1
            try:
                answer = staff.post(f"/documents/{document}/publication")
            except (OSError, HTTPException):
                self.repeated += 1
                sleep(0.1)
                continue
            if answer.status == 303 and answer.location.endswith(f"/documents/{document}"):
                return True
            if answer.status == 409 and asked > 1:
                return True
            words = re.sub(r"<[^>]+>|\s+", " ", answer.body)
            self.errors.append(f"{answer.status} {answer.location} {words[:300]}")
            sleep(0.2)
        return False
