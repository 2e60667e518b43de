"""The figures of a correlator."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Counts:
    """What a correlator did since it was made; the last three are the present state.

    `late` came after the watermark, `ahead` were stamped in a far future, `ungrouped` lacked a
    group-by field, `valueless` lacked the condition's field or a number in it, `trimmed` had more
    values than are kept, `overflows` says how often something had to be given up.
    """

    matches: int = 0
    findings: int = 0
    late: int = 0
    ahead: int = 0
    ungrouped: int = 0
    valueless: int = 0
    trimmed: int = 0
    overflows: int = 0
    waiting: int = 0
    groups: int = 0
    held: int = 0
