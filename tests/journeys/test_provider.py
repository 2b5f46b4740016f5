"""Signing in at the organisation's own provider: connected, used, and found wanting."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys import sellers
from tests.journeys.house import House
from tests.journeys.pages.portal import Portal

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_somebody_signs_in_at_the_organisations_provider(
    portal: Callable[..., Portal], house: House, scripts: bool
) -> None:
    slug = "provided" if scripts else "plain-provided"
    own = sellers.settle_in(house, slug)
    house.identities.know(own.vera)
    house.identities.know(f"stranger@{slug}.example")
    admin = portal(scripts=scripts).sign_in(own.vera, own.password).see("Desk")
    connects(admin, house)

    visitor = portal(scripts=scripts, phone=True).open(f"/o/{slug}/sign-in").see("Sign in")
    leaves_for(visitor, "Go back").see("You are not signed in").press("provider-back")
    leaves_for(visitor.see("Sign in"), f"stranger@{slug}.example").see("You are not signed in")
    visitor.press("provider-back")
    leaves_for(visitor.see("Sign in"), own.vera).see("Desk")

    admin.open("/settings/sign-in").see("Sign-in")
    expect(admin.part("provider-person")).to_contain_text("Vera Vogt")


def connects(admin: Portal, house: House) -> None:
    """Enter the provider, wrongly first."""
    admin.open("/settings/sign-in").see("Sign-in")
    admin.part("issuer").fill(house.identities.url)
    admin.part("client_id").fill(house.identities.client_id)
    admin.part("secret").fill("wrong")
    admin.part("label").fill("Example ID")
    admin.part("is_on").check()
    admin.press("provider-save").see("Sign-in")
    expect(admin.part("provider-step").last).to_contain_text("refuses client ID and secret")
    admin.part("secret").fill(house.identities.secret)
    admin.press("provider-save").says("Tested and saved.").look()


def leaves_for(visitor: Portal, account: str) -> Portal:
    """Go to the provider, choose an account there, and come back."""
    visitor.press("sign-in-provider")
    visitor.page.get_by_role("button", name=account, exact=True).click()
    if not visitor.scripts:
        visitor.see("One moment").press("provider-continue")
    return visitor
