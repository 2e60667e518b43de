"""Landlock: files can be read below a few folders, and nothing can be written anywhere.

Source: Documentation/userspace-api/landlock.rst of the Linux kernel.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from pathlib import Path

from vedette.lure.attachment.sandbox.kernel import Unavailable, syscall

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same on every processor
_VERSION = 1
_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
"""File system rights known to a version of the interface; 16 from version 5 on."""
_NETWORK = 0b11  # bind and connect TCP, from version 4 on
_SCOPES = 0b11  # abstract sockets and signals to processes outside, from version 6 on


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def restrict(readable: Sequence[Path]) -> None:
    """Restrict this thread and what it starts. Raises Unavailable where the kernel has no
    Landlock."""
    version = syscall(_CREATE, 0, 0, _VERSION)
    rights = (1 << _RIGHTS.get(version, 16)) - 1
    ruleset = _Ruleset(rights, _NETWORK if version >= 4 else 0, _SCOPES if version >= 6 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    descriptor = syscall(_CREATE, ctypes.byref(ruleset), size, 0)
    try:
        for path in readable:
            if path.is_dir():
                _allow(descriptor, path)
        syscall(_RESTRICT, descriptor, 0)
    finally:
        os.close(descriptor)


def _allow(ruleset: int, path: Path) -> None:
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError as error:
        raise Unavailable(f"{path}: {error.strerror}") from error
    try:
        rule = _Beneath(_READ_FILE | _READ_DIR, folder)
        syscall(_ADD, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(folder)
