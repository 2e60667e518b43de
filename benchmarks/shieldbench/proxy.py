"""Vedette's reverse proxy with the real rules, beside nginx with ModSecurity; and what a visit to
the guard adds in process."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from benchmarks.measure import quantile, say
from benchmarks.recruitbench.peer import UnavailableError
from benchmarks.recruitbench.shares import table
from benchmarks.recruitbench.spread import spread
from benchmarks.shieldbench.bars import Bars
from benchmarks.shieldbench.kinds import KINDS, Made
from benchmarks.shieldbench.loader import KINDS as LOADED
from benchmarks.shieldbench.loader import Load, load
from benchmarks.shieldbench.material import Material
from benchmarks.shieldbench.servers import nginx_proxy, our_proxy, website
from vedette.seclang.request import Response
from vedette.shield.guard.guard import ShieldGuard
from vedette.shield.guard.outlet import Nowhere
from vedette.shield.policy.ready import Ready, make_ready
from vedette.shield.policy.settings import Place, Policy, Site

VISITS = 4_000
ANSWER = Response(200, ((b"Content-Type", b"text/plain"), (b"Content-Length", b"27")))
PAGE = b"twenty-seven bytes of page\n"


def run(used: Material, loaded: Mapping[str, str] = LOADED) -> None:
    """Print all figures and draw them."""
    used.cache.mkdir(parents=True, exist_ok=True)
    policy = _enforced(used.policy(1))
    _in_process(used, make_ready(policy, used.cache))
    try:
        _loaded(used, policy, loaded)
    except UnavailableError as why:
        say("proxies left out", str(why))


def _enforced(policy: Policy) -> Policy:
    site = Site(name="bench", places=(Place(paranoia=1, mode="enforce"),))
    return msgspec.structs.replace(policy, sites=(site,))


def _in_process(used: Material, ready: Ready) -> None:
    guard = ShieldGuard(ready, Nowhere(), now=lambda: time.time_ns() // 1000)
    rng = random.Random("shieldbench/latency")
    harmless = [visit for _, visit in used.visits if visit.half == "judge"]
    groups: dict[str, Sequence[Made]] = {
        "the four kinds below, in turn": [
            KINDS[name](rng) for _ in range(used.count(VISITS // 4)) for name in LOADED
        ],
        "harmless traffic of the bench": [
            (visit.request, visit.body) for visit in spread(harmless, used.count(VISITS))
        ],
    }
    for name in LOADED:
        for _ in range(used.count(40)):
            _visited(guard, KINDS[name](rng))
    print("Added in process by a visit to the guard, request and response, ms")
    rows = []
    for name, entries in groups.items():
        taken = [_visited(guard, made) for made in entries]
        rows.append((name, len(entries), *_shown([t[0] for t in taken]), *_shown(
            [t[1] for t in taken])))  # fmt: skip
    table(("requests", "", "wall p50", "p99", "CPU p50", "p99"), rows)


def _visited(guard: ShieldGuard, made: Made) -> tuple[float, float]:
    """Milliseconds of wall and CPU."""
    wall, cpu = time.perf_counter(), time.thread_time()
    visit = guard.visit(made[0])
    stop = visit.headers() or visit.body(made[1], cut=False) or visit.response(ANSWER)
    if stop is None and visit.response_wanted():
        visit.response_body(PAGE, cut=False)
    visit.end()
    return (time.perf_counter() - wall) * 1e3, (time.thread_time() - cpu) * 1e3


def _shown(taken: Sequence[float]) -> tuple[str, str]:
    return f"{quantile(taken, 0.5):.2f}", f"{quantile(taken, 0.99):.2f}"


def _loaded(used: Material, policy: Policy, loaded: Mapping[str, str]) -> None:
    root = used.folder / "proxies"
    root.mkdir(parents=True, exist_ok=True)
    rows: list[Sequence[object]] = []
    bars = Bars("Requests a second of one core, through the proxy", "rules: CRS, level 1")
    with (
        website(root) as origin,
        our_proxy(origin, policy, used.cache) as ours,
        nginx_proxy(root, origin, used.stock(1)) as peer,
        nginx_proxy(root, origin) as plain,
    ):
        for name, kind in loaded.items():
            for place in (ours, peer, plain):
                _load(root, kind, place, 1)
            made = {
                "Vedette": _load(root, kind, ours, used.seconds),
                "nginx + ModSecurity": _load(root, kind, peer, used.seconds),
                "nginx alone": _load(root, kind, plain, used.seconds),
            }
            base = made["nginx + ModSecurity"]
            for server, found in made.items():
                rows.append(
                    (name, server, f"{found.rate:,.0f}", f"{found.cost:.0f}",
                     f"{1e6 / found.cost:,.0f}", f"{base.cost / found.cost:.1f}",
                     f"{found.p50:.2f}", f"{found.p99:.2f}")
                )  # fmt: skip
                if server != "nginx alone":
                    bars.add(name, server, 1e6 / found.cost)
    print("\nThrough the proxy, one core each, 27 bytes of page behind it")
    table(("request", "proxy", "requests/s", "CPU us", "per CPU s", "times nginx + ModSecurity",
           "p50 ms", "p99 ms"), rows)  # fmt: skip
    path = used.pictures / "shield-proxy.svg"
    bars.write(path)
    say("picture", path.name)


def _load(root: Path, kind: str, place: tuple[int, int], seconds: int) -> Load:
    port, pid = place
    return load(root, kind, port, seconds, pid)
