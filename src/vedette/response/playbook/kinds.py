"""The kinds of actions, what each may be aimed at and narrowed by, and its D3FEND technique."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import msgspec

from vedette.model.action import Action, action_id
from vedette.model.bundled import bundled
from vedette.model.errors import ConfigError
from vedette.model.finding import Entity
from vedette.model.yaml_data import load_list


class ActionKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A verb of an actuator. `technique` and `name` are D3FEND's, both "" where it has none (`why`
    says so); `targets` the kinds of entities it may be aimed at, `scopes` the names of what may
    narrow it."""

    kind: str
    technique: str
    name: str
    targets: tuple[str, ...]
    why: str
    scopes: tuple[str, ...] = ()


def load_kinds(path: Path | None = None) -> Mapping[str, ActionKind]:
    """The kinds by name, the bundled ones without a path. Raises ConfigError, UnreadableError."""
    file = path or bundled("d3fend") / "actions.yml"
    found = load_list([file], "actions", ActionKind)
    return MappingProxyType({each.kind: each for each in found})


def imagined(kind: str, target: Entity | None, scopes: Iterable[str], now: int) -> Action:
    """An action that nobody decided, to ask what it would cost; `scopes` as `name=value`. Raises
    ConfigError with every fault."""
    known = load_kinds()
    if kind not in known:
        raise ConfigError([f"{kind[:60]!a}: is no action; take one of {', '.join(sorted(known))}"])
    chosen = known[kind]
    faults = []
    if target is None or target.kind not in chosen.targets or not target.value.strip():
        faults.append(f"target: {kind} is aimed at one {' or '.join(chosen.targets)}; name it")
    scope: dict[str, str] = {}
    for name, equals, value in (text.partition("=") for text in scopes):
        if not equals or not value:
            faults.append(f"scope: {name[:60]!a}: write name=value")
        elif name not in chosen.scopes:
            fitting = ", ".join(chosen.scopes) or "nothing"
            faults.append(f"scope: {name[:60]!a}: {kind} is narrowed by {fitting}; correct it")
        elif name in scope:
            faults.append(f"scope: {name}: is there twice; give it once")
        scope[name] = value
    if faults or target is None:
        raise ConfigError(faults)
    pairs = tuple(sorted(scope.items()))
    return Action(action_id(kind, target, pairs, ""), kind, target, pairs, "", "", now, now)
