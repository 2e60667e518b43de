"""A family before it is written: who poses as whom, what is handed over, how it looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from benchmarks.recruitbench.lures.deliveries import Delivery
from benchmarks.recruitbench.lures.letter import Skin
from benchmarks.recruitbench.lures.scene import Scene
from benchmarks.recruitbench.lures.senders import Sender
from benchmarks.recruitbench.lures.transport import Client

Shape = Literal["plain", "html", "alternative", "related"]


@dataclass(frozen=True, slots=True)
class Look:
    """A mail program, the bodies it sends and how its HTML is written."""

    client: Client
    shape: Shape
    skin: Skin = "gmail"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A family before it is written. `nested` puts the lure into a forwarded message,
    `short` leaves small print out."""

    name: str
    split: Literal["fit", "test"]
    sender: Callable[[Scene], Sender]
    delivery: Callable[[Scene], Delivery]
    looks: tuple[Look, ...]
    languages: tuple[str, str]
    nested: bool = False
    short: bool = False
