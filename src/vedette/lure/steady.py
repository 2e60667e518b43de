"""What a process that judges mail for long asks of its own memory."""

from __future__ import annotations

import ctypes
import gc
from typing import Final

YOUNG: Final = 20_000
"""New containers before Python looks for cycles: more than judging one message makes, of which
next to nothing outlives it. Without, each message is looked through a dozen times."""
KEPT: Final = 64 << 20
"""Bytes at most that stay with the process after they were freed: parsing HTML takes and gives
back the same megabyte for each message, and new pages cost as much as the parsing."""

_M_TRIM_THRESHOLD: Final = -1
_M_TOP_PAD: Final = -2
_M_MMAP_THRESHOLD: Final = -3
"""mallopt(3), of glibc."""


def steady() -> None:
    """Call once what is to be kept was loaded. Changes how fast the process is, nothing else."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return  # another library than glibc; its allocator does without
    mallopt(_M_TRIM_THRESHOLD, KEPT)
    mallopt(_M_MMAP_THRESHOLD, KEPT // 2)
    mallopt(_M_TOP_PAD, 1 << 20)
