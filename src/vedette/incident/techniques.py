"""Short words for techniques of ATT&CK."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from vedette.model.bundled import bundled
from vedette.model.yaml_data import load_data


class _File(msgspec.Struct, forbid_unknown_fields=True):
    techniques: dict[str, str]


def load_techniques(path: Path | None = None) -> dict[str, str]:
    """The bundled words, or others, by id. Raises ConfigError, UnreadableError."""
    return load_data(path or bundled("incidents") / "techniques.yml", _File).techniques


def words_of(technique: str, words: Mapping[str, str]) -> str:
    """What a technique is, in short: of a sub-technique without words its technique's; "" where
    nothing is known."""
    return words.get(technique) or words.get(technique.partition(".")[0], "")
