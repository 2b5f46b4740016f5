"""Passkeys, with a device that Chromium plays: added, used for everything, removed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from app.core import runtime
from app.core.db import session
from app.identity.models import LoginSession
from app.organisations.models import Organisation
from tests.journeys import sellers
from tests.journeys.house import House
from tests.journeys.pages.portal import Portal

pytestmark = pytest.mark.journey

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def at_home(house: House, slug: str) -> str:
    """Let an organisation live at localhost: a bare address can have no passkeys. Returns its origin."""
    origin = house.url.replace("127.0.0.1", "localhost")
    with runtime.using(house.here), house.here.database.transaction():
        session().execute(
            update(Organisation).where(Organisation.slug == slug).values(base_url=origin)
        )
    return origin


def let_confirmations_pass(house: House) -> None:
    with runtime.using(house.here), house.here.database.transaction():
        session().execute(update(LoginSession).values(confirmed_at=None))


def test_a_passkey_is_added_used_for_everything_and_removed(
    portal: Callable[..., Portal], house: House
) -> None:
    own = sellers.settle_in(house, "passkeys")
    one = portal(phone=True)
    one.url = one.wire.origin = at_home(house, "passkeys")
    owner = Owner(one)
    one.open("/o/passkeys/sign-in").see("Sign in")
    one.fill("E-mail address", own.gina).fill("Password", own.password).press("sign-in-go")
    one.see("Good day")

    one.open("/account/factors").see("Second factors")
    one.part("passkey-name").fill("My phone")
    one.press("passkey-new").see("Your recovery codes")
    one.open("/account/factors").see("Second factors")
    expect(one.part("factor-row")).to_contain_text("My phone")
    one.press("passkey-new")
    expect(one.page.get_by_role("alert")).to_contain_text("The device gave no answer.")
    one.look()

    owner.leaves().is_there(verified=False)
    one.press("sign-in-passkey")
    expect(one.page.get_by_role("alert")).to_contain_text("The device gave no answer.")
    owner.is_there(verified=True)
    one.press("sign-in-passkey").see("Good day")

    owner.leaves()
    one.fill("E-mail address", own.gina).fill("Password", own.password).press("sign-in-go")
    one.see("One more step").press("step-by-passkey").see("Good day")

    owner.leaves()
    # What the browser offers while the address is typed; the device of the test takes it at once.
    one.open("/o/passkeys/sign-in").see("Good day")

    let_confirmations_pass(house)
    one.open("/account/factors").see("Confirm that it is you").press("confirm-passkey")
    one.see("Second factors").press("factor-change").see("My phone").press("factor-remove")
    one.says("is not asked for any more").look()
    owner.leaves()
    one.press("sign-in-passkey").see("You are not signed in")


class Owner:
    """Who holds a device that keeps passkeys, and is there or is not."""

    def __init__(self, one: Portal) -> None:
        self.one = one
        self.device = one.page.context.new_cdp_session(one.page)
        self.device.send("WebAuthn.enable")
        made = self.device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        self.device_id = made["authenticatorId"]

    def is_there(self, *, verified: bool) -> "Owner":
        """Show the device a finger, or the wrong one."""
        asked = {"authenticatorId": self.device_id, "isUserVerified": verified}
        self.device.send("WebAuthn.setUserVerified", asked)
        return self

    def leaves(self) -> "Owner":
        """Sign out, and look at the sign-in page without touching the device."""
        self.is_there(verified=False).one.press("menu").press("sign-out").see("Sign in")
        self.one.open("/o/passkeys/sign-in").see("Sign in")
        return self.is_there(verified=True)


def test_without_scripts_the_page_says_what_a_passkey_takes(
    portal: Callable[..., Portal], house: House
) -> None:
    own = sellers.settle_in(house, "plain-passkeys")
    one = portal(scripts=False)
    one.url = one.wire.origin = at_home(house, "plain-passkeys")
    one.open("/o/plain-passkeys/sign-in").see("Sign in")
    expect(one.page.get_by_text("A passkey needs scripts")).to_be_visible()
    expect(one.part("sign-in-passkey")).to_be_hidden()
    one.fill("E-mail address", own.gina).fill("Password", own.password).press("sign-in-go")
    one.see("Good day")
