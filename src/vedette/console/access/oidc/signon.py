"""The journey to the provider and back.

Source: OpenID Connect Core 1.0, 3.1; RFC 7636 (PKCE, S256); RFC 9207 (iss in the answer); RFC 9700;
OpenID Connect RP-Initiated Logout 1.0. State, nonce and verifier travel in a cookie of the browser
that began, signed and short-lived, so that nobody can have another one finish a journey of theirs.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple
from urllib.parse import urlencode

import msgspec

from vedette.console.access.errors import SignOnError
from vedette.console.access.oidc.identity import Identity, name_in, role_in
from vedette.console.access.oidc.provider import UNREACHABLE, Provider
from vedette.console.access.oidc.verification import TokenError, key_id, verified
from vedette.console.access.settings import OidcSettings
from vedette.console.access.signing import encoded, opened, same, sealed
from vedette.model.outbound.addresses import Lookup, system_lookup

LASTS: Final = 600 * 1_000_000
_PURPOSE: Final = "single sign-on"
_log: Final = logging.getLogger(__name__)


class Departure(NamedTuple):
    """Where the browser is sent, and the flow cookie that it takes along."""

    url: str
    flow: str


class _Flow(msgspec.Struct, frozen=True):
    state: str
    nonce: str
    verifier: str
    back: str
    expires: int


class SingleSignOn:
    """One provider. Any thread may call."""

    def __init__(
        self,
        settings: OidcSettings,
        key: bytes,
        now: Callable[[], int],
        lookup: Lookup = system_lookup,
    ) -> None:
        """Raises ConfigError."""
        self.title = settings.title
        self._settings = settings
        self._key = key
        self._now = now
        self._provider = Provider(settings, now, lookup)

    def begin(self, back: str) -> Departure:
        """Send a browser off; `back` is the path on this server where it wants to go, checked by
        the caller. Raises SignOnError."""
        described = self._provider.described()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        flow = _Flow(state, nonce, verifier, back[:1000], self._now() + LASTS)
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._settings.redirect_uri,
            "scope": " ".join(self._settings.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
        }
        url = _with(described.authorization_endpoint, asked)
        return Departure(url, sealed(self._key, _PURPOSE, msgspec.json.encode(flow).decode()))

    def finish(self, query: Mapping[str, str], flow: str) -> Identity:
        """Whom the provider sent back with this query and cookie. Raises SignOnError."""
        known = self._flow(flow)
        if not same(query.get("state", ""), known.state):
            raise SignOnError("this was not begun in this browser; sign in again")
        described = self._provider.described()
        iss = query.get("iss")
        named = iss is not None or described.authorization_response_iss_parameter_supported
        if named and iss != self._settings.issuer:
            raise self._fault("the answer comes from another issuer (RFC 9207)")
        if "error" in query:
            words = f"{query['error'][:100]!a} {query.get('error_description', '')[:300]!a}"
            _log.warning("single sign-on: the provider answered %s", words)
            if query["error"] == "access_denied":
                raise SignOnError("the provider did not let you in")
            raise SignOnError(UNREACHABLE)
        code = query.get("code", "")
        if not 0 < len(code) <= 4096:
            raise self._fault("the answer holds no code")
        issued = self._provider.redeem(code, known.verifier)
        try:
            claims = verified(
                issued.id_token,
                self._provider.keys(key_id(issued.id_token)),
                issuer=self._settings.issuer,
                audience=self._settings.client_id,
                nonce=known.nonce,
                access_token=issued.access_token,
                now=self._now() // 1_000_000,
            )
        except TokenError as error:
            raise self._fault(f"the ID token {error}") from error
        return Identity(
            issuer=self._settings.issuer,
            subject=claims["sub"],
            name=name_in(claims),
            role=role_in(claims, self._settings.roles_claim, self._settings.roles),
            hint=issued.id_token if len(issued.id_token) <= 8192 else "",
            back=known.back,
        )

    def logout_url(self, hint: str) -> str | None:
        """Where the provider ends its session, too; None where it can't."""
        try:
            where = self._provider.described().end_session_endpoint
        except SignOnError:
            return None
        if not where:
            return None
        said = {
            "id_token_hint": hint,
            "client_id": self._settings.client_id,
            "post_logout_redirect_uri": self._settings.after_logout,
        }
        return _with(where, said)

    def _flow(self, cookie: str) -> _Flow:
        text = opened(self._key, _PURPOSE, cookie) if len(cookie) <= 4096 else None
        if text is None:
            raise SignOnError("this was not begun in this browser; sign in again")
        flow = msgspec.json.decode(text, type=_Flow)
        if not flow.expires - LASTS <= self._now() < flow.expires:
            raise SignOnError("this took too long; sign in again")
        return flow

    def _fault(self, what: str) -> SignOnError:
        _log.error("single sign-on: %s", what)
        return SignOnError("the provider's answer was not accepted; the log says why")


def challenge(verifier: str) -> str:
    """RFC 7636, 4.2."""
    return encoded(hashlib.sha256(verifier.encode()).digest())


def _with(url: str, query: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"
