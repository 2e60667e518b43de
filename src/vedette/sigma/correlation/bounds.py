"""How much a correlator may remember."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LATENESS_US: Final = 300_000_000
"""Five minutes: what forwarders hold back when a link drops for a moment."""

AHEAD_US: Final = 86_400_000_000
"""A day. An event stamped further ahead of its arrival comes from a clock that is simply wrong."""

GROUPS_PER_MATCH: Final = 64
"""Groups that one match may join, and combinations that one match may count as."""

RELATED: Final = 100
"""Events that a finding lists besides the one that completed it."""

ENTITIES: Final = 64
"""Entities that a finding lists."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of one correlator. A match costs about 1 KB, never more than about 8 KB.

    `groups` holds per correlation, `group_matches` per group (a rule that counts to more may
    hold as many as it needs), `matches` over all groups of all correlations, `pending` over the
    matches that wait for the watermark.
    """

    groups: int = 10_000
    group_matches: int = 10_000
    matches: int = 100_000
    pending: int = 100_000
