"""When a page is first seen in a browser that has nothing of it yet."""

from __future__ import annotations

import shutil
from typing import Final
from urllib.parse import urlsplit

from benchmarks.console.serve import Console
from benchmarks.measure import say
from console.browser.chromium import FLAGS, PROGRAM

TIMES: Final = 3
BAR: Final = 1_000.0
"""Milliseconds."""
_PAINT: Final = """
() => new Promise((done) => {
  const told = (found) => found.length && done(found[0].startTime);
  told(performance.getEntriesByName("first-contentful-paint"));
  new PerformanceObserver((list) => told(list.getEntriesByName("first-contentful-paint")))
    .observe({ type: "paint", buffered: true });
})
"""


def run(console: Console, places: dict[str, list[str]], times: int = TIMES) -> None:
    """Print all figures; says so where there is no browser."""
    program = shutil.which(PROGRAM)
    if program is None:
        say("first contentful paint", f"left out: no {PROGRAM}")
        return
    from playwright.sync_api import sync_playwright

    name, value = console.cookie
    host = urlsplit(console.base).hostname
    assert host is not None
    taken: dict[str, float] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS])
        for page, found in places.items():
            each = []
            for _ in range(times):
                context = browser.new_context(viewport={"width": 1280, "height": 800})
                context.add_cookies([{"name": name, "value": value, "url": console.base}])
                seat = context.new_page()
                seat.goto(console.base + found[0])
                each.append(float(seat.evaluate(_PAINT)))
                context.close()
            taken[page] = sorted(each)[len(each) // 2]
        browser.close()
    worst = max(taken, key=lambda page: taken[page])
    say("first contentful paint, first page", f"{taken['now']:.0f} ms")
    say("first contentful paint, the slowest", f"{worst}: {taken[worst]:.0f} ms")
    under = sum(one < BAR for one in taken.values())
    say(f"pages painted in under {BAR:.0f} ms", f"{under} of {len(taken)}")
