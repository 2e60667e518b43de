"""Text that every encoder takes: names of files may hold bytes that are no UTF-8."""

from __future__ import annotations

from typing import Any

import msgspec

from vedette.model.finding import Finding
from vedette.model.value import clean


def sound(finding: Finding) -> Finding:
    """The finding with each lone surrogate of its texts replaced by U+FFFD; lengths stay."""
    return msgspec.convert(_cleaned(msgspec.to_builtins(finding)), Finding)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: _cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(item) for item in value]
    return value
