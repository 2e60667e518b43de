"""A reverse proxy that has every request judged: HTTP/1.1, strict about what a request is."""

from __future__ import annotations

from vedette.shield.proxy.context import Listeners, Refusal
from vedette.shield.proxy.http.limits import Limits
from vedette.shield.proxy.proxy import Proxy
from vedette.shield.proxy.serving import serve
from vedette.shield.proxy.settings import Connections, ProxySettings, Timeouts, Tls, Upstream

__all__ = [
    "Connections", "Limits", "Listeners", "Proxy", "ProxySettings", "Refusal", "Timeouts", "Tls",
    "Upstream", "serve",
]  # fmt: skip
