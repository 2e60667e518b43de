"""What the authors of messages hand over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Sample:
    """One message: complete RFC 5322 bytes; `container` says what is attached or linked."""

    name: str
    language: str
    container: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Family:
    """Messages of one scenario, wording and layout; wholly for fitting or wholly for testing."""

    name: str
    split: Literal["fit", "test"]
    lure: bool
    make: Callable[[], list[Sample]]
