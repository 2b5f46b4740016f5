"""Proving who one is, as a customer's people do it; and what their organisation decides about it."""

import re
from time import monotonic, sleep

from playwright.sync_api import expect

from app.access.proof import Level, Method
from app.demo.caught_texts import CaughtText
from tests.journeys.askers import NUMBER, POSTCODE, Asker, Reader
from tests.journeys.house import PATIENCE
from tests.journeys.pages.portal import Portal

PROVE = "Confirm who you are"
CODE = re.compile(r"@127\.0\.0\.1 #(\d{6})")
"""The last line of a text message, off which phones read the code."""


class Proof:
    """Somebody of a customer in one browser window, with the customer's phone beside it."""

    def __init__(self, portal: Portal, own: Asker, reader: Reader) -> None:
        self.portal, self.own, self.reader = portal, own, reader

    @property
    def file(self) -> str:
        """The address of the document's file, which no page tells before the proof."""
        return f"{self.reader.page}/files/{self.reader.file_id}"

    def comes_by_link(self) -> Portal:
        """Come in by a secret link of their own."""
        return self.portal.open(self.own.link(self.reader)).look().press("link-continue")

    def signs_in(self) -> Portal:
        """Come in with an account."""
        return self.portal.sign_in(self.own.rosa.email, self.own.house.password)

    def downloads(self, testid: str = "download-original") -> "Proof":
        """Expect the document's file, byte for byte."""
        assert self.portal.download(testid) == self.reader.content
        return self

    def sees_no_file(self) -> "Proof":
        """Expect a page without the file, without its pictures, and without the answers."""
        expect(self.portal.part("files")).to_have_count(0)
        expect(self.portal.part("page-picture")).to_have_count(0)
        assert f"{NUMBER[:2]} a" not in self.portal.page.content()
        return self

    def is_closed(self) -> "Proof":
        """Expect a page that says that there are no files here, and whom to ask."""
        self.sees_no_file().portal.see(self.reader.number)
        expect(self.portal.part("proof-closed")).to_contain_text("Files are not shown here.")
        expect(self.portal.part("house-contact").first).to_contain_text(f"office@{self.own.slug}")
        answer = self.portal.page.request.get(f"{self.portal.url}{self.file}", max_redirects=0)
        assert answer.status == 403
        return self

    def answers(self, method: Method) -> Portal:
        """Prove it on the page that asks."""
        self.portal.see(PROVE)
        return self.types_address(NUMBER) if method is Method.ADDRESS else self.types_code()

    def types_address(self, number: str, postcode: str = POSTCODE) -> Portal:
        """Answer with postcode and house number."""
        self.portal.fill("Postcode", postcode).fill("House number", number).press("proof-go")
        return self.portal

    def asks_for_code(self) -> Portal:
        """Have a code texted."""
        mobile = self.reader.customer.mobile
        expect(self.portal.part("proof-number")).to_contain_text(mobile[-2:])
        assert mobile not in self.portal.page.content()
        return self.portal.press("proof-send").says("A code is on its way.").look()

    def types_code(self) -> Portal:
        """Have a code texted, and answer with what comes."""
        known = len(self._texts())
        self.asks_for_code()
        found = CODE.search(self._text(known))
        assert found is not None
        self.portal.fill("Code", found[1]).press("proof-go")
        return self.portal

    def _texts(self) -> list[CaughtText]:
        mobile, books = self.reader.customer.mobile, self.own.house.texts.books
        return [one for one in books.taken if one.number == mobile]

    def _text(self, known: int) -> str:
        end = monotonic() + PATIENCE
        while monotonic() < end:
            found = self._texts()[known:]
            if found:
                return found[-1].text
            sleep(0.05)
        raise AssertionError(f"nothing was texted to {self.reader.customer.mobile}")


class Security:
    """The page on which an organisation decides what its customers prove."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def open(self) -> "Security":
        """Come by way of the settings of the customer portal."""
        self.portal.open("/settings/portal").press("portal-to-security")
        self.portal.see("Security of the customer portal")
        return self

    def choose(self, level: Level, primary: Method, secondary: Method | None = None) -> "Security":
        """Choose what is proved and how; nothing is saved."""
        self.portal.part(f"proof_primary-{primary}").check()
        self.portal.part(f"proof_secondary-{secondary or ''}").check()
        self.portal.part(f"proof_level-{level}").check()
        if not self.portal.scripts:
            self.portal.press("security-look").see("Security of the customer portal")
        expect(self.portal.part("security-unsaved")).to_be_visible()
        return self

    def previews(self, kind: str, **sights: str) -> "Security":
        """Expect what a private customer or a business would see: `page="proof", files_proven=…`."""
        for name, need in sights.items():
            sight = self.portal.part(f"sight-{kind}-{name}")
            expect(sight).to_have_attribute("data-need", need)
        return self

    def warns(self, weakness: str) -> "Security":
        """Expect a warning."""
        expect(self.portal.part(f"weakness-{weakness}")).to_be_visible()
        return self

    def is_sound(self) -> "Security":
        """Expect that nothing is warned of."""
        expect(self.portal.part("weaknesses-none")).to_be_visible()
        return self

    def save(self) -> "Security":
        """Let it hold."""
        self.portal.look().press("security-save").says("Saved. It holds from now on.")
        self.portal.see("Security of the customer portal")
        expect(self.portal.part("security-unsaved")).to_have_count(0)
        return self
