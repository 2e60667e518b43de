"""Where rule files lie: files, folders, zips, SigmaHQ checkouts and packages.

In a SigmaHQ checkout (a folder or zip with `rules/` and a sibling that only SigmaHQ has) the rule
folders `rules*` are read; its tests, recordings and retired rules are not, unless they are given
themselves.
"""

from __future__ import annotations

import lzma
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from vedette.sigma.load.documents import MAX_BYTES

SUFFIXES: Final = (".yml", ".yaml")
MAX_FILES: Final = 100_000
DRL: Final = "DRL 1.1"
_DRL_NAME: Final = b"Detection Rule License"
_CHECKOUT_MARKS: Final = (
    "regression_data",
    "rules-emerging-threats",
    "rules-threat-hunting",
    "rules-placeholder",
    "rules-compliance",
    "deprecated",
    "unsupported",
)


UNREADABLE: Final = (
    OSError,
    EOFError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
)
"""What reading a file or a zip's member raises; RuntimeError says that it is encrypted."""


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One file to read. `read` gives its bytes, at most one over the limit; it raises one of
    UNREADABLE."""

    path: str
    licence: str
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Listing:
    """What was found under the given paths; `failed` are paths that can't be read, with why."""

    files: list[RuleFile]
    failed: list[tuple[str, str]]


def rule_files(paths: Iterable[Path], stack: ExitStack) -> Listing:
    """All rule files under `paths`, in the order given, folders sorted; a file that is reached
    twice is listed once. Zips stay open until `stack` closes."""
    listing = Listing([], [])
    licences: dict[Path, str] = {}
    seen: set[str] = set()
    for path in paths:
        try:
            found = _under(path, stack, licences, listing.failed)
        except UNREADABLE as error:
            listing.failed.append((str(path), str(getattr(error, "strerror", None) or error)))
            continue
        for file in found:
            real = os.path.realpath(file.path)
            if real not in seen:
                seen.add(real)
                listing.files.append(file)
        if len(listing.files) > MAX_FILES:
            del listing.files[MAX_FILES:]
            listing.failed.append((str(path), f"more than {MAX_FILES} files; the rest is not read"))
            break
    return listing


def _under(
    path: Path, stack: ExitStack, licences: dict[Path, str], failed: list[tuple[str, str]]
) -> list[RuleFile]:
    if path.is_dir():
        return [_file(found, licences) for found in _walk(path, failed)]
    with path.open("rb") as stream:
        archive = stream.read(4) == b"PK\x03\x04"
    if archive:
        return _zipped(path, stack)
    return [_file(path, licences)]


def _walk(top: Path, failed: list[tuple[str, str]]) -> list[Path]:
    found: list[Path] = []

    def note(error: OSError) -> None:
        failed.append((str(error.filename), str(error.strerror)))

    checkout = _is_checkout([entry.name for entry in top.iterdir() if entry.is_dir()])
    for folder, folders, names in os.walk(top, onerror=note):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if checkout and here == top:
            folders[:] = [name for name in folders if _is_rule_folder(name)]
            continue
        found.extend(
            here / name
            for name in sorted(names)
            if name.endswith(SUFFIXES) and not name.startswith(".")
        )
    return found


def _is_checkout(folders: Iterable[str]) -> bool:
    names = set(folders)
    return "rules" in names and not names.isdisjoint(_CHECKOUT_MARKS)


def _is_rule_folder(name: str) -> bool:
    return name == "rules" or name.startswith("rules-")


def _file(path: Path, licences: dict[Path, str]) -> RuleFile:
    def read() -> bytes:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)

    return RuleFile(str(path), _licence(path.absolute().parent, licences), read)


def _licence(folder: Path, known: dict[Path, str]) -> str:
    """The licence that holds for rules in `folder`: DRL 1.1 under a SigmaHQ LICENSE file. The
    nearest folder with a licence file decides."""
    found = known.get(folder)
    if found is None:
        own = sorted(folder.glob("LICENSE*"))
        if own:
            found = DRL if any(_names_drl(path) for path in own) else ""
        else:
            found = "" if folder.parent == folder else _licence(folder.parent, known)
        known[folder] = found
    return found


def _names_drl(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return _DRL_NAME in stream.read(1 << 16)
    except OSError:
        return False  # unreadable: nothing is claimed about the licence


def _zipped(path: Path, stack: ExitStack) -> list[RuleFile]:
    archive = stack.enter_context(zipfile.ZipFile(path))
    names = [info.filename for info in archive.infolist() if not info.is_dir()]
    top = _common_folder(names)
    folders = {part for name in names if (part := _first_folder(name[len(top) :]))}
    checkout = _is_checkout(folders)
    licence = _zip_licence(archive, names, top)
    files: list[RuleFile] = []
    for name in sorted(names):
        inner = name[len(top) :]
        parts = PurePosixPath(inner).parts
        if not name.endswith(SUFFIXES) or any(part.startswith(".") for part in parts):
            continue
        if checkout and not _is_rule_folder(_first_folder(inner)):
            continue
        files.append(RuleFile(f"{path}/{name}", licence, _member(archive, name)))
    return files


def _member(archive: zipfile.ZipFile, name: str) -> Callable[[], bytes]:
    def read() -> bytes:
        with archive.open(name) as stream:
            return stream.read(MAX_BYTES + 1)

    return read


def _common_folder(names: list[str]) -> str:
    """The one folder that holds everything, as GitHub packs it, with its slash; else ""."""
    tops = {_first_folder(name) for name in names}
    top = tops.pop() if len(tops) == 1 else ""
    return f"{top}/" if top and not _is_rule_folder(top) else ""


def _first_folder(name: str) -> str:
    first, slash, _ = name.partition("/")
    return first if slash else ""


def _zip_licence(archive: zipfile.ZipFile, names: list[str], top: str) -> str:
    for name in names:
        inner = name.removeprefix(top)
        if "/" not in inner and inner.upper().startswith("LICENSE"):
            with archive.open(name) as stream:
                if _DRL_NAME in stream.read(1 << 16):
                    return DRL
    return ""
