"""The list of documents: narrowed, ticked, sorted, taken along."""

from playwright.sync_api import Locator, expect

from tests.journeys.pages.portal import Portal


class Documents:
    """The list as one browser window shows it."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    @property
    def rows(self) -> Locator:
        """The documents of the page, in their order."""
        return self.portal.part("document-row")

    def open(self) -> "Documents":
        """Open the whole list."""
        self.portal.open("/documents").see("Documents")
        return self

    def search(self, text: str, state: str = "") -> "Documents":
        """Look for something, perhaps only in one state."""
        self.portal.part("state").select_option(state)
        self.portal.part("q").fill(text)
        return self.apply(text)

    def apply(self, chip: str) -> "Documents":
        """Apply the filters; `chip` is among those that are shown then."""
        self.portal.press("filters-apply")
        expect(self.portal.part("chips")).to_contain_text(chip)
        self.portal.look()
        return self

    def tick(self, *numbers: str) -> "Documents":
        """Tick documents by their numbers."""
        for number in numbers:
            self.portal.page.get_by_label(f"Select {number}", exact=True).check()
        return self

    def follow(self, number: str) -> "Documents":
        """Open a document of the list."""
        self.rows.get_by_role("link", name=f"Invoice {number}", exact=True).click()
        self.portal.see(number)
        return self

    def shows(self, *numbers: str) -> "Documents":
        """Expect exactly these documents, in this order."""
        expect(self.portal.part("document-link")).to_have_text(
            [f"Invoice {one}" for one in numbers]
        )
        return self
