"""A customer's own data in one browser window, and what staff see of the changes."""

from playwright.sync_api import Locator, expect

from tests.journeys.pages.portal import Portal


class OwnData:
    """The page on which a customer's people see and change their data."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def open(self) -> "OwnData":
        """Open the page."""
        self.portal.open("/own-data").see("Your data")
        return self

    def save(self, **typed: str) -> "OwnData":
        """Type into fields, and save."""
        for field, text in typed.items():
            self.portal.part(field).fill(text)
        self.portal.press("own-data-save")
        return self

    def waits(self, field: str) -> Locator:
        """Return what waits of one field."""
        return self.portal.part("waiting-row").filter(has_text=field)

    def may_decide(self, *fields: str) -> "OwnData":
        """Expect that these changes can be accepted here, and no other."""
        expect(self.portal.part("change-accept")).to_have_text(
            [f"Accept {field}" for field in fields]
        )
        return self
