"""How much an inspection may use, and the two ways in which reading a file may end early."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from vedette.model.errors import VedetteError

MEGABYTE = 1 << 20


class LimitReached(VedetteError, ValueError):
    """A limit ended the reading. The message says which, in words for a report."""


class Unreadable(VedetteError, ValueError):
    """A file is not what it claims, or is damaged. The message says how, not which file."""


class Limits(msgspec.Struct, frozen=True):
    """Limits of one message's attachments together, and of the process that opens them.

    Sizes are in bytes, times in seconds.
    """

    attachment: int = 64 * MEGABYTE
    """The largest attachment that is looked into: mail rarely carries 50 MB, but an image padded
    to be too large for scanners is a known trick."""
    unpacked: int = 100 * MEGABYTE
    """Unpacked bytes in all. The attachments themselves are not counted, what is in them is."""
    file: int = 25 * MEGABYTE
    """The largest single file that is read; a larger one is listed and not read."""
    depth: int = 5
    """Containers within containers: a file at depth 5 is looked at and not opened further."""
    members: int = 200
    """Files in all, the attachments included."""
    ratio: int = 100
    """What is over a size limit and unpacks to more than this multiple is called a bomb. Deflate
    reaches 1,032 at best, honest documents and programs 2 to 20."""
    seconds: float = 10.0
    """Wall time for a message, the restart of a process that died over it not included."""
    memory: int = 512 * MEGABYTE
    """Address space of the process."""
    words: int = 64
    """Passwords tried for each encrypted container."""
    text: int = 64 * 1024
    """Characters of readable text kept of one file."""
    texts: int = 256 * 1024
    """Characters of readable text kept of one attachment."""
    urls: int = 500
    """Links kept of one attachment."""
    signs: int = 500
    """Signs kept of one attachment; the first of a name is always kept."""
    jobs: int = 2000
    """Messages after which the process is replaced by a fresh one."""


class Budget:
    """What is left of the limits while one message is inspected; counts down and then raises.

    `clock` tells seconds on any monotonic scale.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self.limits = limits
        self.unpacked = limits.unpacked
        self.members = limits.members
        self._clock = clock
        # A tenth is kept back to write the report before the process is stopped from outside.
        self._deadline = clock() + limits.seconds * 0.9

    def time(self) -> None:
        """Raise LimitReached where the time is used up. Cheap: call it in every longer loop."""
        if self._clock() > self._deadline:
            raise LimitReached(f"the time for a message ran out ({self.limits.seconds:g} s)")

    def take(self, size: int) -> None:
        """Count bytes that were unpacked (or made otherwise); raise LimitReached at the limit."""
        self.time()
        self.unpacked -= size
        if self.unpacked < 0:
            raise LimitReached(f"over {_megabytes(self.limits.unpacked)} unpacked in all")

    def room(self) -> int:
        """The most bytes that the next single file may have."""
        return max(0, min(self.limits.file, self.unpacked))

    def take_member(self) -> None:
        """Count one file; raise LimitReached at the limit."""
        self.time()
        self.members -= 1
        if self.members < 0:
            raise LimitReached(f"over {self.limits.members} files in all")

    @property
    def spent(self) -> bool:
        """Whether nothing further can be read: a limit of the whole message was reached."""
        return self.unpacked < 0 or self.members < 0 or self._clock() > self._deadline


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:g} MB"
