"""Who sends a request: a session's cookie or a token, and from where."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response

from vedette.console.access.web import Cookies, Hosts, client_address, networks_of
from vedette.console.faults import RequestError
from vedette.model.errors import VedetteError

if TYPE_CHECKING:
    from vedette.console.access.person import Client, Who
    from vedette.console.place import Place

KEY: Final = "idempotency-key"
LONGEST_KEY: Final = 200


class Callers:
    """Any thread may call."""

    def __init__(self, place: Place) -> None:
        console = place.config.console
        self._access = place.access
        self.secure = console.secure
        self.cookies = Cookies(secure=console.secure, port=place.bound_port)
        self.allowed = Hosts.of(console, place.bound_port)
        self._trusted = networks_of(console.trusted_proxies)

    def session(self, request: Request) -> Who | None:
        """Who it is by the session's cookie; None where it is nobody."""
        token = self.cookies.read(request.headers.get("cookie", "")).get(self.cookies.session)
        return self._access.who(token) if token else None

    def api(self, request: Request) -> Who:
        """Who it is by a token or else by the session. Raises RequestError."""
        given = request.headers.get("authorization", "")
        if given:
            scheme, _, token = given.partition(" ")
            who = self._access.who_of_token(token.strip()) if scheme.lower() == "bearer" else None
            if who is None:
                raise RequestError("sign-in", "the token is not known, is over or was revoked")
            return who
        who = self.session(request)
        if who is None:
            raise RequestError("sign-in", "send a token: Authorization: Bearer vdt_...")
        return who

    def address(self, request: Request) -> str:
        """Where the request came from, by the trusted proxies' word where there are some."""
        peer = request.client.host if request.client else ""
        return client_address(peer, request.headers.getlist("x-forwarded-for"), self._trusted)

    def client(self, request: Request) -> Client:
        """What is known of a browser that signs in."""
        from vedette.console.access.person import Client

        sent = self.cookies.read(request.headers.get("cookie", ""))
        return Client(
            self.address(request),
            request.headers.get("user-agent", "")[:300],
            sent.get(self.cookies.device, ""),
            sent.get(self.cookies.session, ""),
        )

    def once(
        self, request: Request, route: str, who: Who, raw: bytes, do: Callable[[], Response]
    ) -> Response:
        """Do it, or give the answer that this key was given before. Raises RequestError."""
        key = request.headers.get(KEY)
        if key is None:
            return do()
        if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
            raise RequestError("malformed", f"{KEY}: 1 to {LONGEST_KEY} printable characters")
        route = f"{route} {request.url.path}"
        digest = hashlib.sha256(raw).digest()
        writes = self._access.writes
        before = writes.begin(who.person.id, route, key, digest)
        if before is not None:
            return Response(before.body, before.status, media_type="application/json")
        try:
            made = do()
        except VedetteError:
            writes.abandon(who.person.id, route, key)
            raise
        writes.finish(who.person.id, route, key, made.status_code, bytes(made.body))
        return made
