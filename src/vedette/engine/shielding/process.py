"""A process that makes one shadow report: `python -m vedette.engine.shielding.process`.

It reads an `Order` as JSON from standard input and writes a `Made` to standard output. A process
of its own, for it computes for seconds and may need some hundred megabytes, beside a watch whose
pages and detection must not wait.
"""

from __future__ import annotations

import os
import sys
from typing import Final

import msgspec

from vedette.engine.shielding.report import Report, report
from vedette.engine.shielding.shield import Shield
from vedette.model.errors import VedetteError

NICE: Final = 10
"""Others on this machine come first."""


class Order(msgspec.Struct, frozen=True):
    """Which report. Times are in microseconds since the epoch."""

    shield: Shield
    since: int
    now: int


class Made(msgspec.Struct, frozen=True):
    """The report, or why there is none."""

    report: Report | None = None
    fault: str = ""


def made(order: Order) -> Made:
    """Make it."""
    try:
        return Made(report(order.shield, order.since, order.now))
    except (VedetteError, OSError) as error:
        return Made(fault=str(error))


def main() -> int:
    os.nice(NICE)
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    sys.stdout.buffer.write(msgspec.json.encode(made(order)))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
