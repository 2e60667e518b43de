"""Cookies, client addresses and origins, by the headers of a request. Knows no framework."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from vedette.console.access.devices import LASTS as DEVICE_LASTS
from vedette.console.access.network import address_of
from vedette.console.access.person import Who
from vedette.console.access.signing import same

if TYPE_CHECKING:
    from vedette.engine.config.console_schema import ConsoleConfig

Networks = Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
MOST_COOKIES: Final = 16 << 10
FLOW_SECONDS: Final = 600
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.=-]*")
_PATH: Final = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")


class Cookies:
    """The names of our cookies and how they are set.

    Over https `__Host-` keeps other hosts and paths from setting them. On http, which is for
    loopback alone, they go without it and without Secure: chromium takes both there, Safari
    neither. Since cookies know no ports, the port is in the name, and two services on one machine
    don't sign each other out.
    """

    def __init__(self, *, secure: bool, port: int) -> None:
        stem = "__Host-vedette" if secure else f"vedette-{port}"
        self._rest = f"; Path=/; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"
        self.session, self.device, self.flow = stem, f"{stem}-device", f"{stem}-flow"

    def read(self, header: str) -> dict[str, str]:
        """Name to value of a Cookie header; what is no cookie is left out."""
        found: dict[str, str] = {}
        for pair in header[:MOST_COOKIES].split(";"):
            name, _, value = pair.strip().partition("=")
            if name in (self.session, self.device, self.flow) and _PLAIN.fullmatch(value):
                found.setdefault(name, value)
        return found

    def set_session(self, token: str) -> str:
        """The value of a Set-Cookie header. It ends with the browser; the server decides sooner."""
        return self._set(self.session, token)

    def set_device(self, value: str) -> str:
        return self._set(self.device, value, DEVICE_LASTS // 1_000_000)

    def set_flow(self, value: str) -> str:
        return self._set(self.flow, value, FLOW_SECONDS)

    def drop(self, name: str) -> str:
        return self._set(name, "", 0)

    def _set(self, name: str, value: str, seconds: int | None = None) -> str:
        assert _PLAIN.fullmatch(value), "a cookie's value is ours"
        age = "" if seconds is None else f"; Max-Age={seconds}"
        return f"{name}={value}{self._rest}{age}"


def networks_of(texts: Iterable[str]) -> Networks:
    """Raises ValueError."""
    return [ipaddress.ip_network(text, strict=False) for text in texts]


def client_address(peer: str, forwarded: Sequence[str], trusted: Networks) -> str:
    """Whose request it is. X-Forwarded-For (all of its headers, in order) counts only as far as
    trusted proxies wrote it: it is read from the right, up to the first that is not trusted."""
    hops = [hop.strip() for header in forwarded for hop in header[:4096].split(",")]
    address = address_of(peer)
    while address is not None and hops and any(address in network for network in trusted):
        written = hops.pop()
        inner = address_of(_without_port(written))
        if inner is None:
            break
        address = inner
    return "unknown" if address is None else str(address)


class Hosts:
    """The hosts that this service is reached by. Any other in a request is somebody's who pointed
    a name of theirs at us (DNS rebinding)."""

    def __init__(self, origins: Iterable[str]) -> None:
        self._origins = frozenset(origins)
        self._hosts = frozenset(urlsplit(origin).netloc for origin in self._origins)

    @classmethod
    def of(cls, console: ConsoleConfig, port: int | None = None) -> Hosts:
        """`port` is that which the system chose where the configuration says 0."""
        bound = console.listen.port if port is None else port
        origins = {console.url_at(bound)}
        if console.on_loopback:
            scheme = "https" if console.tls is not None else "http"
            for name in LOOPBACK:
                origins.add(f"{scheme}://{f'[{name}]' if ':' in name else name}:{bound}")
        return cls(_origin(origin) for origin in origins)

    def allows(self, host: str) -> bool:
        """The value of a Host header."""
        return host.lower() in self._hosts

    def is_own(self, origin: str) -> bool:
        """The value of an Origin header."""
        return origin.lower() in self._origins


def same_origin(method: str, headers: Mapping[str, str], hosts: Hosts) -> bool:
    """Whether a request that changes something may come from where it says (lower-case names).

    Browsers of today say Sec-Fetch-Site, which no page can set; older ones Origin, which is "null"
    besides where a page hides its address. A request with neither is none of a browser's and is
    left to its token. Reading (GET) is allowed from everywhere: it changes nothing, and others
    can't see the answer.
    """
    if method in SAFE:
        return True
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is None:
        return origin is None or hosts.is_own(origin)
    return site == "same-origin" and (origin in (None, "null") or hosts.is_own(origin))


def csrf_right(who: Who, given: str) -> bool:
    """Whether the form field `csrf`, or the header X-CSRF-Token, is that of this session. Tokens of
    programs need none: no browser sends them by itself."""
    return who.by == "token" or (bool(given) and same(who.csrf, given))


def safe_path(text: str | None) -> str:
    """A path on this server to go on to, "/" for everything else (open redirects)."""
    if text is None or len(text) > 1000 or not _PATH.fullmatch(text):
        return "/"
    return text


def _origin(url: str) -> str:
    """Scheme and host, and the port where it is not the scheme's own, as browsers write them."""
    parts = urlsplit(url.lower())
    port = parts.port
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")


def _without_port(text: str) -> str:
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text
