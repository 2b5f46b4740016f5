"""Passkeys (WebAuthn Level 3): what a device is asked, and whether its answer is one.

The owner shows that it is them at the device itself (user verification), so that one counts as two.
"""

import ipaddress
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.core.errors import Invalid

LONGEST_ANSWER: Final = 20_000
"""Characters; a passkey without attestation needs a tenth of it."""
PATIENCE: Final = 300_000
"""Milliseconds that a browser may ask."""
TRANSPORTS: Final = frozenset({"usb", "nfc", "ble", "smart-card", "hybrid", "internal"})


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys work: one host, reached safely."""

    host: str
    """The relying party's id (WebAuthn, 4)."""
    origin: str

    @property
    def is_possible(self) -> bool:
        """False for bare addresses and for http elsewhere than on this machine: browsers refuse there."""
        if self.host == "localhost":
            return True
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return self.origin.startswith("https://")
        return False


def site(base_url: str) -> Site:
    """Return where the passkeys of an organisation with this origin work."""
    return Site(urlsplit(base_url).hostname or "", base_url)


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a passkey."""

    credential_id: str
    public_key: str
    sign_count: int
    is_backed_up: bool
    transports: list[str]


def challenge() -> str:
    """Return what a device is to sign, once: 256 random bits as base64url."""
    return bytes_to_base64url(secrets.token_bytes(32))


def to_register(
    at: Site, asked: str, house: str, owner: tuple[str, str, str], known: Sequence[str]
) -> str:
    """Return what the browser hands to `navigator.credentials.create`, as JSON.

    `owner`: id, address and name; `known`: credential ids that the person has already.
    """
    person_id, email, name = owner
    return options_to_json(
        generate_registration_options(
            rp_id=at.host,
            rp_name=house,
            user_id=person_id.encode(),
            user_name=email,
            user_display_name=name,
            challenge=base64url_to_bytes(asked),
            timeout=PATIENCE,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known
            ],
        )
    )


def to_sign(at: Site, asked: str) -> str:
    """Return what the browser hands to `navigator.credentials.get`, as JSON: any passkey of this host."""
    return options_to_json(
        generate_authentication_options(
            rp_id=at.host,
            challenge=base64url_to_bytes(asked),
            timeout=PATIENCE,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def registered(answer: str, at: Site, asked: str) -> Key:
    """Return the passkey that a device made (WebAuthn, 7.1); raises `Invalid`."""
    said = _read(answer)
    try:
        found = verify_registration_response(
            credential=said,
            expected_challenge=base64url_to_bytes(asked),
            expected_rp_id=at.host,
            expected_origin=at.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise Invalid(f"no passkey: {type(error).__name__}") from error
    response = said.get("response")
    listed = response.get("transports") if isinstance(response, dict) else None
    transports = listed if isinstance(listed, list) else []
    return Key(
        bytes_to_base64url(found.credential_id),
        bytes_to_base64url(found.credential_public_key),
        found.sign_count,
        found.credential_backed_up,
        sorted(TRANSPORTS & {one for one in transports if isinstance(one, str)}),
    )


def named(answer: str) -> tuple[str, str]:
    """Return which credential answers, and whose it says it is; nothing is proved. Raises `Invalid`."""
    said = _read(answer)
    response = said.get("response")
    handle = response.get("userHandle") if isinstance(response, dict) else None
    try:
        owner = base64url_to_bytes(handle).decode() if isinstance(handle, str) else ""
    except ValueError as error:
        raise Invalid("no user handle") from error
    return str(said.get("id", ""))[:1400], owner


def signed(answer: str, at: Site, asked: str, public_key: str) -> tuple[int, bool]:
    """Return how often the passkey has signed, and whether it is backed up (7.2); raises `Invalid`."""
    try:
        found = verify_authentication_response(
            credential=_read(answer),
            expected_challenge=base64url_to_bytes(asked),
            expected_rp_id=at.host,
            expected_origin=at.origin,
            credential_public_key=base64url_to_bytes(public_key),
            # The count is looked at where it is kept: of two at once one is the copy.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise Invalid(f"no answer of this passkey: {type(error).__name__}") from error
    return found.new_sign_count, found.credential_backed_up


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST_ANSWER:
        raise Invalid("an answer that is too long")
    try:
        said = json.loads(answer)
    except ValueError as error:
        raise Invalid("an answer that is not JSON") from error
    if not isinstance(said, dict):
        raise Invalid("an answer that is not an object")
    return said
