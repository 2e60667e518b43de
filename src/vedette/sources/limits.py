"""How much one input may ask of us before it is taken for an attack."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from vedette.model.errors import UnreadableError


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what is unpacked from one input file. What goes over a bound is a Problem.

    `ratio` and `floor`: one file may decompress to `floor` bytes plus `ratio` times its own size,
    counted over all its layers (logs compress 10 to 100 fold; deflate's ceiling is 1,032).
    `depth`: containers inside containers (a .tar.gz counts as two). `members`: entries of one
    archive. `spool`: bytes held in memory for a reader that must seek; more goes to a temporary
    file.
    """

    ratio: int = 500
    floor: int = 256 << 20
    depth: int = 5
    members: int = 100_000
    spool: int = 32 << 20


DEFAULT: Final = Limits()


class BombError(UnreadableError):
    """An input decompresses to more than `Limits` allows."""


@dataclass(slots=True)
class Budget:
    """What is left of one input file's allowance; shared by all its layers."""

    limits: Limits
    size: int
    spent: int = field(default=0)

    @property
    def exhausted(self) -> bool:
        return self.spent > self.limits.floor + self.limits.ratio * self.size

    def spend(self, count: int) -> None:
        """Note `count` decompressed bytes. Raises BombError where that is more than allowed."""
        self.spent += count
        if self.exhausted:
            raise BombError(
                f"decompresses to more than {self.limits.ratio} times its size; "
                "looks like a decompression bomb, the rest is not read"
            )
