"""A watched Maildir, or a plain folder into which messages are put as files.

A report that was answered gets the Maildir flag R, so that a person gets one answer. A plain folder
has no such mark: there, a report from just before the process died may go without one.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vedette.lure.examined import Examined
from vedette.lure.live.door import Door, only_held
from vedette.lure.live.following import AT_ONCE, AnswerError, Following, is_lure
from vedette.lure.live.gate import Answer, Gate, Read
from vedette.lure.live.quarantine import MAILDIR, place_of
from vedette.lure.privacy import Privacy
from vedette.model.problem import Problem
from vedette.sources.live.clock import Clock
from vedette.store.refusals import Refusal

SETTLE_NS: Final = 1_000_000_000
"""A file in a plain folder must be this old: whoever writes it may not be done. In a Maildir a
file is whole as soon as it has its place in `new`."""
OVERLAP_NS: Final = 10_000_000_000
"""Files this much older than the newest one seen are looked at again after a restart."""
_FLAGS: Final = ":2,"


@dataclass(frozen=True, slots=True)
class _Found:
    path: Path
    changed: int
    """Nanoseconds since the epoch; also set when a file gets its place in a Maildir."""
    arrived: int
    """Microseconds since the epoch; what a mail program that renames it leaves alone."""
    size: int
    maildir: bool

    @property
    def flags(self) -> str:
        """The Maildir flags."""
        return self.path.name.partition(_FLAGS)[2]

    @property
    def key(self) -> str:
        """What stays the same when a mail program marks the message as read."""
        return f"{self.path.name.partition(_FLAGS)[0]}/{self.size}"


class FolderSource(Following[_Found]):
    """Follows `folder`: a Maildir where it has `new`, `cur` and `tmp`, else every file in it.
    Lures are moved to `quarantine` (a Maildir, made where missing) once they are stored; refused
    mail too, without `quarantine` to a folder of its own within."""

    def __init__(
        self,
        name: str,
        folder: Path,
        gate: Gate,
        read: Read,
        privacy: Privacy,
        *,
        quarantine: Path | None = None,
        answer: Answer | None = None,
        poll: float = 1.0,
        clock: Clock | None = None,
        door: Door | None = None,
    ) -> None:
        lures_go: Final = "none" if quarantine is None else "quarantine"
        super().__init__(name, gate, read, privacy, answer, lures_go, clock, door)
        self._folder = folder
        self._quarantine = quarantine
        self._poll = poll
        self._done: set[str] = set()
        self._answered_until = -1

    async def _follow(self, mark: str) -> None:
        self._answered_until = int(mark) if mark.isdecimal() else -1
        after = self._answered_until - OVERLAP_NS if mark.isdecimal() else -1
        self._done.clear()
        missing = False
        while True:
            try:
                found = await asyncio.to_thread(self._look, after)
                missing = False
            except OSError as error:
                found = []
                if not missing:
                    what = f"the folder can't be read: {error.strerror or error}"
                    self._feed.trouble(Problem(str(self._folder), what, "it is tried again"))
                missing = True
            for begin in range(0, len(found), AT_ONCE):
                await self._several(found[begin : begin + AT_ONCE])
            await self._settle(())
            if not found:
                await self._clock.sleep(self._poll)

    def _look(self, after: int) -> list[_Found]:
        """Files that were not examined yet, oldest first."""
        maildir = all((self._folder / name).is_dir() for name in ("new", "cur", "tmp"))
        places = [self._folder / "new", self._folder / "cur"] if maildir else [self._folder]
        found: list[_Found] = []
        for place in places:
            with os.scandir(place) as entries:
                for entry in entries:
                    if entry.name.startswith(".") or not entry.is_file(follow_symlinks=False):
                        continue
                    status = entry.stat(follow_symlinks=False)
                    if not maildir and status.st_mtime_ns > self._now_ns() - SETTLE_NS:
                        continue
                    each = _Found(
                        Path(entry.path),
                        status.st_ctime_ns,
                        status.st_mtime_ns // 1000,
                        status.st_size,
                        maildir,
                    )
                    if each.changed > after and each.key not in self._done:
                        found.append(each)
        return sorted(found, key=lambda each: (each.changed, each.path.name))

    def _now_ns(self) -> int:
        return self._clock.now() * 1000

    async def _several(self, found: list[_Found]) -> None:
        """Examine, have stored, then move and answer."""
        done: list[tuple[_Found, Examined]] = []
        refused: list[tuple[_Found, Sequence[Refusal]]] = []
        stored = []
        for each in found:
            self._done.add(each.key)
            place = each.path.name
            outcome = await self._examined(each.path.read_bytes, each.size, place, each.arrived)
            if outcome.record is None and not await asyncio.to_thread(each.path.exists):
                self._done.discard(each.key)
                continue  # read and moved on by a mail program: found again where it is now
            stored.append(self._put(outcome, place, each.arrived, str(each.changed)))
            if outcome.refused:
                refused.append((each, outcome.refused))
            elif outcome.examined is not None:
                done.append((each, outcome.examined))
        await asyncio.gather(*stored)
        for each, hits in refused:
            try:
                await asyncio.to_thread(self._refuse, each, hits)
            except OSError as error:
                what = f"a refused message could not be moved: {error.strerror or error}"
                fix = "check who may write the quarantine folder"
                self._feed.trouble(Problem(str(each.path), what, fix))
        await self._settle(done)

    def _refuse(self, mail: _Found, hits: Sequence[Refusal]) -> None:
        """Move a refused message away; one that is only held to where its action finds it."""
        ours = self._folder / MAILDIR
        if only_held(hits):
            origin = mail.path.parent.relative_to(self._folder).as_posix()
            place = ours / place_of(hits[0].id, origin)
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            relink(mail.path, place / mail.path.name)
        else:
            move_to(mail.path, self._quarantine or ours / "refused")

    async def _act(self, mail: _Found, examined: Examined) -> None:
        path = mail.path
        answered = "R" in mail.flags if mail.maildir else mail.changed <= self._answered_until
        if self._answer is not None and not answered:
            try:
                await asyncio.to_thread(self._answer, examined)
            except OSError as error:
                raise AnswerError(str(error)) from error
            try:
                path = await asyncio.to_thread(_marked_answered, mail)
            except OSError as error:
                what = f"an answered report could not be marked: {error.strerror or error}"
                fix = "a second answer may follow the next start; check who may write the folder"
                self._feed.trouble(Problem(str(path), what, fix))
        if self._quarantine is not None and is_lure(examined):
            try:
                await asyncio.to_thread(move_to, path, self._quarantine)
            except OSError as error:
                what = f"a lure could not be moved: {error.strerror or error}"
                fix = "check who may write the quarantine folder"
                self._feed.trouble(Problem(str(path), what, fix))


def _marked_answered(each: _Found) -> Path:
    """The report's new place in its Maildir. Raises OSError."""
    if not each.maildir:
        return each.path
    name = each.path.name.partition(_FLAGS)[0]
    flags = "".join(sorted({*each.flags, "R"}))
    target = each.path.parent.parent / "cur" / f"{name}{_FLAGS}{flags}"
    return each.path.rename(target)


def relink(path: Path, target: Path) -> None:
    """Move a file within a file system. Raises OSError; nothing is ever overwritten."""
    try:
        os.link(path, target, follow_symlinks=False)
    except FileExistsError:
        if not path.samefile(target):  # the same where an earlier move was cut short
            raise
    path.unlink()


def move_to(path: Path, maildir: Path) -> Path:
    """Move a message into a Maildir, which is made where missing. Returns its new place; raises
    OSError. Nothing is ever overwritten."""
    for name in ("new", "cur", "tmp"):
        (maildir / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    target = maildir / "new" / path.name
    try:
        os.link(path, target, follow_symlinks=False)
    except OSError:
        if target.exists():
            raise
        import shutil

        shutil.copy2(path, maildir / "tmp" / path.name, follow_symlinks=False)
        (maildir / "tmp" / path.name).rename(target)
    path.unlink()
    return target
