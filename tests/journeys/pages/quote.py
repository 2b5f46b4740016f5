"""A quote as its reader and its seller see it: answered, confirmed, opened again."""

import io

from playwright.sync_api import expect
from pypdfium2 import PdfDocument

from tests.journeys.pages.portal import Portal


class Quote:
    """The page of a quote in one browser window."""

    def __init__(self, portal: Portal, number: str) -> None:
        self.portal, self.number = portal, number

    def ask(self) -> "Quote":
        """Go from the document to the page on which it is answered."""
        self.portal.press("quote-answer").see(f"Answer quote {self.number}")
        return self

    def accept(self, name: str, order_number: str) -> "Quote":
        """Type what accepts, and send it."""
        self.portal.part("name").fill(name)
        self.portal.part("order_number").fill(order_number)
        self.portal.press("accept-go")
        return self

    def reject(self, reason: str, words: str) -> "Quote":
        """Say why not, and send it."""
        if not self.portal.part("reason").is_visible():
            self.portal.press("reject-open")
        self.portal.part("reason").select_option(label=reason)
        self.portal.part("rejection").fill(words)
        self.portal.press("reject-go")
        return self

    def open_again(self, because: str) -> "Quote":
        """Let it wait for an answer again, as staff do."""
        self.portal.press("quote-reopen").see(f"Open quote {self.number} again?")
        self.portal.press("reopen-go").see(f"Open quote {self.number} again?")
        expect(self.portal.part("because-error")).to_be_visible()
        self.portal.part("because").fill(because)
        self.portal.press("reopen-go").says("The quote waits for an answer again.").see(self.number)
        return self

    def stamped(self) -> str:
        """Wait for the PDF with the stamp, and return what stands on its first page."""
        self.portal.wait_for(self.portal.part("download-stamped")).look()
        with PdfDocument(io.BytesIO(self.portal.download("download-stamped"))) as drawn:
            return str(drawn[0].get_textpage().get_text_bounded())
