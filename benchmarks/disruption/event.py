"""One event of the synthetic week: what a source writes, and, beside it, whose it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
START: Final = 1_793_577_600 * SECOND
"""Monday, 2 November 2026, 00:00 UTC."""


class Event(NamedTuple):
    """`time` in microseconds; `source` names the log that it stands in, `raw` is what stands there.

    The rest is never shown to the system. `keys` say what can stop the event (`kind:value`, with
    `path` for a website's), `who` is the benign principal whose work it is ("" for attackers and
    for the Internet's noise), `label` is "" for everyday life, `trap:...` for what looks like an
    attack and is none, `campaign/step` for an attack.
    """

    time: int
    source: str
    raw: bytes
    keys: tuple[str, ...] = ()
    path: str = ""
    who: str = ""
    label: str = ""


Made = Callable[[int], list[Event]]
"""The events of something that happens at a time."""
