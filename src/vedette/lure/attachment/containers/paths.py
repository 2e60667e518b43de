"""Names of members that would lead elsewhere when they are unpacked to files."""

from __future__ import annotations

import re

_OUT = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)")


def leads_out(name: str) -> bool:
    """Whether the path is absolute, has a drive, or climbs by ".."."""
    return _OUT.search(name) is not None
