"""The pictures of docs/tutorial/console.md, taken of the firm that the tests look at.

    python scripts/console_pictures.py

The firm, its incident and its clock are always the same: a picture changes where the console did.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from console.browser.chromium import Watched, chromium, opened  # noqa: E402
from console.serving import Served, fill, served  # noqa: E402
from vedette.console.screens.tryit.examples import MESSAGE  # noqa: E402
from vedette.engine.assemble import make_mappings  # noqa: E402
from vedette.engine.rules_at_work import AtWork  # noqa: E402
from vedette.sigma.detection import Detection  # noqa: E402
from vedette.sigma.load import load_rules  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
SIZE = {"width": 1280, "height": 780}


def main() -> int:
    """Take them all."""
    with (
        tempfile.TemporaryDirectory(prefix="vedette-pictures-") as folder,
        served(Path(folder)) as halden,
    ):
        fill(halden.firm, Path(folder))
        bundled_rules(halden)
        halden.firm.person("responder", "kim")
        take(halden)
    return 0


def bundled_rules(halden: Served) -> None:
    """The rules that come with Vedette in the place of the tests', their samples tried."""
    path, mappings = ROOT / "content" / "rules", make_mappings([])
    detection = Detection(load_rules([path]), mappings)
    rules = AtWork(detection.rules, mappings, (path,), halden.firm.place.now(), detection)
    halden.firm.place.rules.take(rules)
    with halden.client("admin") as client:
        while not client.get("/api/v1/rules").raise_for_status().json()["tried"]:
            time.sleep(0.5)


def take(halden: Served) -> None:
    """Walk through the console as a responder and take a picture at each stop."""
    with chromium() as browser, opened(browser, halden, "responder", "kim") as seat:
        seat.page.set_viewport_size({"width": SIZE["width"], "height": SIZE["height"]})
        seat.go("/")
        seat.page.locator("#live-state[data-state=live]").wait_for()
        _keep(seat, "now")
        seat.page.locator("[data-part=incidents] a").first.click()
        seat.page.wait_for_load_state("load")
        _keep(seat, "incident")
        seat.page.locator("#names").scroll_into_view_if_needed()
        _keep(seat, "graph")
        seat.go("/actions")
        _keep(seat, "actions")
        seat.go("/rules/attack")
        _keep(seat, "attack")
        seat.go("/try")
        seat.page.locator("#text").fill(MESSAGE)
        seat.page.get_by_role("button", name="Try").click()
        seat.page.locator("#said").scroll_into_view_if_needed()
        _keep(seat, "try")


def _keep(seat: Watched, name: str) -> None:
    path = PICTURES / f"console-{name}.png"
    seat.page.screenshot(path=path)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    sys.exit(main())
