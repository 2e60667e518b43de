"""What changed in a detector's memory: the part of its state that a commit must save."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Delta:
    """Keyed blobs written and keys gone since the last delta.

    Keys and blobs are the detector's own; the store keeps them and gives them back on restart.
    A key is never in both.
    """

    puts: Mapping[str, bytes] = field(default_factory=dict)
    deletes: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.puts or self.deletes)
