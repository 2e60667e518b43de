"""Families of attacks: what the tags of rules mean for people, and as techniques of ATT&CK."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import msgspec

from vedette.model.errors import ConfigError
from vedette.model.yaml_data import load_list

FALLBACK: Final = ("ambiguous", "exhaustion", "other")
"""Families that are told otherwise than by tags; the file must have them."""


class Family(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of `content/shield/families.yml`, which says what the keys mean."""

    family: str
    id: str
    title: str
    tags: tuple[str, ...]
    techniques: tuple[str, ...]


class Families:
    """All of them by name, in file order."""

    def __init__(self, families: list[Family]) -> None:
        self.by_name: Mapping[str, Family] = {each.family: each for each in families}
        self._by_tag = {
            tag: (place, each) for place, each in enumerate(families) for tag in each.tags
        }
        self._other = self.by_name["other"]

    def of(self, tags: Iterable[str]) -> Family:
        """The family of a rule with these tags."""
        known = [self._by_tag[tag] for tag in tags if tag in self._by_tag]
        return min(known, key=lambda each: each[0])[1] if known else self._other


def load_families(path: Path) -> Families:
    """Raises ConfigError with all faults, UnreadableError."""
    families = load_list([path], "families", Family)
    names = [each.family for each in families]
    tags = [tag for each in families for tag in each.tags]
    faults = [f"{path}: there is no family {name}" for name in FALLBACK if name not in names]
    for what, values in (("family", names), ("tag", tags), ("id", [e.id for e in families])):
        faults += [
            f"{path}: the {what} {value} stands twice"
            for value in sorted(set(values))
            if values.count(value) > 1
        ]
    if faults:
        raise ConfigError(faults)
    return Families(families)
