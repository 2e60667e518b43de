"""How long pages and operations take, one after the other, as the admin."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import partial

import httpx

from benchmarks.console.serve import Console
from benchmarks.measure import quantile, say
from console.wandering import PAGES, addresses
from vedette.console.screens import table
from vedette.console.table import API

TIMES = 40
BAR = 150.0
"""Milliseconds at p95."""
LONG = frozenset({"search", "search.who"})
"""Their time is that of looking through stored events; they say how far they came."""


def run(console: Console, times: int = TIMES) -> dict[str, list[str]]:
    """Print all figures; gives the addresses that were found, by the names of views."""
    with console.client() as client:
        places = addresses(lambda path: client.get(path).text)
        missing = [view.name for view in PAGES if view.name not in places]
        say("pages that no link leads to on this data", ", ".join(missing) or "none")
        taken: dict[str, list[float]] = {}
        for name, found in places.items():
            taken[f"page {name}"] = _timed(partial(client.get, found[0]), times)
        for view in table().views:
            path = _operation(view.name, view.path, places)
            if view.api and path is not None:
                taken[f"API {view.name}"] = _timed(partial(client.get, path), times)
        csrf = _csrf(client)
        for name, path, body in _writes(places):
            headers = {"x-csrf-token": csrf, "origin": console.base}
            write = partial(client.post, API + path, json=body, headers=headers)
            taken[f"API {name}"] = _timed(write, times)
    for name, each in taken.items():
        late = "" if quantile(each, 0.95) < BAR else "   over the bar"
        say(name, f"p50 {quantile(each, 0.5):7.1f} ms   p95 {quantile(each, 0.95):7.1f} ms{late}")
    bound = {name: each for name, each in taken.items() if name.split(" ")[1] not in LONG}
    worst = max(bound, key=lambda name: quantile(bound[name], 0.95))
    over = [name for name, each in bound.items() if quantile(each, 0.95) >= BAR]
    say("the slowest, p95", f"{worst}: {quantile(bound[worst], 0.95):.1f} ms")
    say(
        f"pages and operations under {BAR:.0f} ms at p95",
        f"{len(bound) - len(over)} of {len(bound)}",
    )
    return places


def _timed(ask: Callable[[], httpx.Response], times: int) -> list[float]:
    """Milliseconds, without the first."""
    taken = []
    for number in range(times + 1):
        begin = time.perf_counter()
        told = ask()
        if number:
            taken.append((time.perf_counter() - begin) * 1e3)
        if told.status_code >= 400:
            raise RuntimeError(f"{told.request.url}: {told.status_code} {told.text[:300]}")
    return taken


def _operation(name: str, path: str, places: dict[str, list[str]]) -> str | None:
    """The address of an operation: that of its page, or of what its page names."""
    if name in places and name != "now":
        return API + places[name][0]
    if "{" not in path:
        return f"{API}{path}?q=tool-1&since=-24h" if path == "/search/events" else API + path
    near = {"ledger.prove": "ledger.read", "search.raw": "search.event"}.get(name)
    if near is None or near not in places:
        return None
    before, _, query = places[near][0].partition("?")
    last = path.rpartition("/")[2]
    return f"{API}{before}/{last}" + (f"?{query}" if query else "")


def _csrf(client: httpx.Client) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/settings/about").text)
    assert found is not None
    return found[1]


def _writes(places: dict[str, list[str]]) -> list[tuple[str, str, dict[str, object]]]:
    """Some of what people ask for, each in the ledger before it is answered."""
    incident = places["incidents.one"][0]
    return [
        ("incidents.note", f"{incident}/notes", {"words": "a note of the bench"}),
        ("incidents.judge", f"{incident}/verdict", {"verdict": "true", "words": "of the bench"}),
        ("search.save", "/search/saved", {"name": "bench", "query": "q=x"}),
        ("now.seen", "/now/seen", {}),
        ("tryit.line", "/try/line", {"text": '{"EventID": 1, "CommandLine": "p -enc AAAA"}'}),
    ]
