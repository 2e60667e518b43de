"""Examined messages on their way to the engine: what they are called there."""

from __future__ import annotations

from typing import Final

from vedette.model.logsource import Logsource
from vedette.sources.live.clock import Clock
from vedette.sources.live.feed import Feed

FORMAT: Final = "lure"
LOGSOURCE: Final = Logsource("vedette", None, "lure")


def lure_feed(source: str, clock: Clock) -> Feed:
    """The feed of a source of mail."""
    return Feed(source, clock, format=FORMAT, logsource=LOGSOURCE)
