"""The native line reader (native/): judges JSON lines from what it was taught, asks for the rest.

It reads only what every JSON parser reads alike, and hands every other line back unjudged.
"""

from collections.abc import Callable
from typing import final

Path = tuple[bytes, ...]
"""A native path as keys in UTF-8, at least one."""

@final
class Reader:
    def __init__(
        self,
        discriminators: tuple[tuple[Path, ...], ...],
        literals: tuple[bytes, ...],
        seed: bytes,
        entries: int,
        chars: int,
    ) -> None:
        """`literals` are keywords, folded; `seed` is 24 random bytes. Each of the reader's
        memories holds at most `entries` texts of `chars` bytes together."""

    def add_kind(
        self,
        slots: tuple[tuple[int, tuple[Path, ...], tuple[Path, ...]], ...],
        own: tuple[bytes, ...],
        searched: bool,
        asked: bool,
        /,
    ) -> int:
        """The number of a new kind (from 0), whose slots are numbered on from those of the kinds
        before. A slot is (0, paths, ()) for a field, (1, paths, other paths) for a pair,
        (2, (), ()) for keywords. Its lines are searched for the literals `own`, and for those of
        the format where `searched`; all are handed back where `asked`. Raises MemoryError."""

    def judge(
        self,
        lines: list[bytes],
        kind: Callable[[tuple[bytes | None, ...]], int],
        value: Callable[[int, bytes, bytes | None], int],
        outcome: Callable[[int, tuple[int, ...], int], int],
        /,
    ) -> list[tuple[int, int, int]]:
        """(index, kind, outcome) of each line whose outcome is not 0, and (index, -1, 0) of each
        that is handed back, in order.

        What is not remembered is asked for: `kind` of the discriminators' texts (JSON, None where
        absent); `value`, the hit class of a text in a slot (with the other text of a pair);
        `outcome` of a kind, its slots' classes and the line's index. A negative answer hands the
        line back. Raises what they raise, and RuntimeError where it is at work already."""

    def remembered(self) -> tuple[int, int, int]:
        """How many texts the memories hold: of kinds, values, outcomes."""
