"""Draw docs/picture.svg from what `vedette scan` prints about the bundled recording.

Usage: python scripts/picture.py
"""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

REPOSITORY = Path(__file__).resolve().parent.parent
RECORDING = "content/recordings/recruiter-lure/workstations.ndjson.gz"
COLUMNS = 104
FINDINGS = 7
"""As many as fit on a first screen."""

# rich's own template fetches a font from the network; every reader has a monospaced one
SVG = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, monospace; \
font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def printed(arguments: list[str]) -> str:
    """What a command prints on a terminal, escape sequences and all."""
    master, slave = pty.openpty()
    environment = os.environ | {
        "COLUMNS": str(COLUMNS), "TERM": "xterm-256color", "COLORTERM": "truecolor"
    }  # fmt: skip
    command = [str(Path(sys.executable).parent / "vedette"), *arguments]
    pieces = []
    with subprocess.Popen(
        command, stdout=slave, stderr=subprocess.DEVNULL, env=environment, cwd=REPOSITORY
    ):
        os.close(slave)
        while True:
            try:
                piece = os.read(master, 65536)
            except OSError:  # how Linux tells that the other end was closed
                break
            if not piece:
                break
            pieces.append(piece)
    os.close(master)
    return b"".join(pieces).decode().replace("\r\n", "\n")


def main() -> int:
    """Run the scan and draw it."""
    arguments = ["scan", "--no-installed", "--min-level", "high", RECORDING]
    lines = printed(arguments).split("\n")
    shown = [f"$ vedette scan --min-level high {Path(RECORDING).name}", *lines[: 3 * FINDINGS], "…"]
    with Path(os.devnull).open("w") as nowhere:
        console = Console(width=COLUMNS, record=True, file=nowhere, force_terminal=True)
        console.print(Text.from_ansi("\n".join(shown + lines[-2:-1])), no_wrap=True)
        svg = console.export_svg(title="vedette", code_format=SVG, unique_id="vedette")
    (REPOSITORY / "docs" / "picture.svg").write_text(svg)
    return 0


if __name__ == "__main__":
    sys.exit(main())
