"""What the reverse proxy is told."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from vedette.shield.proxy.http.limits import Limits


class Upstream(msgspec.Struct, frozen=True, kw_only=True):
    """A website behind the proxy. `url` is scheme, host and port ("http://127.0.0.1:8000",
    "https://app.example"). It answers for `hosts` ("*.firm.example" means every name below; none:
    any) and for paths below `prefix`. `keep_host`: it is told the name that the client asked for.
    `ca`: the authority that signed its certificate, where that is none of the system's."""

    url: str
    hosts: tuple[str, ...] = ()
    prefix: str = "/"
    keep_host: bool = True
    ca: Path | None = None
    verify: bool = True


class Timeouts(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds. `body_rate` is in bytes a second: a request body that comes slower for `body_grace`
    seconds is given up. `idle` is between requests; `head` for a whole head, TLS and the PROXY
    protocol; `send` for the client to take what is sent; `first_byte` for the website's answer,
    `between` for each further piece of it; `tunnel` for a websocket that says nothing."""

    head: float = 10
    idle: float = 60
    body_grace: float = 10
    body_rate: float = 500
    send: float = 30
    connect: float = 5
    first_byte: float = 60
    between: float = 60
    tunnel: float = 300
    kept: float = 4  # below the 5 s after which common application servers hang up
    drain: float = 30
    linger: float = 2


class Connections(msgspec.Struct, frozen=True, kw_only=True):
    """How many at once, in all workers together (`total`) and for one client in each worker;
    trusted peers count in the total alone. `kept` are idle ones to each website."""

    total: int = 4096
    per_client: int = 128
    kept: int = 32
    backlog: int = 1024


class Tls(msgspec.Struct, frozen=True, kw_only=True):
    """Certificate chain and key in PEM. With `client_ca`, clients must show a certificate that it
    signed. TLS 1.2 and later."""

    certificate: Path
    key: Path
    client_ca: Path | None = None


ClientFrom = Literal["peer", "x-forwarded-for", "forwarded", "proxy-protocol"]


class ProxySettings(msgspec.Struct, frozen=True, kw_only=True):
    """`upstreams`: the first that fits is taken. `trusted`: networks ("10.0.0.0/8") of the proxies
    in front; from them alone, the client's address is taken from where `client_from` says, and
    X-Forwarded-*, Forwarded and X-Real-IP are passed on. `upgrades`: protocols that a connection
    may turn to; once it has, nothing is judged. `plain_responses`: websites are asked for responses
    without compression, so that rules can read them. `fail_open`: what a broken guard does not
    judge is let through (with an alarm), else refused with 503. `via`: what the Via field calls
    this proxy, if it shall say so."""

    upstreams: tuple[Upstream, ...]
    host: str = "127.0.0.1"
    port: int = 8080
    tls: Tls | None = None
    trusted: tuple[str, ...] = ()
    client_from: ClientFrom = "peer"
    limits: Limits = Limits()
    timeouts: Timeouts = Timeouts()
    connections: Connections = Connections()
    upgrades: tuple[str, ...] = ("websocket",)
    plain_responses: bool = False
    fail_open: bool = True
    workers: int = 1
    access_log: Path | None = None
    access_log_form: Literal["combined", "json"] = "combined"
    via: str = ""
