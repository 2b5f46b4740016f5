"""A device that keeps passkeys, in software: what a phone answers, and what a liar would."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Device:
    """One passkey of one owner; set a field to have it lie."""

    origin: str
    counts: bool = True
    flags: int = PRESENT | VERIFIED
    host: str = ""
    count: int = 0
    owner: str = ""
    credential: bytes = b"a passkey of the tests"
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def register(self, options: dict[str, Any]) -> str:
        """Make the passkey, as `navigator.credentials.create` answers."""
        self.host = self.host or options["rp"]["id"]
        self.owner = options["user"]["id"]
        point = self.key.public_key().public_numbers()
        cose = {
            1: 2,
            3: -7,
            -1: 1,
            -2: point.x.to_bytes(32, "big"),
            -3: point.y.to_bytes(32, "big"),
        }
        attested = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential
        data = self._data(ATTESTED) + attested + cbor2.dumps(cose)
        said = self._client("webauthn.create", options["challenge"])
        return self._answer(
            clientDataJSON=said,
            attestationObject=cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}),
        )

    def sign(self, options: dict[str, Any]) -> str:
        """Sign what is asked, as `navigator.credentials.get` answers."""
        if self.counts:
            self.count += 1
        said = self._client("webauthn.get", options["challenge"])
        data = self._data()
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(SHA256()))
        owner = base64url_to_bytes(self.owner)
        return self._answer(
            clientDataJSON=said, authenticatorData=data, signature=signature, userHandle=owner
        )

    def _data(self, more: int = 0) -> bytes:
        """Return authenticator data (WebAuthn, 6.1)."""
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin}
        return json.dumps(said).encode()

    def _answer(self, **response: bytes) -> str:
        name = bytes_to_base64url(self.credential)
        said = {key: bytes_to_base64url(value) for key, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": said})
