"""Signing in takes two things; a forgotten password leads to a letter, and not around the second."""

import re
from collections.abc import Callable

import pytest

from tests.journeys.house import House
from tests.journeys.pages.account import Account
from tests.journeys.pages.portal import Portal

pytestmark = pytest.mark.journey

Visit = Callable[..., Portal]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_somebody_signs_in_with_two_factors_after_a_new_password(
    portal: Visit, house: House, scripts: bool
) -> None:
    somebody = house.ben if scripts else house.clara
    first = portal(scripts=scripts, phone=scripts).sign_in(somebody, house.password).see("Desk")
    account = Account(first)
    codes = account.set_up_app()
    house.letter_about(somebody, "A second factor was added")

    visitor = portal(scripts=scripts).open("/sign-in").press("sign-in-reset").see("New password")
    visitor.fill("E-mail address", somebody).press("reset-ask-go").see("mailbox")
    letter = house.letter_about(somebody, "/sign-in/reset/")
    link = re.search(r"http\S+/sign-in/reset/[\w-]{43}", letter.text)
    assert link is not None
    again = Account(visitor)
    again.key = account.key
    again.choose_password(link[0], house.password)
    house.letter_about(somebody, "Your password was changed")
    visitor.open(link[0]).see("This link has expired")

    visitor.sign_in(somebody, house.password)
    again.answer("000000").see("One more step")
    again.answer(again.code(1)).see("Desk")
    first.open("/account").see("Sign in")

    first.sign_in(somebody, house.password).see("One more step").press("step-by-recovery")
    first.see("One more step").fill("Recovery code", codes[0]).press("second-step-go")
    first.see("Desk")
    visitor.open("/account/factors").see("Second factors")
    again.remove_app()
