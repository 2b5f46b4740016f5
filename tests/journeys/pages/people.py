"""A customer's people: as its first contact keeps them, and as staff see each of them."""

from playwright.sync_api import Locator, expect

from tests.journeys.pages.portal import Portal


class People:
    """The people of one's own customer."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def open(self) -> "People":
        """Open the list."""
        self.portal.open("/contacts").see("People")
        return self

    def row(self, name: str) -> Locator:
        """Return one of them."""
        return self.portal.part("contact-row").filter(has_text=name)

    def choose(self, preset: str) -> "People":
        """Begin to invite somebody, with a ready-made set of rights."""
        self.portal.press("invite").see("Invite somebody").press(f"preset-{preset}")
        self.portal.see("Invite somebody")
        expect(self.portal.part(f"preset-{preset}")).to_have_attribute("aria-current", "true")
        return self

    def choose_adviser(self) -> "People":
        """Begin to invite a tax adviser, whose time is over one day."""
        self.portal.press("invite-adviser").see("Invite somebody")
        return self

    def invite(self, name: str, email: str, ends_on: str = "") -> "People":
        """Say who it is, and send the invitation; days as ISO 8601 writes them."""
        self.portal.fill("Name", name).fill("Personal e-mail address", email)
        if ends_on:
            self.portal.part("ends_on").fill(ends_on)
        self.portal.press("invite-send").says(f"{name} is being told by mail.").see("People")
        return self


class OneOfThem:
    """One person of a customer, as staff see them."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def open(self, customer_id: str, name: str) -> "OneOfThem":
        """Come by way of the customer."""
        self.portal.open(f"/customers/{customer_id}").part("contact-link").get_by_text(name).click()
        self.portal.see(name)
        return self

    def give(self, *rights: str) -> "OneOfThem":
        """Tick rights in the table."""
        for one in rights:
            self.portal.part(f"right-{one}").check()
        self.portal.press("rights-save").says("are changed.").look()
        return self

    def end(self, name: str) -> "OneOfThem":
        """End the access, after the page that asks."""
        self.portal.press("contact-end").see(f"End the access of {name}?")
        self.portal.press("end-go").says(f"The access of {name} is ended.").see(name)
        expect(self.portal.part("contact-state")).to_contain_text("ended")
        return self
