"""Decision services in a thread of their own, and the snippets of the guides."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from shield.proxy.marking import MarkingGuard
from shield.proxy.origin import Origin
from vedette.shield.decision.service import DecisionSettings, service
from vedette.shield.decision.spoe.agent import SpoeSettings
from vedette.shield.decision.spoe.serving import SpoeService
from vedette.shield.proxy import Listeners, Proxy, Refusal
from vedette.shield.proxy.serving import event_loop

T = TypeVar("T")
_GUIDES = Path(__file__).resolve().parents[3] / "docs" / "how-to"


def snippet(guide: str, kind: str) -> str:
    """The first block of this kind in a guide."""
    text = (_GUIDES / guide).read_text("utf-8")
    found = re.search(rf"```{kind}\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


class Deciding:
    """A website and a decision service."""

    def __init__(self, guard: MarkingGuard) -> None:
        self.loop = event_loop()()
        self.guard = guard
        self.origin = Origin()
        self.alarms: list[str] = []
        self.refusals: list[Refusal] = []
        self.port = 0

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)


@contextmanager
def deciding(
    settings: DecisionSettings | SpoeSettings, guard: MarkingGuard | None = None
) -> Iterator[Deciding]:
    """Both started."""
    made = Deciding(guard or MarkingGuard())
    thread = threading.Thread(target=made.loop.run_forever)
    thread.start()
    stop: Coroutine[Any, Any, None] | None = None

    def now() -> int:
        return time.time_ns() // 1000

    try:
        made.run(made.origin.start())
        if isinstance(settings, SpoeSettings):
            spoe = SpoeService(settings, made.guard, made.alarms.append, now)
            made.run(spoe.start())
            made.port, stop = spoe.port, spoe.stop()
        else:
            chosen, handle = service(settings)
            listeners = Listeners(now, made.alarms.append, made.refusals.append)
            proxy = Proxy(chosen, made.guard, listeners, handle)
            made.run(proxy.start())
            made.port, stop = proxy.port, proxy.drain()
        yield made
    finally:
        if stop is not None:
            made.run(stop)
        made.run(made.origin.stop())
        made.loop.call_soon_threadsafe(made.loop.stop)
        thread.join()
        made.loop.close()
