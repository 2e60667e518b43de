"""What all requests share: the configuration, the desk, the clock, who may do what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from vedette.console.kept import Kept
from vedette.engine.rules_at_work import RulesAtWork
from vedette.engine.thwarting.asking import Answer, Asked

if TYPE_CHECKING:
    from vedette.console.access.access import Access
    from vedette.engine.config.schema import Config
    from vedette.engine.embedded.metrics import Meters


class Desk(Protocol):
    """Where what people ask for is done (`engine.thwarting.desk`)."""

    def ask(self, who: str, asked: Asked) -> Answer:
        """Raises VedetteError with nothing done."""
        ...

    def record(self, kind: str, who: str, what: Mapping[str, Any]) -> int:
        """Write something that was done elsewhere into the ledger; its number there."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """One running console. `ready` says whether events can be stored, `now` is in microseconds.

    `config_path` is the file that the configuration came from, where there is one. `kept` is what
    screens have derived and need again, `rules` what judges. `port` is that
    which the system chose where the configuration says 0.
    """

    config: Config
    desk: Desk
    access: Access
    meters: Meters
    ready: Callable[[], bool]
    now: Callable[[], int]
    config_path: Path | None = None
    kept: Kept = field(default_factory=Kept)
    rules: RulesAtWork = field(default_factory=RulesAtWork)
    port: int | None = None

    @property
    def base_url(self) -> str:
        """How browsers reach it, without a slash at its end."""
        return self.config.console.url_at(self.bound_port)

    @property
    def bound_port(self) -> int:
        return self.config.console.listen.port if self.port is None else self.port

    @property
    def data(self) -> Path:
        return self.config.data_dir
