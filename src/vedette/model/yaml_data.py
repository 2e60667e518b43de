"""Data files in YAML, read strictly into structs: every fault with its line and column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from vedette.model.errors import ConfigError, UnreadableError
from vedette.model.yaml_tree import Node, read_yaml

T = TypeVar("T")

_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\[\.\.\.\]")


def load_data(path: Path, kind: type[T]) -> T:
    """One file as one struct. Raises ConfigError with the fault's place, UnreadableError."""
    faults: list[str] = []
    node = read_tree(path, faults)
    made = None if node is None else convert(node, kind, faults)
    if made is None and not faults:
        faults.append(f"{path}: is empty; it should hold {kind.__name__}")
    if faults or made is None:
        raise ConfigError(faults)
    return made


def load_list(paths: Iterable[Path], key: str, kind: type[T]) -> list[T]:
    """The entries under `key` of all files, in order; each file is a map with that one key.
    Raises ConfigError with the faults of all entries of all files, UnreadableError."""
    faults: list[str] = []
    made = [
        convert(entry, kind, faults) for path in paths for entry in read_list(path, key, faults)
    ]
    if faults:
        raise ConfigError(faults)
    return [entry for entry in made if entry is not None]


def read_list(path: Path, key: str, faults: list[str]) -> list[Node]:
    """The entries under `key`, the one key of the file's map; none after adding what is wrong to
    `faults`. Raises UnreadableError."""
    node = read_tree(path, faults)
    if node is None:
        return []
    if not isinstance(node.value, dict) or set(node.value) != {key}:
        faults.append(f"{node.mark}: should be a map with the one key '{key}'; change it")
        return []
    entries = node.value[key]
    if not isinstance(entries.value, list):
        faults.append(f"{entries.mark}: {key}: is no list; begin each entry with '- '")
        return []
    return list(entries.value)


def read_tree(path: Path, faults: list[str], until: bytes | None = None) -> Node | None:
    """The file's only document, up to the mark `until`; None where there is none, or after adding
    what is wrong to `faults`. Raises UnreadableError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror or error}; check the path") from error
    return read_yaml(data.partition(until)[0] if until else data, str(path), faults)


def convert(node: Node, kind: type[T], faults: list[str]) -> T | None:
    """The struct; None after adding what is wrong to `faults`."""
    try:
        return msgspec.convert(node.plain(), kind, strict=True)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `")
        faults.append(f"{_place(node, where.rstrip('`'))}: {what[:1].lower()}{what[1:]}")
        return None


def _place(node: Node, where: str) -> Any:
    """The mark of the value that msgspec's path (`$.key[0].other`) leads to, as far as it does."""
    for key, index in _STEP.findall(where.removeprefix("$")):
        value = node.value
        if key and isinstance(value, dict) and key in value:
            node = value[key]
        elif index and isinstance(value, list) and int(index) < len(value):
            node = value[int(index)]
        else:
            break
    return node.mark
