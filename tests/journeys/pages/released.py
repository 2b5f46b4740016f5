"""What is released to customers: the settings of the house, one customer's, and all at once."""

from playwright.sync_api import expect

from app.organisations.rules.portal import Access
from tests.journeys.pages.portal import Portal


class Settings:
    """The customer portal's settings, with the preview beside them."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def open(self) -> "Settings":
        """Come by way of the menu of the settings."""
        self.portal.open("/settings").press("settings-portal").see("Customer portal")
        return self

    def release(self, kind: str, *, is_released: bool) -> "Settings":
        """Tick a kind, or take its tick away; nothing is saved."""
        self.portal.part(f"kinds-{kind}").set_checked(is_released)
        if not self.portal.scripts:
            self.portal.press("portal-look").see("Customer portal")
        expect(self.portal.part("preview-unsaved")).to_be_visible()
        return self

    def previews(self, kind: str, words: str) -> "Settings":
        """Expect what a customer would see of a kind."""
        expect(self.portal.part(f"sight-{kind}")).to_contain_text(words)
        self.portal.look()
        return self

    def save(self) -> "Settings":
        """Let it hold."""
        self.portal.press("portal-save").says("Saved.").see("Customer portal")
        expect(self.portal.part("preview-unsaved")).to_have_count(0)
        return self

    def give_all(self, access: Access, count: int) -> "Settings":
        """Give every customer the same, once it was said how many that changes."""
        self.portal.press("portal-to-runs").see("For all customers")
        self.portal.part(f"access-{access.value}").check()
        self.portal.press("run-continue").see(f"Change {count} customers?")
        self.portal.press("run-go").says(f"{count} customers were changed.")
        self.portal.see("For all customers")
        return self

    def take_back(self, count: int) -> "Settings":
        """Take back what was given last, from the list."""
        self.portal.press("run-undo").says(f"{count} customers have what they had before.")
        expect(self.portal.part("run-undone")).to_contain_text(f"{count} customers, by")
        self.portal.look()
        return self


class OfCustomer:
    """The portal of one customer, on its page."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    @property
    def url(self) -> str:
        """The address of all its documents, as it stands there to be copied."""
        return self.portal.part("portal-url-value").input_value()

    def open(self, customer_id: str, name: str) -> "OfCustomer":
        """Open the page of the customer."""
        self.portal.open(f"/customers/{customer_id}").see(name)
        return self

    def decide(self, access: Access) -> "OfCustomer":
        """Say whether it has the portal."""
        self.portal.press("portal-access-open").part(f"portal-access-{access.value}").check()
        self.portal.press("portal-access-save").says("Saved.").look()
        return self
