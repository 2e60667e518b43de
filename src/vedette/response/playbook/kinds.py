"""The kinds of actions, what each may be aimed at, and its D3FEND technique."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import msgspec

from vedette.model.bundled import bundled
from vedette.model.yaml_data import load_list


class ActionKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A verb of an actuator. `technique` and `name` are D3FEND's, both "" where it has none (`why`
    says so); `targets` the kinds of entities it may be aimed at."""

    kind: str
    technique: str
    name: str
    targets: tuple[str, ...]
    why: str


def load_kinds(path: Path | None = None) -> Mapping[str, ActionKind]:
    """The kinds by name, the bundled ones without a path. Raises ConfigError, UnreadableError."""
    file = path or bundled("d3fend") / "actions.yml"
    found = load_list([file], "actions", ActionKind)
    return MappingProxyType({each.kind: each for each in found})
