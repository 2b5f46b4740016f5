"""Secrets that travel: made from 256 random bits, kept only as their SHA-256."""

import hashlib
import hmac
import secrets


def new() -> str:
    """Return 256 random bits as 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def new_code(digits: int = 6) -> str:
    """Return a random decimal code for a person to type."""
    return f"{secrets.randbelow(10**digits):0{digits}d}"


def fingerprint(token: str) -> str:
    """Return what the database keeps of a 256-bit token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def sealed(code: str, key: bytes, binding: str) -> str:
    """Return what the database keeps of a short code: an HMAC, bound to what it is for.

    A short code could be found from a plain hash by trying all of them; without `key` it cannot.
    """
    return hmac.digest(key, f"{binding}:{code}".encode(), hashlib.sha256).hex()


def same(one: str, other: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
