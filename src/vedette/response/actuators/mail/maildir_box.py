"""A mailbox that lies here as a Maildir (with Maildir++ folders in it), or as a folder of files."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

from vedette.lure.fingerprint import HALF, fingerprint, of_headers
from vedette.lure.live.folder import relink
from vedette.lure.live.quarantine import MAILDIR, place_of, told_by
from vedette.model.errors import ActuatorError
from vedette.model.instant import SECOND
from vedette.response.actuators.mail.boxes import Wanted

HEAD: Final = 256 * 1024
"""Bytes that are read for the headers."""
MOST: Final = 64 << 20
"""Bytes of a message that is looked at."""
TRIES: Final = 3
"""Mail programs rename messages when they are read; then the look is repeated."""

T = TypeVar("T")


class MaildirBox:
    """The mailbox at `path`. What is taken lies in a folder within, so that it is moved without
    being copied, and keeps its name, which holds its flags."""

    def __init__(self, path: Path, name: str = "") -> None:
        self.name = name or str(path)
        self._path = path

    def copies(self, wanted: Wanted) -> int:
        return self._told(lambda: sum(1 for _ in self._found(wanted)))

    def take(self, action: str, wanted: Wanted) -> int:
        def take() -> int:
            number = 0
            for _ in range(TRIES):
                lost = False
                for path in list(self._found(wanted)):
                    place = self._place(action, path.parent)
                    try:
                        relink(path, place / path.name)
                        number += 1
                    except FileNotFoundError:
                        lost = True
                if not lost:
                    break
            return number

        return self._told(take)

    def kept(self, action: str) -> int | None:
        def kept() -> int | None:
            places = [place for place, told, _ in self._places() if told == action]
            return sum(len(list(place.iterdir())) for place in places) if places else None

        return self._told(kept)

    def give_back(self, action: str) -> int:
        def give_back() -> int:
            number = 0
            for place, told, origin in list(self._places()):
                if told != action:
                    continue
                target = self._origin(origin)
                for path in list(place.iterdir()):
                    relink(path, target / path.name)
                    number += 1
                place.rmdir()
            return number

        return self._told(give_back)

    def actions(self) -> frozenset[str]:
        return self._told(lambda: frozenset(told for _, told, _ in self._places()))

    def _folders(self) -> Iterator[Path]:
        """Where messages lie that the person sees."""
        if not _is_folder(self._path):
            raise FileNotFoundError(2, "is no folder (links are not followed)", str(self._path))
        if not _is_folder(self._path / "cur"):
            yield self._path
            return
        for root in (self._path, *sorted(self._path.glob(".*"))):
            for name in ("new", "cur"):
                if _is_folder(root) and _is_folder(root / name):
                    yield root / name

    def _found(self, wanted: Wanted) -> Iterator[Path]:
        for folder in self._folders():
            with os.scandir(folder) as entries:
                names = sorted(
                    entry.name for entry in entries if entry.is_file(follow_symlinks=False)
                )
            for name in names:
                if _is_it(folder / name, wanted):
                    yield folder / name

    def _places(self) -> Iterator[tuple[Path, str, str]]:
        ours = self._path / MAILDIR
        if not _is_folder(ours):
            return
        for each in sorted(ours.iterdir()):
            told = told_by(each.name)
            if told is not None and _is_folder(each):
                yield each, *told

    def _place(self, action: str, folder: Path) -> Path:
        try:
            name = place_of(action, folder.relative_to(self._path).as_posix())
        except ValueError as error:
            raise ActuatorError(f"{error}; move the message by hand") from error
        place = self._path / MAILDIR / name
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        return place

    def _origin(self, told: str) -> Path:
        """The folder of that name; where it is gone, the one that new mail comes to."""
        known = {each.relative_to(self._path).as_posix(): each for each in self._folders()}
        return known.get(told) or known.get("cur") or self._path

    def _told(self, do: Callable[[], T]) -> T:
        try:
            return do()
        except OSError as error:
            where = error.filename or self._path
            what = error.strerror or str(error)
            raise ActuatorError(
                f"{where}: {what}; check the disk and who may write there"
            ) from error


def _is_folder(path: Path) -> bool:
    """A real one: whoever owns a mailbox could lead us elsewhere by a link."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except FileNotFoundError:
        return False


def _is_it(path: Path, wanted: Wanted) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return False  # renamed or deleted since
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        old = not wanted.message_id and status.st_mtime * SECOND < wanted.since
        if old or status.st_size > MOST:
            return False
        head = file.read(HEAD)
        block = head.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
        if of_headers(block) != wanted.fingerprint[:HALF]:
            return False
        return fingerprint(head + file.read(MOST)) == wanted.fingerprint
