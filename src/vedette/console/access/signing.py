"""Small texts that only this service can have made: CSRF tokens, device cookies, flow cookies."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac


def mac(key: bytes, purpose: str, text: str) -> str:
    """HMAC-SHA256, base64url. `purpose` keeps what is signed for one use from serving another."""
    digest = hmac.digest(key, f"{purpose}\0{text}".encode("utf-8", "surrogatepass"), hashlib.sha256)
    return encoded(digest)


def sealed(key: bytes, purpose: str, text: str) -> str:
    """The text with its signature, fit for a cookie."""
    body = encoded(text.encode())
    return f"{body}.{mac(key, purpose, body)}"


def opened(key: bytes, purpose: str, given: str) -> str | None:
    """What was sealed, None where that was not us."""
    body, _, signature = given.partition(".")
    if not same(mac(key, purpose, body), signature):
        return None
    try:
        return decoded(body).decode()
    except (ValueError, UnicodeDecodeError):
        return None


def same(one: str, other: str) -> bool:
    """In a time that does not tell how much of them is the same."""
    return hmac.compare_digest(
        one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass")
    )


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Raises ValueError."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("is not base64url") from error
