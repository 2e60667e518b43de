"""Tools that lures imitate and libraries that only Windows has: `content/lures/tools.yml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from vedette.model.bundled import bundled


class Tool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the releases of one tool look; see the head of tools.yml for the fields."""

    name: str
    files: tuple[str, ...]
    products: tuple[str, ...]
    companies: tuple[str, ...]
    signed: bool


class Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    tools: tuple[Tool, ...]
    libraries: tuple[str, ...]


@lru_cache(maxsize=4)
def known(path: Path | None = None) -> Known:
    """The file at `path`, or the one that comes with Vedette.

    Raises ConfigError with all faults, UnreadableError where the file is missing.
    """
    from vedette.model.yaml_data import load_data

    return load_data(path or bundled("lures") / "tools.yml", Known)
