"""The pictures of docs/tutorial/console.md, taken of the firm that the tests look at.

    python scripts/console_pictures.py

The firm, its incident and its clock are always the same: a picture changes where the console did.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from console.browser.chromium import Watched  # noqa: E402
from console.browser.tour import bundled_rules, walk  # noqa: E402
from console.serving import fill, served  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"


def main() -> int:
    """Take them all."""
    with (
        tempfile.TemporaryDirectory(prefix="vedette-pictures-") as folder,
        served(Path(folder)) as halden,
    ):
        fill(halden.firm, Path(folder))
        bundled_rules(halden)
        halden.firm.person("responder", "kim")
        walk(halden, keep)
    return 0


def keep(name: str, seat: Watched) -> None:
    """Write one."""
    path = PICTURES / f"console-{name}.png"
    seat.page.screenshot(path=path)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    sys.exit(main())
