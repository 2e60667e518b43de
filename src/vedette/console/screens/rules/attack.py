"""ATT&CK as it is bundled: read once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vedette.incident.stages import load_tactics
from vedette.incident.techniques import load_techniques

if TYPE_CHECKING:
    from vedette.console.seat import Seat


class Attack:
    """Tactics in the order of an attack, and short words for techniques."""

    def __init__(self) -> None:
        self.tactics = load_tactics()
        self.words = load_techniques()


def attack_of(seat: Seat) -> Attack:
    """Raises ConfigError, UnreadableError where the bundled files are damaged."""
    return seat.place.kept.of(Attack, Attack)
