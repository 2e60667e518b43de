"""Where the content that comes with Vedette lies: rules, field mappings, the list of rule sets."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from vedette.model.errors import UnreadableError

Kind = Literal[
    "rules",
    "mappings",
    "recordings",
    "rulesets.yml",
    "playbooks",
    "d3fend",
    "lures",
    "shield",
    "incidents",
    "response",
]


def bundled(kind: Kind) -> Path:
    """The folder or file of this kind: inside the package as installed from a wheel, in
    `content/` beside `src/` in a checkout. Raises UnreadableError where it is in neither."""
    package = Path(__file__).resolve().parent.parent
    for content in (package / "content", package.parent.parent / "content"):
        if (content / kind).exists():
            return content / kind
    raise UnreadableError(f"{package / 'content' / kind}: is missing; install Vedette again")
