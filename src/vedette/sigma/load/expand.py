"""What `|expand` placeholders still lack, in words."""

from __future__ import annotations

from collections.abc import Iterable


def lacking(names: Iterable[str]) -> str:
    """Why a rule needs values, and what to do."""
    listed = [f"%{name}%" for name in names]
    joined = ", ".join(listed)
    noun = "a value" if len(listed) == 1 else "values"
    return f"needs {noun} for {joined}; set {'it' if len(listed) == 1 else 'them'} under `expand`"
