"""The portal as a whole: opening, signing in, and what is true of every page."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from time import monotonic

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from tests.browser import MADE_UP, numbered
from tests.journeys.pages.wire import Wire

PATIENCE = 40.0
"""Seconds until what comes by itself has to be there."""

_axe = Axe()
_sound: set[bytes] = set()
"""Pages in which axe found nothing, at a size of the window."""


class Portal:
    """One browser window on the portal."""

    def __init__(self, page: Page, url: str, *, scripts: bool) -> None:
        self.page, self.url, self.scripts = page, url, scripts
        self.complaints: list[str] = []
        self.wire = Wire(page, url)
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _listen(self, message: ConsoleMessage) -> None:
        # A 4xx that the journey asked for is logged by the browser too.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def open(self, path: str) -> "Portal":
        """Open a path of ours, or a whole URL out of a mail."""
        self.page.goto(path if path.startswith("http") else f"{self.url}{path}")
        return self

    def see(self, heading: str) -> "Portal":
        """Expect a page by its heading, and look at it: axe finds nothing, nothing overflows."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)
        return self.look()

    def look(self) -> "Portal":
        """Check what is true of every page."""
        assert self.complaints == [], "\n".join(self.complaints)
        assert self.wire.findings == [], "\n".join(self.wire.findings)
        if self.scripts:
            # What is asked for at this moment is pale until the answer is here.
            expect(self.page.locator(".htmx-request")).to_have_count(0)
            self._look_with_axe()
            wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, f"{self.page.url} is {wide} px too wide"
        return self

    def _look_with_axe(self) -> None:
        """Let axe look; not again at a page that differs in nothing but its ids and tokens."""
        numbers: dict[str, str] = {}
        text = MADE_UP.sub(lambda one: numbered(one, numbers), self.page.content())
        alike = sha256(f"{self.page.viewport_size}{text}".encode()).digest()
        if alike not in _sound:
            found = _axe.run(self.page)
            assert found.violations_count == 0, found.generate_report()
            _sound.add(alike)

    def part(self, testid: str) -> Locator:
        """Return a part of the page by its test id."""
        return self.page.get_by_test_id(testid)

    def press(self, testid: str) -> "Portal":
        """Press a button or follow a link."""
        self.part(testid).first.click()
        return self

    def fill(self, label: str, text: str) -> "Portal":
        """Type into a field by its label."""
        self.page.get_by_label(label, exact=True).fill(text)
        return self

    def says(self, text: str) -> "Portal":
        """Expect the line after an action."""
        expect(self.part("message").first).to_contain_text(text)
        return self

    def sign_in(self, email: str, password: str) -> "Portal":
        """Sign in with a password."""
        self.open("/sign-in")
        self.fill("E-mail address", email).fill("Password", password).press("sign-in-go")
        return self

    def upload(self, *files: Path, creates_customers: bool = False) -> "Portal":
        """Take in files, and wait until each was looked at."""
        self.open("/intakes")
        self.page.get_by_label("Files", exact=True).set_input_files(list(files))
        if creates_customers:
            self.page.get_by_label("Add customers that are not known yet").check()
        self.press("intake-go")
        return self.wait_for(self.part("intake-progress").get_by_text("Everything is done."))

    def wait_for(self, shown: Locator, meanwhile: Callable[[], None] | None = None) -> "Portal":
        """Wait until something is shown: by itself with scripts, without them by asking again."""
        end = monotonic() + PATIENCE
        while monotonic() < end:
            if shown.is_visible():
                return self
            if meanwhile is not None:
                meanwhile()
            self.page.wait_for_timeout(200)
            if not self.scripts:
                self.page.reload()
        raise AssertionError(f"{shown} was not shown in time")

    def download(self, testid: str) -> bytes:
        """Follow a link to a file, and return the bytes that the browser kept."""
        with self.page.expect_download() as downloading:
            self.press(testid)
        return Path(downloading.value.path()).read_bytes()
