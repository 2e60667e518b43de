"""Rule packages, zips and folders, copied to a folder of our own without trusting them."""

from __future__ import annotations

import hashlib
import stat
import struct
import zipfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from vedette.model.errors import VedetteError
from vedette.sigma.load.documents import MAX_BYTES
from vedette.sigma.load.files import UNREADABLE, rule_files

MAX_MEMBERS: Final = 50_000
MAX_UNPACKED: Final = 512 << 20
MAX_RATIO: Final = 200
"""Times its own size that a zip may unpack to; rules compress about sixfold."""

ROOM: Final = 1 << 20
"""Bytes that any zip may unpack to, however small it is."""

KEPT_NAMES: Final = ("LICENSE", "LICENCE", "version.txt")


class PackageError(VedetteError, ValueError):
    """A rule package that is not taken."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file to install: where it goes, below the version's folder, and what is in it."""

    path: PurePosixPath
    data: bytes


def digest_of(path: Path, members: Iterable[Member]) -> str:
    """The SHA-256, in hex, of a zip's bytes; of a folder, that of its files' names and bytes."""
    if path.is_file():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    digest = hashlib.sha256()
    for member in members:
        name = str(member.path).encode(errors="surrogateescape")
        digest.update(b"%d %b %d " % (len(name), name, len(member.data)) + member.data)
    return digest.hexdigest()


def members_of(path: Path) -> list[Member]:
    """The rule files of a zip or folder with its licence, as `load_rules` would choose them.

    Raises PackageError for what no honest package holds: paths that lead out of it, links,
    duplicates, more than a rule set's size.
    """
    try:
        if path.is_dir():
            return _from_folder(path)
        with zipfile.ZipFile(path) as archive:
            top = _checked(archive, path)
            wanted = {name.removeprefix(f"{path}/") for name in _rule_files(path)}
            infos = [i for i in archive.infolist() if i.filename in wanted or _kept(i, top)]
            return [
                Member(PurePosixPath(info.filename[len(top) :]), _read(archive, info))
                for info in infos
            ]
    except PackageError:
        raise
    except (*UNREADABLE, ValueError, struct.error) as error:
        raise PackageError(f"{path}: {error}; it must be a zip or a folder of rules") from error


def write_members(members: Iterable[Member], folder: Path, notice: str) -> None:
    """Write the files below an empty folder; `notice` becomes its licence if it has none."""
    licensed = False
    for member in members:
        target = folder / member.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(member.data)
        licensed = licensed or member.path.name.upper().startswith(KEPT_NAMES[:2])
    if not licensed and notice:
        (folder / "LICENSE").write_text(notice)


def _rule_files(path: Path) -> list[str]:
    with ExitStack() as stack:
        listing = rule_files([path], stack)
    if listing.failed:
        where, why = listing.failed[0]
        raise PackageError(f"{where}: {why}; correct the package")
    return [file.path for file in listing.files]


def _from_folder(top: Path) -> list[Member]:
    files = [Path(name) for name in _rule_files(top)]
    files += [found for name in KEPT_NAMES for found in sorted(top.glob(f"{name}*"))]
    members: list[Member] = []
    total = 0
    for file in files:
        if not stat.S_ISREG(file.lstat().st_mode):
            raise PackageError(f"{file}: is no regular file; a rule package holds no links")
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        total += len(data)
        if total > MAX_UNPACKED:
            raise PackageError(f"{top}: holds more than {MAX_UNPACKED} bytes of rules")
        members.append(Member(PurePosixPath(file.relative_to(top)), data))
    return members


def _checked(archive: zipfile.ZipFile, path: Path) -> str:
    """Refuse a zip that is none of ours; the folder that holds everything in it, or ""."""
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MAX_MEMBERS:
        raise PackageError(f"{path}: holds more than {MAX_MEMBERS} files")
    total = sum(info.file_size for info in infos)
    if total > min(MAX_UNPACKED, ROOM + MAX_RATIO * path.stat().st_size):
        raise PackageError(f"{path}: unpacks to {total} bytes; looks like a decompression bomb")
    seen: set[str] = set()
    for info in infos:
        name = info.filename
        pure = PurePosixPath(name)
        outside = pure.is_absolute() or ".." in pure.parts or "\\" in name or ":" in name
        if outside or "\0" in name:
            raise PackageError(f"{path}: {name!r} leads out of the package")
        mode = info.external_attr >> 16
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            raise PackageError(f"{path}: {name!r} is a link or device")
        if str(pure) in seen:
            raise PackageError(f"{path}: holds {name!r} twice")
        seen.add(str(pure))
    tops = {PurePosixPath(info.filename).parts[0] for info in infos}
    nested = all("/" in info.filename for info in infos)
    top = tops.pop() if len(tops) == 1 and nested else ""
    return f"{top}/" if top and not top.startswith("rules") else ""


def _kept(info: zipfile.ZipInfo, top: str) -> bool:
    name = info.filename[len(top) :]
    return "/" not in name and name.startswith(KEPT_NAMES) and info.filename.startswith(top)


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as stream:
        return stream.read(min(info.file_size, MAX_BYTES) + 1)
