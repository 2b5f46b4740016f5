"""Webhooks: endpoints, their log, and each message in it."""

from playwright.sync_api import expect

from tests.journeys.pages.portal import Portal


class Webhooks:
    """The settings of webhooks as one browser window shows them."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def add(self, url: str, description: str) -> str:
        """Add an endpoint by way of the menu of the settings, and return its secret."""
        self.portal.open("/settings").press("settings-webhooks").see("Webhooks")
        self.portal.fill("Address", url).part("description").fill(description)
        self.portal.press("webhook-save").see("The secret of the webhook")
        secret = self.portal.part("webhook-secret-value").input_value()
        self.portal.press("webhook-secret-done").see(description)
        assert secret not in self.portal.page.content()
        return secret

    def open(self, url: str, description: str) -> "Webhooks":
        """Open one endpoint with its log."""
        self.portal.open("/settings/webhooks").see("Webhooks")
        self.portal.part("webhook-link").get_by_text(url).click()
        self.portal.see(description)
        return self

    def test(self) -> "Webhooks":
        """Send the test event."""
        self.portal.press("webhook-test")
        return self

    def is_delivered(self, tries: int = 1) -> "Webhooks":
        """Wait until the message that is open has arrived, with so many tries."""
        delivered = self.portal.part("webhook-delivery-state").get_by_text("delivered", exact=True)
        self.portal.wait_for(delivered)
        expect(self.portal.part("webhook-attempt-row")).to_have_count(tries)
        self.portal.look()
        return self

    def open_message(self, event: str) -> "Webhooks":
        """Open a message out of the log."""
        self.portal.part("webhook-delivery-link").get_by_text(event).click()
        self.portal.see(event)
        return self

    def replay(self) -> "Webhooks":
        """Send the open message again."""
        self.portal.press("webhook-replay").says("It is being sent again, with the same id.")
        return self
