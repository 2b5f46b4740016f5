"""Paying: what is ticked, the provider's checkout page, and what became of it."""

from playwright.sync_api import expect

from tests.journeys.pages.portal import Portal


class Payment:
    """The way of a payment in one browser window."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def begin(self, *numbers: str) -> "Payment":
        """Go from home to the invoices that are open, and tick only these."""
        self.portal.open("/home").see("Good day").press("pay").see("Pay")
        for box in self.portal.part("pay-documents").get_by_role("checkbox").all():
            box.uncheck()
        for number in numbers:
            self.portal.page.get_by_role("checkbox", name=number).check()
        return self.send()

    def send(self) -> "Payment":
        """Go on with what is ticked."""
        self.portal.press("pay-go")
        return self

    def pay(self, button: str) -> "Payment":
        """Press a button of the provider's page, and come back."""
        self.portal.press("payment-checkout")
        self.portal.page.get_by_role("button", name=button).click()
        self.portal.see("Payment of")
        return self

    def becomes(self, state: str) -> "Payment":
        """Wait until a payment stands there: by itself with scripts, else by asking again."""
        shown = self.portal.part("payment-state").filter(has_text=state)
        self.portal.wait_for(shown).look()
        expect(self.portal.part("payment-refresh")).to_have_count(0)
        return self
