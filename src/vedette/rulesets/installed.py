"""What is installed below a data folder, and which version of each set counts.

rulesets/<set>/installed.json      the record
rulesets/<set>/<version>-<hash>/   the rules of one version
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from vedette.model.errors import ConfigError, VedetteError

RECORD: Final = "installed.json"
TEMPORARY: Final = ".new-"
KEPT: Final = 5
"""Versions of a set that are kept, the current one among them."""


class Version(msgspec.Struct, frozen=True):
    """One installed version. `trust` says why its hash was believed: `pinned`, `given`,
    `first use` or `local`. `installed` is RFC 3339; `verdicts` counts its documents by state."""

    version: str
    folder: str
    sha256: str
    origin: str
    package: str
    trust: str
    installed: str
    verdicts: dict[str, int]


class Record(msgspec.Struct, frozen=True):
    """The versions of a set in the order in which they were switched to; the last is current."""

    history: tuple[Version, ...] = ()

    @property
    def current(self) -> Version | None:
        return self.history[-1] if self.history else None


class NothingEarlierError(VedetteError, LookupError):
    """There is no earlier version to go back to."""


def sets_folder(data_dir: Path) -> Path:
    """Where the sets of a data folder lie."""
    return data_dir / "rulesets"


def read_record(data_dir: Path, name: str) -> Record:
    """The record of a set; an empty one where it was never installed. Raises ConfigError where
    it is damaged."""
    path = sets_folder(data_dir) / name / RECORD
    try:
        return msgspec.json.decode(path.read_bytes(), type=Record)
    except FileNotFoundError:
        return Record()
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError([f"{path}: {error}; install the set again after removing it"]) from error


def installed(data_dir: Path) -> dict[str, Record]:
    """The records of all installed sets by name. Raises ConfigError."""
    folder = sets_folder(data_dir)
    names = sorted(path.parent.name for path in folder.glob(f"*/{RECORD}"))
    return {name: read_record(data_dir, name) for name in names}


def current_paths(data_dir: Path) -> list[Path]:
    """The folder of each installed set's current version. Raises ConfigError where a record is
    damaged or its folder is gone: rules that silently don't run are worse."""
    paths: list[Path] = []
    for name, record in installed(data_dir).items():
        if record.current is not None:
            path = sets_folder(data_dir) / name / record.current.folder
            if not path.is_dir():
                raise ConfigError([f"{path}: is gone; run `vedette rules install {name}` again"])
            paths.append(path)
    return paths


def rollback(data_dir: Path, name: str) -> Version:
    """Go back to the version that was current before. Raises NothingEarlierError."""
    with locked(data_dir, name):
        record = read_record(data_dir, name)
        if len(record.history) < 2:
            raise NothingEarlierError(f"{name}: no earlier version is installed; install one")
        earlier = record.history[-2]
        folder = sets_folder(data_dir) / name / earlier.folder
        if not folder.is_dir():
            raise NothingEarlierError(f"{folder}: is gone; install {earlier.version} again")
        write_record(data_dir, name, Record(record.history[:-1]))
        return earlier


def switch(data_dir: Path, name: str, unpacked: Path, version: Version) -> None:
    """Make the rules in `unpacked` (on the same file system) the current version of a set.
    Until the record is replaced, which is atomic, the earlier version counts."""
    home = sets_folder(data_dir) / name
    record = read_record(data_dir, name)
    target = home / version.folder
    if target.exists():  # the same content: put the untouched copy in its place
        aside = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=home)) / "old"
        target.rename(aside)
        unpacked.rename(target)
        shutil.rmtree(aside.parent)
    else:
        unpacked.rename(target)
    earlier = tuple(one for one in record.history if one.folder != version.folder)
    history = (*earlier, version)[-KEPT:]
    write_record(data_dir, name, Record(history))
    _remove_others(home, history)


def write_record(data_dir: Path, name: str, record: Record) -> None:
    """Replace the record of a set atomically."""
    path = sets_folder(data_dir) / name / RECORD
    new = path.with_name(TEMPORARY + RECORD)
    with new.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(record)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def locked(data_dir: Path, name: str) -> Iterator[Path]:
    """The set's folder, for one process at a time."""
    home = sets_folder(data_dir) / name
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield home


def _remove_others(home: Path, history: Sequence[Version]) -> None:
    """Delete versions that no history names, and what a crash left half done."""
    keep = {version.folder for version in history}
    for path in home.iterdir():
        if path.is_dir() and path.name not in keep:
            shutil.rmtree(path)
