"""Calls into the kernel that Python has no function for."""

from __future__ import annotations

import ctypes
import os
from functools import cache

from vedette.model.errors import VedetteError


class Unavailable(VedetteError, OSError):
    """This kernel or this processor does not offer a measure; the message says which part."""


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def prctl(option: int, *arguments: int) -> None:
    """prctl(2). Raises Unavailable."""
    values = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]
    if _library().prctl(option, *values) != 0:
        raise Unavailable(f"prctl {option}: {os.strerror(ctypes.get_errno())}")


def syscall(number: int, *arguments: object) -> int:
    """syscall(2): integers are passed as C longs, everything else by reference.

    Raises Unavailable where the kernel refuses.
    """
    values = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    result: int = _library().syscall(ctypes.c_long(number), *values)
    if result < 0:
        raise Unavailable(f"system call {number}: {os.strerror(ctypes.get_errno())}")
    return result
