"""The rule sets that can be installed by name: `content/rulesets.yml`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec
import yaml

from vedette.model.errors import ConfigError

MAX_BYTES: Final = 1 << 20


class Default(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is installed when nothing else is asked for."""

    release: str
    package: str


class Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule set. `url` holds {release} and {package}; `packages` maps short names to those of
    the release's files; `sha256` maps release and short name to the hex digest; `notice` names
    the licence, for sets that come without its text."""

    title: str
    url: str
    latest: str
    licence: str
    notice: str
    packages: dict[str, str]
    default: Default
    sha256: dict[str, dict[str, str]] = {}


def known_rulesets(path: Path) -> dict[str, Known]:
    """The rule sets in this file by name. Raises ConfigError."""
    try:
        data = path.read_bytes()
        if len(data) > MAX_BYTES:
            raise ValueError(f"larger than {MAX_BYTES} bytes")
        return msgspec.convert(yaml.load(data, yaml.CSafeLoader), dict[str, Known])
    except (OSError, ValueError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise ConfigError([f"{path}: {error}; correct it, or install Vedette again"]) from error


def ruleset(path: Path, name: str) -> Known:
    """The rule set of this name. Raises ConfigError."""
    known = known_rulesets(path)
    if name not in known:
        names = ", ".join(sorted(known))
        raise ConfigError([f"{name}: no such rule set; choose one of {names}"])
    return known[name]
