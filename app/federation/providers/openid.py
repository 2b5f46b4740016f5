"""OpenID Connect 1.0, the code flow with PKCE (RFC 7636): what is asked, and what is believed of answers.

All calls go through `core.outbound`. Nothing of a token outlives the sign-in that it was for.
"""

import json
from base64 import b64encode, urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key

from app.core import outbound, runtime
from app.core.outbound import Outcome, Reply
from app.federation.rules import ALGORITHMS, SKEW, Endpoints, Reason, Refusal

TIMEOUT: Final = 8.0
"""Seconds for one call."""
WELL_KNOWN: Final = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are at a provider."""

    issuer: str
    client_id: str
    secret: str
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What one sign-in sends along, to know its answer again."""

    state: str
    nonce: str
    verifier: str
    """43 characters or more, known to this browser's cookie alone until the code is redeemed."""


def discover(issuer: str) -> Endpoints:
    """Return what the provider says of itself; raises `Refusal` where that cannot be used."""
    said = _data(_get(issuer.rstrip("/") + WELL_KNOWN, {}))
    if said.get("issuer") != issuer:
        raise Refusal(Reason.OTHER_ISSUER, f"it calls itself {str(said.get('issuer'))[:200]}")
    flows, methods = (
        said.get("response_types_supported"),
        said.get("code_challenge_methods_supported"),
    )
    if isinstance(flows, list) and "code" not in flows:
        raise Refusal(Reason.BAD_TOKEN, "no code flow")
    if isinstance(methods, list) and "S256" not in methods:
        raise Refusal(Reason.BAD_TOKEN, "no PKCE with S256")
    signing = said.get("id_token_signing_alg_values_supported") or ["RS256"]
    if not set(signing) & set(ALGORITHMS):
        raise Refusal(Reason.BAD_TOKEN, "no signature by a key pair")
    # Left out it means Basic alone (OpenID Connect Discovery 1.0, 3).
    authentication = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Endpoints(
        authorization=_address(said, "authorization_endpoint"),
        token=_address(said, "token_endpoint"),
        jwks=_address(said, "jwks_uri"),
        userinfo=_address(said, "userinfo_endpoint") if said.get("userinfo_endpoint") else "",
        posts_secret="client_secret_basic" not in authentication,
        names_issuer=said.get("authorization_response_iss_parameter_supported") is True,
    )


def _address(said: Mapping[str, Any], name: str) -> str:
    address = said.get(name)
    if not isinstance(address, str) or len(address) > 1000:
        raise Refusal(Reason.BAD_TOKEN, f"no {name}")
    objection = outbound.objection(address, allow_private=_allow_private())
    if objection:
        raise Refusal(Reason.BAD_TOKEN, f"{name}: {objection}")
    return address


def question(client: Client, endpoints: Endpoints, asked: Asked, *, afresh: bool) -> str:
    """Return where the browser goes to sign in; `afresh`: even if somebody is signed in there."""
    again = {"prompt": "login", "max_age": "0"} if afresh else {}
    address: str = prepare_grant_uri(
        endpoints.authorization,
        client.client_id,
        "code",
        redirect_uri=client.redirect_uri,
        scope="openid email",
        state=asked.state,
        nonce=asked.nonce,
        code_challenge=create_s256_code_challenge(asked.verifier),
        code_challenge_method="S256",
        **again,
    )
    return address


def fetch_keys(endpoints: Endpoints) -> dict[str, Any]:
    """Return the provider's keys (JWK Set, RFC 7517, 5)."""
    said = _data(_get(endpoints.jwks, {}))
    if not _usable(said):
        raise Refusal(Reason.NO_KEY, "no usable key")
    return said


def redeem(client: Client, endpoints: Endpoints, code: str, verifier: str) -> tuple[str, str]:
    """Return ID token and access token for a code (RFC 6749, 4.1.3; RFC 7636, 4.5)."""
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": client.redirect_uri,
        "code_verifier": verifier,
    }
    reply = _post(client, endpoints, fields)
    if not reply.is_success:
        raise Refusal(Reason.CODE_REFUSED, _error(reply))
    said = _data(reply)
    id_token, access_token = said.get("id_token"), said.get("access_token", "")
    if not isinstance(id_token, str) or not isinstance(access_token, str):
        raise Refusal(Reason.BAD_TOKEN, "no ID token")
    return id_token, access_token


def knows_secret(client: Client, endpoints: Endpoints) -> bool:
    """Say whether the provider takes our secret: shown with a code that never was, nothing comes of it."""
    never = {
        "grant_type": "authorization_code",
        "code": "kontor-asks-whether-the-secret-fits",
        "redirect_uri": client.redirect_uri,
        "code_verifier": "k" * 43,
    }
    reply = _post(client, endpoints, never)
    return reply.status != 401 and _error(reply) not in ("invalid_client", "unauthorized_client")


def claims(
    client: Client, id_token: str, keys: Mapping[str, Any], nonce: str, access: str, now: datetime
) -> dict[str, Any]:
    """Return what an ID token says, if it may be believed (OpenID Connect Core 1.0, 3.1.3.7).

    Raises `Refusal`.
    """
    try:
        token = jwt.decode(id_token, _fitting(id_token, keys), algorithms=list(ALGORITHMS))
        said = CodeIDToken(
            token.claims,
            token.header,
            {
                "iss": {"essential": True, "value": client.issuer},
                "aud": {"essential": True, "value": client.client_id},
                "sub": {"essential": True},
                "nonce": {"essential": True, "value": nonce},
            },
            {"client_id": client.client_id, "nonce": nonce, "access_token": access},
        )
        said.validate(now=int(now.timestamp()), leeway=int(SKEW.total_seconds()))
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Refusal(Reason.BAD_TOKEN, f"{type(error).__name__}: {error}"[:200]) from error
    subject = said["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise Refusal(Reason.BAD_TOKEN, "no subject")
    return dict(said)


def userinfo(endpoints: Endpoints, access_token: str, subject: str) -> dict[str, Any]:
    """Return what more the provider says of the same person (OpenID Connect Core 1.0, 5.3)."""
    said = _data(_get(endpoints.userinfo, {"Authorization": f"Bearer {access_token}"}))
    if said.get("sub") != subject:
        raise Refusal(Reason.BAD_TOKEN, "user info about somebody else")
    return said


def _fitting(id_token: str, keys: Mapping[str, Any]) -> Key:
    """Return the one key that the token names; without a name, the only one there is (RFC 7515, 4.1.4)."""
    usable, name = _usable(keys), _header(id_token).get("kid")
    found = [key for key in usable if name is None or key.kid == name]
    if len(found) != 1:
        raise Refusal(Reason.NO_KEY, "no key, or several, for the token")
    return found[0]


def _header(token: str) -> dict[str, Any]:
    """Return the header of a token, unproven; raises `ValueError` or `TypeError` where it has none."""
    header = json.loads(urlsafe_b64decode(token.partition(".")[0].encode("ascii") + b"=="))
    if not isinstance(header, dict):
        raise TypeError("a header that is none")
    return header


def _usable(keys: Mapping[str, Any]) -> list[Key]:
    """Return the public keys for signatures; what we cannot read is left out."""
    found = []
    listed = keys.get("keys")
    for one in listed if isinstance(listed, list) else []:
        if not isinstance(one, dict) or one.get("use", "sig") != "sig" or one.get("kty") == "oct":
            continue
        try:
            found.append(JWKRegistry.import_key(one))
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    return found


def _post(client: Client, endpoints: Endpoints, fields: dict[str, str]) -> Reply:
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
    }
    if endpoints.posts_secret:
        fields = {**fields, "client_id": client.client_id, "client_secret": client.secret}
    else:
        # Both halves are form-encoded before they are joined (RFC 6749, 2.3.1).
        pair = f"{quote(client.client_id, safe='')}:{quote(client.secret, safe='')}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    reply = outbound.post(
        endpoints.token,
        urlencode(fields).encode(),
        headers,
        timeout=TIMEOUT,
        allow_private=_allow_private(),
    )
    return _reached(reply)


def _get(address: str, headers: Mapping[str, str]) -> Reply:
    asking = {"Accept": "application/json", **headers}
    reply = outbound.get(address, asking, timeout=TIMEOUT, allow_private=_allow_private())
    if not _reached(reply).is_success:
        raise Refusal(Reason.UNREACHABLE, f"status {reply.status}")
    return reply


def _reached(reply: Reply) -> Reply:
    if reply.outcome is not Outcome.ANSWERED:
        raise Refusal(Reason.UNREACHABLE, reply.reason or reply.outcome.value)
    return reply


def _data(reply: Reply) -> dict[str, Any]:
    try:
        said = json.loads(reply.body)
    except ValueError as error:
        raise Refusal(Reason.UNREACHABLE, "an answer that is not JSON") from error
    if not isinstance(said, dict):
        raise Refusal(Reason.UNREACHABLE, "an answer that is not an object")
    return said


def _error(reply: Reply) -> str:
    """Return the provider's word for what is wrong (RFC 6749, 5.2)."""
    try:
        said = json.loads(reply.body)
    except ValueError:
        return f"status {reply.status}"
    return str(said.get("error", ""))[:60] if isinstance(said, dict) else f"status {reply.status}"


def _allow_private() -> bool:
    return runtime.current().settings.outbound_private
