"""The guard asked by one task at a time, in the loop's thread or beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

Args = ParamSpec("Args")
Answer = TypeVar("Answer")


class Asking:
    """Calls that judge. A guard is used from one thread at a time: without threads the loop's own
    thread sees to that; with them, a lock does, and it stays held until the thread is done even
    where the task that waits for it is cancelled."""

    def __init__(self, thread_over: int) -> None:
        self._over = thread_over
        self._lock = asyncio.Lock() if thread_over > 0 else None

    async def __call__(
        self, size: int, call: Callable[Args, Answer], *args: Args.args, **kwargs: Args.kwargs
    ) -> Answer:
        """The call's answer; `size` is the number of bytes that it judges."""
        if self._lock is None:
            return call(*args, **kwargs)
        async with self._lock:
            if size <= self._over:
                return call(*args, **kwargs)
            return await _in_thread(lambda: call(*args, **kwargs))


async def _in_thread(call: Callable[[], Answer]) -> Answer:
    future = asyncio.get_running_loop().run_in_executor(None, call)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        while not future.done():
            try:
                await asyncio.wait((future,))
            except asyncio.CancelledError:
                continue  # the first one is raised below, once the guard is free
        raise
