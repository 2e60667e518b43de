"""What holds for every request, whatever it asks: headers, host names, size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

_HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Secured:
    """Sets the headers; refuses hosts that are not ours, since a page elsewhere may have had its
    name pointed at this machine (DNS rebinding)."""

    def __init__(self, app: ASGIApp, allowed: Callable[[str], bool], https: bool) -> None:
        """`allowed` says of a Host header whether it is ours."""
        self._app = app
        self._allowed = allowed
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
                if self._https:
                    headers.setdefault("strict-transport-security", "max-age=31536000")
            await send(message)

        if not self._allowed(Headers(scope=scope).get("host", "")):
            from starlette.responses import PlainTextResponse

            told = PlainTextResponse(
                "This console has another address. Its names are console.listen and "
                "console.public_url in the configuration.\n",
                status_code=421,
            )
            await told(scope, receive, sending)
            return
        await self._app(scope, receive, sending)
