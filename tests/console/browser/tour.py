"""The walk of docs/tutorial/console.md: a responder before the firm in which much has happened."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from console.browser.chromium import Watched, chromium, opened
from console.serving import Served
from vedette.console.screens.tryit.examples import MESSAGE
from vedette.engine.assemble import make_mappings
from vedette.engine.rules_at_work import AtWork
from vedette.sigma.detection import Detection
from vedette.sigma.load import load_rules

if TYPE_CHECKING:
    from playwright.sync_api import ViewportSize

RULES: Final = Path(__file__).resolve().parents[3] / "content" / "rules"
SIZE: Final[ViewportSize] = {"width": 1280, "height": 780}

Keep = Callable[[str, Watched], None]
"""Told at each stop of its name."""


def bundled_rules(halden: Served) -> None:
    """The rules that come with Vedette in the place of the tests', their samples tried."""
    mappings = make_mappings([])
    detection = Detection(load_rules([RULES]), mappings)
    place = halden.firm.place
    place.rules.take(AtWork(detection.rules, mappings, (RULES,), place.now(), detection))
    with halden.client("admin") as client:
        while not client.get("/api/v1/rules").raise_for_status().json()["tried"]:
            time.sleep(0.5)


def walk(halden: Served, keep: Keep) -> None:
    """From stop to stop."""
    with chromium() as browser, opened(browser, halden, "responder", "kim") as seat:
        seat.page.set_viewport_size(SIZE)
        seat.go("/")
        seat.page.locator("#live-state[data-state=live]").wait_for()
        keep("now", seat)
        seat.page.locator("[data-part=incidents] a").first.click()
        seat.page.wait_for_load_state("load")
        keep("incident", seat)
        seat.page.locator("#names").scroll_into_view_if_needed()
        keep("graph", seat)
        seat.go("/actions")
        keep("actions", seat)
        seat.go("/rules/attack")
        keep("attack", seat)
        seat.go("/try")
        seat.page.locator("#text").fill(MESSAGE)
        seat.page.get_by_role("button", name="Try").click()
        seat.page.locator("#said").scroll_into_view_if_needed()
        keep("try", seat)
