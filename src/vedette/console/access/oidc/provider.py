"""What is asked of an OpenID provider: its description, its keys, an ID token for a code.

Source: OpenID Connect Discovery 1.0; RFC 8414; RFC 6749, 4.1.3; RFC 7517.
"""

from __future__ import annotations

import http.client
import logging
import ssl
import threading
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import SplitResult, quote_plus, urlencode, urlsplit

import msgspec

from vedette import __version__
from vedette.console.access.errors import SignOnError
from vedette.console.access.settings import OidcSettings
from vedette.model.errors import ConfigError, DestinationError
from vedette.model.outbound.addresses import Lookup, system_lookup
from vedette.model.outbound.exchange import Reply, get, post

SECONDS: Final = 10.0
MOST: Final = 512 << 10
"""Bytes of one answer."""
DESCRIBED: Final = 3600 * 1_000_000
KEYS_KEPT: Final = 3600 * 1_000_000
KEYS_ASKED: Final = 30 * 1_000_000
"""Keys are asked for again at the earliest after this, whatever tokens name."""
MOST_KEYS: Final = 64
UNREACHABLE: Final = "the provider can't be asked at the moment; try again, or tell an admin"

_log: Final = logging.getLogger(__name__)
T = TypeVar("T")


class Description(msgspec.Struct, frozen=True):
    """What is used of a provider's metadata."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class Issued(msgspec.Struct, frozen=True):
    """What a code was good for."""

    id_token: str
    access_token: str = ""


class _Keys(msgspec.Struct, frozen=True):
    keys: list[dict[str, Any]]


class Provider:
    """Any thread may call. What is wrong with the provider goes to the log; whoever wants to come
    in reads only that it can't be asked."""

    def __init__(
        self, settings: OidcSettings, now: Callable[[], int], lookup: Lookup = system_lookup
    ) -> None:
        """Raises ConfigError where the certificates can't be read."""
        self._settings = settings
        self._now = now
        self._lookup = lookup
        self._lock = threading.Lock()
        self._description: tuple[Description, int] | None = None
        self._keys: tuple[list[dict[str, Any]], int] | None = None
        try:
            ca = None if settings.ca is None else str(settings.ca)
            self._context = ssl.create_default_context(cafile=ca)
        except (OSError, ValueError) as error:
            fault = f"{settings.ca}: {error}; must be a PEM file of certificates"
            raise ConfigError([fault]) from error
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2

    def described(self) -> Description:
        """Asked for once an hour. Raises SignOnError."""
        with self._lock:
            if self._description is not None and self._fresh(self._description[1], DESCRIBED):
                return self._description[0]
            issuer = self._settings.issuer
            where = issuer.rstrip("/") + "/.well-known/openid-configuration"
            found = self._decoded(self._get(where), where, Description)
            if found.issuer != issuer:
                raise self._fault(f"{where} is about {found.issuer[:200]!a}; correct the issuer")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                self._split(getattr(found, name))
            if found.end_session_endpoint:
                self._split(found.end_session_endpoint)
            self._description = (found, self._now())
            return found

    def keys(self, wanted: str | None) -> list[dict[str, Any]]:
        """The provider's keys, asked for once an hour, and sooner for one that is not among them.
        Raises SignOnError."""
        where = self.described().jwks_uri
        with self._lock:
            if self._keys is not None:
                keys, asked = self._keys
                known = wanted is None or any(key.get("kid") == wanted for key in keys)
                if self._fresh(asked, KEYS_KEPT if known else KEYS_ASKED):
                    return keys
            found = self._decoded(self._get(where), where, _Keys).keys[:MOST_KEYS]
            self._keys = (found, self._now())
            return found

    def redeem(self, code: str, verifier: str) -> Issued:
        """The tokens for a code. Raises SignOnError."""
        described = self.described()
        settings = self._settings
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": settings.redirect_uri,
            "code_verifier": verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        methods = described.token_endpoint_auth_methods_supported
        if not settings.client_secret:
            form["client_id"] = settings.client_id
        elif "client_secret_basic" not in methods and "client_secret_post" in methods:
            form |= {"client_id": settings.client_id, "client_secret": settings.client_secret}
        else:
            pair = f"{quote_plus(settings.client_id)}:{quote_plus(settings.client_secret)}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        where = described.token_endpoint
        return self._decoded(self._post(where, form, headers), where, Issued)

    def _fresh(self, asked: int, lasts: int) -> bool:
        return 0 <= self._now() - asked < lasts

    def _get(self, where: str) -> Reply:
        url = self._split(where)
        context = self._context if url.scheme == "https" else None
        private = self._settings.allow_private
        return self._asked(
            where, lambda: get(url, _HEADERS, SECONDS, MOST, context, private, self._lookup)
        )

    def _post(self, where: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        url = self._split(where)
        body = urlencode(form).encode()
        context = self._context if url.scheme == "https" else None
        private = self._settings.allow_private
        sent = {**_HEADERS, **headers}
        return self._asked(
            where, lambda: post(url, body, sent, SECONDS, MOST, context, private, self._lookup)
        )

    def _asked(self, where: str, ask: Callable[[], Reply]) -> Reply:
        try:
            return ask()
        except DestinationError as error:
            raise self._fault(str(error)) from error
        except TimeoutError as error:
            raise self._fault(f"{where}: no whole answer in {SECONDS:.0f} s") from error
        except (OSError, http.client.HTTPException) as error:
            raise self._fault(f"{where}: {error}") from error

    def _decoded(self, reply: Reply, where: str, kind: type[T]) -> T:
        if reply.status != http.client.OK:
            said = ascii(reply.body[:200].decode("utf-8", "replace"))
            raise self._fault(f"{where} answered {reply.status} {said}; redirects are not followed")
        if len(reply.body) > MOST:
            raise self._fault(f"{where}: the answer is longer than {MOST} bytes")
        try:
            return msgspec.json.decode(reply.body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise self._fault(f"{where}: the answer is not understood ({error})") from error

    def _split(self, where: str) -> SplitResult:
        """Raises SignOnError for what is no address that may be asked or that a browser may be sent
        to."""
        try:
            url = urlsplit(where)
            sound = url.port != 0 and bool(url.hostname) and url.username is None
        except ValueError:
            sound = False
        plain = self._settings.allow_private and url.scheme == "http" if sound else False
        if not sound or not where.isascii() or not where.isprintable() or " " in where:
            raise self._fault(f"{where[:200]!a} is no address that can be asked")
        if url.scheme != "https" and not plain:
            raise self._fault(
                f"{where[:200]}: use https (http is for this machine alone, with allow_private)"
            )
        return url

    def _fault(self, what: str) -> SignOnError:
        _log.error("single sign-on: %s", what)
        return SignOnError(UNREACHABLE)


_HEADERS: Final = {"User-Agent": f"vedette/{__version__}", "Accept": "application/json"}
