"""Which files a path stands for."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from vedette.model.problem import Problem

STDIN: Final = "-"
_NOT_CONTENT: Final = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
MAX_DEPTH: Final = 64

EMPTY: Final = "the folder holds no file"
"""What is said of a folder that was named: no error, but seldom what was meant."""


def is_bookkeeping(name: str) -> bool:
    """True for what operating systems put beside files: resource forks, thumbnails, ..."""
    parts = name.replace("\\", "/").rstrip("/").split("/")
    return parts[-1].startswith("._") or any(part in _NOT_CONTENT for part in parts)


def _no_whole(_: Path) -> bool:
    return False


def files_under(path: str, whole: Callable[[Path], bool] = _no_whole) -> Iterator[str | Problem]:
    """The file itself, or the files of a folder and its subfolders, in sorted order. A subfolder
    that is a `whole` comes itself, in place of its files.

    Hidden subfolders and links to folders are not entered, and special files of a folder not
    opened: each is a Problem. A special file that was named itself (a named pipe) is read.
    """
    if path == STDIN:
        yield path
        return
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError) as error:
        yield _no_access(path, error)
        return
    if stat.S_ISDIR(mode):
        empty = True
        for item in _folder(Path(path), 0, whole):
            empty = False
            yield item
        if empty:
            yield Problem(path, EMPTY, "check that it is the right one")
    else:
        yield path


def total_bytes(paths: Iterable[str]) -> int | None:
    """The bytes on disk that reading these paths will take; None where a pipe is among them."""
    total = 0
    for path in paths:
        for item in files_under(path):
            if item == STDIN:
                return None
            if isinstance(item, Problem):
                continue
            size = size_on_disk(item)
            if size is None:
                return None
            total += size
    return total


def size_on_disk(path: str) -> int | None:
    """The bytes of a regular file; 0 for one that can't be read, None for a pipe."""
    if path == STDIN:
        return None
    try:
        status = Path(path).stat()
    except (OSError, ValueError):
        return 0  # opening it reports it
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _folder(folder: Path, depth: int, whole: Callable[[Path], bool]) -> Iterator[str | Problem]:
    if depth > MAX_DEPTH:
        yield Problem(str(folder), f"more than {MAX_DEPTH} folders deep, not entered")
        return
    try:
        children = sorted(folder.iterdir())
    except OSError as error:
        yield _no_access(str(folder), error)
        return
    for child in children:
        if is_bookkeeping(child.name):
            continue
        try:
            mode = child.stat().st_mode
        except OSError as error:
            yield _no_access(str(child), error)
            continue
        if stat.S_ISREG(mode):
            yield str(child)
        elif not stat.S_ISDIR(mode):
            yield Problem(str(child), "a special file, not read", "name it to read it")
        elif child.is_symlink():
            yield Problem(str(child), "a link to a folder, not followed", "name it to read it")
        elif whole(child):
            yield str(child)
        elif child.name.startswith("."):
            yield Problem(str(child), "a hidden folder, not entered", "name it to read it")
        else:
            yield from _folder(child, depth + 1, whole)


def _no_access(path: str, error: OSError | ValueError) -> Problem:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return Problem(path, f"can't be read ({reason})", "check the path and its permissions")
