"""Bytes that are on the disk when a call returns."""

from __future__ import annotations

import os
from pathlib import Path


def write_all(descriptor: int, data: bytes, offset: int) -> None:
    """Write at an offset, however many calls the kernel needs."""
    view = memoryview(data)
    while view:
        done = os.pwrite(descriptor, view, offset)
        offset += done
        view = view[done:]


def write_new(path: Path, data: bytes) -> None:
    """Write a file, mode 0600, that is whole or not there whenever the machine stops."""
    made = path.with_name(path.name + ".tmp")
    made.unlink(missing_ok=True)
    try:
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            write_all(descriptor, data, 0)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        made.replace(path)
    except OSError:
        made.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
