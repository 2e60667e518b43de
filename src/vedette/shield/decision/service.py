"""The decision services, ready to run."""

from __future__ import annotations

from typing import Literal

import msgspec

from vedette.shield.client import Naming
from vedette.shield.decision.asked import answering
from vedette.shield.decision.original import from_envoy, from_nginx
from vedette.shield.proxy.http.limits import Limits
from vedette.shield.proxy.session import Handle
from vedette.shield.proxy.settings import Connections, ProxySettings, Timeouts


class DecisionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`asker` is the proxy in front, whose addresses are `trusted`. `prefix` is Envoy's
    `path_prefix`. It asks from few addresses with many connections, so only their total is
    limited. Listen where nobody but the proxy can reach: whoever asks is answered."""

    asker: Literal["nginx", "envoy"]
    host: str = "127.0.0.1"
    port: int = 8090
    prefix: str = "/check"
    trusted: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    client_from: Naming = "x-forwarded-for"
    limits: Limits = Limits(head=64 * 1024, target=32 * 1024, headers=200, body=1024 * 1024)
    timeouts: Timeouts = Timeouts(idle=300)
    connections: int = 4096
    fail_open: bool = True
    workers: int = 1


def service(settings: DecisionSettings) -> tuple[ProxySettings, Handle]:
    """What `vedette.shield.proxy.serve` and `Proxy` need to answer questions instead of passing
    requests on."""
    served = ProxySettings(
        upstreams=(),
        host=settings.host,
        port=settings.port,
        trusted=settings.trusted,
        client_from=settings.client_from,
        limits=settings.limits,
        timeouts=settings.timeouts,
        connections=Connections(total=settings.connections, per_client=settings.connections),
        fail_open=settings.fail_open,
        workers=settings.workers,
    )
    if settings.asker == "nginx":
        return served, answering(from_nginx, only_denies=True)
    return served, answering(from_envoy(settings.prefix.encode("ascii")), only_denies=False)
