"""The tutorial's walk can be walked, and its pictures are of what is there."""

from __future__ import annotations

import re
from pathlib import Path

from console.browser.chromium import Watched
from console.browser.tour import bundled_rules, walk
from console.serving import fill, served

TUTORIAL = Path(__file__).resolve().parents[3] / "docs" / "tutorial" / "console.md"


def test_the_walk_of_the_tutorial(tmp_path: Path) -> None:
    stops: list[str] = []

    def keep(name: str, seat: Watched) -> None:
        assert seat.complaints() == []
        seat.picture(f"tutorial-{name}")
        stops.append(name)

    with served(tmp_path) as halden:
        fill(halden.firm, tmp_path)
        bundled_rules(halden)
        halden.firm.person("responder", "kim")
        walk(halden, keep)
    shown = re.findall(r"pictures/console-(\w+)\.png", TUTORIAL.read_text())
    assert stops == shown
