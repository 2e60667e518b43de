"""How a pipeline runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vedette.engine.embedded.delivery import Patience
from vedette.store.compaction import Target
from vedette.store.retention import Limits


@dataclass(frozen=True, slots=True)
class Settings:
    """Sizes are bytes, times seconds.

    Events are committed when `flush_bytes` wait or `flush_age` after the first of them came.
    `memory` and `disk` are what may wait for that, shared evenly among the sources.
    `last_deliveries` is how long a stop goes on delivering findings. `silence` gives, by source,
    the microseconds without events after which an alarm is raised.
    """

    flush_bytes: int = 4 << 20
    flush_age: float = 0.2
    memory: int = 256_000_000
    disk: int = 4_000_000_000
    tick: float = 1.0
    maintenance: float = 60.0
    last_deliveries: float = 5.0
    target: Target = field(default_factory=Target)
    limits: Limits = field(default_factory=Limits)
    patience: Patience = field(default_factory=Patience)
    silence: Mapping[str, int] | None = None
