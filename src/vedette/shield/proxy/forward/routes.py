"""Which website a request is for."""

from __future__ import annotations

import ssl
from typing import Final
from urllib.parse import urlsplit

import msgspec

from vedette.model.errors import ConfigError
from vedette.shield.proxy.http.authority import split_authority
from vedette.shield.proxy.settings import Upstream

_PORTS: Final = {"http": 80, "https": 443}


class Route(msgspec.Struct, frozen=True, eq=False):
    """An upstream made ready. `authority` is what Host says where the client's is not kept."""

    host: str
    port: int
    tls: ssl.SSLContext | None
    authority: bytes
    keep_host: bool
    names: frozenset[bytes]
    endings: tuple[bytes, ...]
    prefix: bytes

    def fits(self, host: bytes, path: bytes) -> bool:
        if not path.startswith(self.prefix) and path != b"*":
            return False
        if self.prefix != b"/" and path[len(self.prefix) : len(self.prefix) + 1] not in _AFTER:
            return False
        if not self.names and not self.endings:
            return True
        return host in self.names or host.endswith(self.endings)


_AFTER: Final = frozenset({b"", b"/", b"?"})


def make_route(upstream: Upstream) -> Route:
    """Raises ValueError where the upstream says no usable address or name."""
    url = urlsplit(upstream.url)
    if url.scheme not in _PORTS or not url.hostname or url.path not in ("", "/") or url.query:
        raise ValueError(
            f"upstream {upstream.url!r}: give scheme, host and port, like http://127.0.0.1:8000"
        )
    if not upstream.prefix.startswith("/"):
        raise ValueError(f"prefix {upstream.prefix!r} of {upstream.url}: it begins with a slash")
    names = [name.lower().encode("ascii") for name in upstream.hosts]
    for name in names:
        if split_authority(name.removeprefix(b"*.")) is None:
            raise ValueError(f"host {name.decode()!r} of {upstream.url}: no name of a host")
    context = None
    if url.scheme == "https":
        context = ssl.create_default_context(cafile=upstream.ca)
        if not upstream.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
    return Route(
        url.hostname,
        url.port or _PORTS[url.scheme],
        context,
        url.netloc.rpartition("@")[2].encode("ascii"),
        upstream.keep_host,
        frozenset(name for name in names if not name.startswith(b"*.")),
        tuple(name[1:] for name in names if name.startswith(b"*.")),
        upstream.prefix.rstrip("/").encode("ascii") or b"/",
    )


class Routes:
    """All of them; the first that fits is taken. Raises ConfigError with all faults at once."""

    def __init__(self, upstreams: tuple[Upstream, ...]) -> None:
        self._routes: list[Route] = []
        faults = []
        for upstream in upstreams:
            try:
                self._routes.append(make_route(upstream))
            except (ValueError, OSError) as error:
                faults.append(str(error))
        if faults:
            raise ConfigError(faults)

    def find(self, host: bytes, path: bytes) -> Route | None:
        for route in self._routes:
            if route.fits(host, path):
                return route
        return None
