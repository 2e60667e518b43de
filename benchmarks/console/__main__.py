"""`python -m benchmarks.console`: pages, operations, painting, live viewers. `--write` puts the
figures into docs/reference/console-bench.md."""

from __future__ import annotations

import argparse
import socket
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.__main__ import where
from benchmarks.console import answers, live, painting
from benchmarks.console.firm import Firm, write_config, write_firm
from benchmarks.console.serve import serving
from benchmarks.corpus import REPOSITORY
from benchmarks.measure import say
from benchmarks.recruitbench.page import heard, write_figures

PAGE = REPOSITORY / "docs" / "reference" / "console-bench.md"
FINDINGS = 100_000
INCIDENTS = 1_000
EVENTS = 200_000


def main() -> int:
    """Run it all."""
    parser = argparse.ArgumentParser(prog="benchmarks.console", description=__doc__)
    parser.add_argument("--findings", type=int, default=FINDINGS)
    parser.add_argument("--incidents", type=int, default=INCIDENTS)
    parser.add_argument("--events", type=int, default=EVENTS, help="stored before")
    parser.add_argument("--times", type=int, default=answers.TIMES, help="of each page")
    parser.add_argument("--viewers", type=int, default=live.VIEWERS)
    parser.add_argument("--rate", type=int, default=live.RATE, help="events a second")
    parser.add_argument("--seconds", type=float, default=live.SECONDS)
    parser.add_argument("--only", choices=("pages", "live"), help="leave the other part out")
    parser.add_argument("--keep", type=Path, help="make the data here and use it again")
    parser.add_argument("--write", action="store_true", help=f"put the figures into {PAGE.name}")
    given = parser.parse_args()
    figures = {}
    with tempfile.TemporaryDirectory(prefix="vedette-bench-") as made:
        folder = Path(given.keep or made) / "firm"
        firm = Firm(folder, free_port(), free_port())
        with heard() as made_said:
            print(where(), flush=True)
            _data(firm, given.findings, given.incidents, given.events)
        with serving(firm) as console:
            if given.only != "live":
                with heard() as said:
                    say("from start to the address on the terminal", f"{console.started:.1f} s")
                    places = answers.run(console, given.times)
                    painting.run(console, places)
                    say("memory of the process", f"{console.memory('VmRSS'):.0f} MB")
                figures["pages"] = made_said.getvalue() + said.getvalue()
            if given.only != "pages":
                with heard() as said:
                    print(where(), flush=True)
                    live.run(firm, console, given.viewers, given.rate, given.seconds)
                figures["live"] = said.getvalue()
    if given.write:
        write_figures(PAGE, figures, PAGE)
    return 0


def _data(firm: Firm, findings: int, incidents: int, events: int) -> None:
    """Make it where it is not there yet; forget who signed in before."""
    begin = time.monotonic()
    if not firm.config.exists():
        firm.folder.mkdir(parents=True)
        write_firm(firm, findings, incidents, events)
    else:
        write_config(firm)
        for old in (firm.folder / "data").glob("access.db*"):
            old.unlink()
    say("findings, incidents, events stored before", f"{findings:,}, {incidents:,}, {events:,}")
    say("made in", f"{time.monotonic() - begin:.0f} s")


def free_port() -> int:
    """A port of loopback that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
