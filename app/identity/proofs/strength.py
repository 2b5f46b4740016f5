"""How long somebody who guesses would need for a password; worked out here, nobody else is asked.

Length and guessability decide, not kinds of characters (NIST SP 800-63B, 3.1.1.2).
"""

import re
from typing import Any, Final

from zxcvbn import zxcvbn

from app.core.languages import N_
from app.core.languages import gettext as _
from app.identity.rules import SHORTEST_PASSWORD

ENOUGH: Final = 3
"""zxcvbn's third of four steps: more than 10^8 guesses."""
LOOKED_AT: Final = 72
"""Characters from the beginning: looking takes longer than linear time, and these alone are enough."""

COMMON: Final = re.compile(
    r"^(?:(?:password|passwort|kontor|qwertz|qwerty|welcome|willkommen|hemligt|passord|losenord|admin|letmein"
    r"|sommer|winter|sommar|vinter|123|abc)[\W\d_]*)+$|^(.)\1*$|^(?:0123456789|1234567890)+\d*$",
    re.IGNORECASE,
)
"""What people of our four languages choose first: zxcvbn's own list is an English one."""

AMONG_THE_FIRST: Final = N_(
    "This password is among the first that an attacker tries. Choose another one."
)
TOO_EASY: Final = N_(
    "This password is easy to guess. Add two or three words that do not belong together."
)
REASONS: Final = {
    "dictionary": N_(
        "Names and usual words are easy to guess. Add two or three words that do not belong together."
    ),
    "spatial": N_("Keys that lie side by side are easy to guess. Choose some words instead."),
    "repeat": N_("What is repeated is as easy to guess as once. Choose some words instead."),
    "sequence": N_("Rows like “abc” or “6543” are easy to guess. Choose some words instead."),
    "regex": N_("Years and dates are easy to guess. Choose some words instead."),
    "date": N_("Years and dates are easy to guess. Choose some words instead."),
}
"""What the longest guessable part of a password is → what to say."""


def weakness(password: str, name: str, email: str, house_name: str = "") -> str | None:
    """Return a sentence on why a person's password is too weak, or None."""
    if len(password) < SHORTEST_PASSWORD:
        return _("Use at least %(count)s characters.", count=SHORTEST_PASSWORD)
    if COMMON.match(password):
        return _(AMONG_THE_FIRST)
    local_part, _at, domain = email.partition("@")
    if any(len(own) > 3 and own.lower() in password.lower() for own in (name, local_part)):
        return _("The password must not contain your name or your e-mail address.")
    about = [name, email, local_part, *name.split(), *re.split(r"\W+", domain)]
    found = zxcvbn(password[:LOOKED_AT], [*about, house_name, *house_name.split()])
    return None if found["score"] >= ENOUGH else _(_reason(found["sequence"]))


def _reason(parts: list[dict[str, Any]]) -> str:
    guessable = [part for part in parts if part["pattern"] in REASONS]
    if not guessable:
        return TOO_EASY
    longest = max(guessable, key=lambda part: len(part["token"]))
    if longest.get("dictionary_name") == "passwords" and len(guessable) == 1:
        return AMONG_THE_FIRST
    return REASONS[longest["pattern"]]
