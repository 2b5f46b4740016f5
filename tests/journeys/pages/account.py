"""Coming in with two factors, and what secures an account."""

import re

from app.core import clock
from app.identity.proofs import totp
from tests.journeys.pages.portal import Portal


class Account:
    """One's own account, with an app for one-time codes beside it."""

    def __init__(self, portal: Portal) -> None:
        self.portal, self.key = portal, ""

    def code(self, ahead: int = 0) -> str:
        """Return what the app shows, or will show."""
        return totp.code(self.key, int(clock.now().timestamp()) // totp.SECONDS + ahead)

    def set_up_app(self) -> list[str]:
        """Set up the app by typing its key; return the recovery codes that are shown."""
        self.portal.open("/account").see("Your account").press("factors-open").see("Second factors")
        self.portal.fill("Name", "Telefon").press("totp-begin").see("Set up the app")
        self.key = self.portal.part("totp-key").inner_text().replace(" ", "")
        self.portal.fill("Code", self.code()).press("totp-confirm-go")
        self.portal.see("Your recovery codes")
        codes = re.findall(r"[0-9a-z]{5}-[0-9a-z]{5}", self.portal.part("codes").inner_text())
        self.portal.press("codes-kept").see("Second factors")
        return codes

    def remove_app(self) -> None:
        """Do without it again."""
        self.portal.press("factor-change").see("Telefon").press("factor-remove")
        self.portal.says("not asked for any more")

    def answer(self, code: str) -> Portal:
        """Take the second step of signing in."""
        self.portal.see("One more step").fill("Code", code).press("second-step-go")
        return self.portal

    def choose_password(self, link: str, new: str) -> Portal:
        """Follow a link out of a mail to a new password."""
        self.portal.open(link).see("Choose a new password")
        self.portal.fill("New password", new).fill("New password again", new).press("reset-go")
        return self.portal.says("Sign in with it.")
