"""How whoever gets an HTTP request of ours can tell that it is ours."""

from __future__ import annotations

import hashlib
import hmac


def signature(secret: str, moment: int, body: bytes) -> str:
    """The value of the header Vedette-Signature; `moment` in seconds since the epoch."""
    signed = str(moment).encode() + b"." + body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"
