"""Memory that is not needed any more goes back to the system.

A process of many threads that parses, merges and searches leaves freed memory in each thread's
arena of the C library; a watch that runs for months would hold the most it ever needed.
"""

from __future__ import annotations

import ctypes
import sys
from functools import lru_cache
from typing import Final

_M_ARENA_MAX: Final = -8
ARENAS: Final = 2
"""Of the C library, where the default is eight for each processor."""


def few_arenas() -> None:
    """Let threads share arenas; call before there are any. Does nothing but with glibc."""
    library = _glibc()
    if library is not None:
        library.mallopt(_M_ARENA_MAX, ARENAS)


def give_back() -> None:
    """Return what is free."""
    pyarrow = sys.modules.get("pyarrow")
    if pyarrow is not None:
        pyarrow.default_memory_pool().release_unused()
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


@lru_cache(maxsize=1)
def _glibc() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(None)
        library.gnu_get_libc_version  # noqa: B018  another library has none
    except (OSError, AttributeError, TypeError):
        return None
    library.malloc_trim.argtypes = [ctypes.c_size_t]
    return library
