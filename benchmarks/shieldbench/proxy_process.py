"""`python -m benchmarks.shieldbench.proxy_process`: Vedette's proxy with the real guard.

Standard input: JSON {"policy": ..., "cache": folder, "origin": port, "port": port}. Serves until
SIGTERM.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import msgspec

from vedette.shield.guard.guard import ShieldGuard
from vedette.shield.guard.outlet import Nowhere
from vedette.shield.policy.ready import make_ready
from vedette.shield.policy.settings import Policy
from vedette.shield.proxy import ProxySettings, Upstream, serve


class Asked(msgspec.Struct):
    policy: Policy
    cache: str
    origin: int
    port: int


def main() -> int:
    """Serve."""
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=Asked)
    ready = make_ready(asked.policy, Path(asked.cache))
    site = Upstream(url=f"http://127.0.0.1:{asked.origin}")
    settings = ProxySettings(upstreams=(site,), port=asked.port)
    serve(settings, ShieldGuard(ready, Nowhere(), now=lambda: time.time_ns() // 1000))
    return 0


if __name__ == "__main__":
    sys.exit(main())
