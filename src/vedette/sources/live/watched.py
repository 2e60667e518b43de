"""Which files a list of paths, folders and globs stands for right now."""

from __future__ import annotations

import fnmatch
import glob
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vedette.model.problem import Problem
from vedette.sources.live.tail_mark import shown


@dataclass(slots=True)
class Found:
    """Regular files by (device, inode), in order of path; one name for each."""

    files: dict[tuple[int, int], tuple[str, os.stat_result]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Watched:
    """What to follow. `exclude` holds globs of file names or of whole paths."""

    paths: Sequence[str]
    exclude: Sequence[str] = ()
    recursive: bool = False
    max_files: int = 10_000

    def find(self) -> Found:
        """Look at the disk. A path that is not there (yet) is no problem; one that can't be
        looked at is."""
        found = Found()
        for path in sorted(
            {path for pattern in self.paths for path in self._expand(pattern, found)}
        ):
            self._add(path, found)
            if len(found.files) >= self.max_files:
                found.problems.append(
                    Problem(
                        shown(self.paths[0]),
                        f"more than {self.max_files} files match; the others are not followed",
                        "name fewer or raise max_files",
                    )
                )
                break
        return found

    def _add(self, path: str, found: Found) -> None:
        try:
            # a Path costs twice what the call does, and this runs for each file on each look
            info = os.stat(path)  # noqa: PTH116
        except FileNotFoundError:
            return  # it went between listing and looking, or it is a link to nothing
        except OSError as error:
            what = f"can't be looked at ({error.strerror})"
            found.problems.append(Problem(shown(path), what, "check its mode and its folder's"))
            return
        if not stat.S_ISREG(info.st_mode):
            if path in self.paths and not stat.S_ISDIR(info.st_mode):
                what = "is not a regular file"
                found.problems.append(Problem(shown(path), what, "name a file or a folder"))
            return
        key = (info.st_dev, info.st_ino)
        known = found.files.get(key)
        # of a link and what it points to, the real name is kept: rotation changes links
        if known is None or Path(known[0]).is_symlink():
            found.files[key] = (path, info)

    def _expand(self, pattern: str, found: Found) -> Iterator[str]:
        if glob.has_magic(pattern) and not os.path.lexists(pattern):
            # pathlib's glob takes no absolute pattern
            for path in glob.iglob(pattern, recursive=True):  # noqa: PTH207
                if Path(path).is_dir():
                    if self.recursive:
                        yield from self._folder(path, found)
                elif not self._excluded(path):
                    yield path
        elif Path(pattern).is_dir():
            yield from self._folder(pattern, found)
        else:
            yield pattern

    def _folder(self, folder: str, found: Found) -> Iterator[str]:
        def refused(error: OSError) -> None:
            what = f"can't be listed ({error.strerror})"
            found.problems.append(Problem(shown(error.filename), what, "check its mode"))

        for here, folders, names in os.walk(folder, onerror=refused):
            if not self.recursive:
                folders.clear()
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                path = f"{here.rstrip('/')}/{name}"
                # hidden files are what copying tools write before they rename
                if not name.startswith(".") and not self._excluded(path):
                    yield path

    def _excluded(self, path: str) -> bool:
        name = path.rpartition("/")[2]
        return any(
            fnmatch.fnmatchcase(name, pattern) or fnmatch.fnmatchcase(path, pattern)
            for pattern in self.exclude
        )


def rotated_names(path: str) -> re.Pattern[str]:
    """The names that rotation gives to `path`: `app.log.1`, `app.log-20260131`, `app-20260131.log`
    for `app.log`; without the folder."""
    name = path.rpartition("/")[2]
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - a name, not a path
    return re.compile(
        rf"{re.escape(name)}[-_.][^/]+|{re.escape(stem)}[-_.]\d[-\d_.T]*{re.escape(suffix)}"
    )


def rotated(path: str, since: int) -> list[tuple[str, os.stat_result]]:
    """Files beside `path` that bear a name of rotation and were changed since `since` (ns), the
    oldest change first."""
    folder, made = path.rpartition("/")[0], rotated_names(path)
    found = []
    try:
        with os.scandir(folder or "/") as entries:
            for entry in entries:
                if made.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                    info = entry.stat(follow_symlinks=False)
                    if info.st_mtime_ns >= since:
                        found.append((entry.path, info))
    except OSError:
        return []  # the folder is gone, and with it whatever was there
    return sorted(found, key=lambda item: item[1].st_mtime_ns)


def find_inode(folder: str, dev: int, inode: int) -> str | None:
    """The path of the file with this identity in `folder`: where rotation has moved it."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.inode() == inode and entry.is_file(follow_symlinks=False):
                    info = entry.stat(follow_symlinks=False)
                    if info.st_dev == dev:
                        return entry.path
    except OSError:
        return None  # the folder itself is gone, or closed to us: the file can't be found
    return None
