"""Why a sign-in through a provider is refused, and what may be believed of what it says."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from app.core.languages import N_

PENDING_FOR: Final = timedelta(minutes=10)
"""How long somebody may take at the provider."""
SKEW: Final = timedelta(minutes=2)
"""How far the provider's clock may be off."""
FRESH_FOR: Final = timedelta(minutes=5)
"""How long ago somebody may have signed in there who is asked to show once more that it is them."""
ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA"),
)
"""Signatures by a key that only the provider has: neither `none` nor shared secrets (RFC 8725, 3.1)."""


class Reason(StrEnum):
    """Why somebody did not get in. The journal says it; who tries sees the same page for all."""

    NOT_BEGUN = "not_begun"
    """The answer belongs to no sign-in that this browser began lately, or was used before."""
    OTHER_ISSUER = "other_issuer"
    """The answer names another provider than was asked (mix-up, RFC 9207)."""
    SAID_NO = "said_no"
    """The provider says no, or the person went back there."""
    UNREACHABLE = "unreachable"
    CODE_REFUSED = "code_refused"
    """The provider gives no token for the code: used before, over, or not ours."""
    NO_KEY = "no_key"
    """No key of the provider fits the token."""
    BAD_TOKEN = "bad_token"  # noqa: S105 - a word, no secret
    """Signature, issuer, audience, time or nonce are not what they have to be."""
    UNVERIFIED = "unverified"
    """First sign-in, and the provider does not vouch for an e-mail address."""
    UNKNOWN = "unknown"
    """Nobody who works here, or not any more, or somebody who is linked otherwise."""
    TOO_LONG_AGO = "too_long_ago"
    """Asked to sign in afresh, the provider did not."""


REASON_NAMES: Final = {
    Reason.NOT_BEGUN: N_("not begun in this browser, or used before"),
    Reason.OTHER_ISSUER: N_("the answer came from another provider"),
    Reason.SAID_NO: N_("the provider said no"),
    Reason.UNREACHABLE: N_("the provider could not be reached"),
    Reason.CODE_REFUSED: N_("the provider did not accept the code"),
    Reason.NO_KEY: N_("signed with an unknown key"),
    Reason.BAD_TOKEN: N_("the token was not valid"),
    Reason.UNVERIFIED: N_("the e-mail address is not verified"),
    Reason.UNKNOWN: N_("nobody who works here"),
    Reason.TOO_LONG_AGO: N_("not signed in afresh"),
}


class Refusal(Exception):
    """A sign-in through a provider ends here; `detail` is English, for the log, and holds no secret."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(detail or reason.value)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What is used of what a provider says of itself (OpenID Connect Discovery 1.0, 3)."""

    authorization: str
    token: str
    jwks: str
    userinfo: str = ""
    posts_secret: bool = False
    """True where the secret goes into the body: the provider does not take it as Basic."""
    names_issuer: bool = False
    """Whether answers name who answers (RFC 9207, 3)."""

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return asdict(self)


def verified_email(claims: Mapping[str, Any]) -> str | None:
    """Return the address that a provider vouches for; None where it does not.

    `email_verified` (OpenID Connect Core 1.0, 5.1), or `xms_edov`, as Microsoft Entra ID calls it. An
    address without either is only what somebody typed there.
    """
    email = claims.get("email")
    vouched = any(claims.get(name) in (True, "true", 1, "1") for name in VOUCHING)
    return email if vouched and isinstance(email, str) and "@" in email else None


VOUCHING: Final = ("email_verified", "xms_edov")


def is_fresh(now: float, auth_time: object) -> bool:
    """Say whether somebody signed in at the provider just now; both are seconds since 1970."""
    if not isinstance(auth_time, int | float) or isinstance(auth_time, bool):
        return False
    return now - auth_time < (FRESH_FOR + SKEW).total_seconds()
