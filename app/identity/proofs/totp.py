"""Codes of an app that both sides work out from a shared seed and the time (RFC 6238)."""

from datetime import datetime
from typing import Final

import pyotp

from app.core import tokens

SECONDS: Final = 30
DIGITS: Final = 6


def seed() -> str:
    """Return a new seed: 160 random bits (RFC 4226, 4, R6) as 32 characters of base 32."""
    return pyotp.random_base32(32)


def code(seed_: str, step: int) -> str:
    """Return the six digits of one time step (30 seconds since 1970)."""
    return pyotp.TOTP(seed_, digits=DIGITS, interval=SECONDS).generate_otp(step)


def step_of(seed_: str, answer: str, now: datetime) -> int | None:
    """Return the time step whose code was typed: the present one or a neighbour (RFC 6238, 5.2).

    Every step is compared, in constant time; None where the code is of none.
    """
    present = int(now.timestamp()) // SECONDS
    typed = "".join(answer.split())
    fitting = [
        step
        for step in (present - 1, present, present + 1)
        if tokens.same(typed, code(seed_, step))
    ]
    return fitting[-1] if fitting else None


def address(seed_: str, account: str, issuer: str) -> str:
    """Return the `otpauth:` address that an app reads out of a QR code."""
    # A colon separates the issuer from the account (Key URI format).
    return pyotp.TOTP(seed_, digits=DIGITS, interval=SECONDS).provisioning_uri(
        name=account, issuer_name=issuer.replace(":", " ")
    )


def grouped(seed_: str) -> str:
    """Return a seed as people type it: groups of four."""
    return " ".join(seed_[at : at + 4] for at in range(0, len(seed_), 4))
