"""YAML as a tree in which every key and value knows its file, line and column.

Scalars follow the YAML 1.2 core schema, so that `no` stays text and `10:30` is not a number.
Anchors work; tags and merge keys do not. Size, depth and the number of nodes after all aliases
are followed are limited.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

MAX_BYTES = 1 << 20
MAX_DEPTH = 40
MAX_NODES = 50_000

_PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("map", "seq", "str"))
_INT = re.compile(r"[-+]?[0-9]{1,18}\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?\Z")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file; lines and columns count from 1. Line 0 is the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its place. `value` is a scalar, a list of nodes, or a dict of key to node."""

    value: Any
    mark: Mark
    keys: dict[str, Mark] = field(default_factory=dict)

    def plain(self) -> Any:
        """The value without places."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


def read_yaml(data: bytes, file: str, faults: list[str]) -> Node | None:
    """The tree of one YAML document; None for an empty one or where it can't be read.

    Every fault is added to `faults` as `file:line:column: what is wrong; what to do`.
    """
    if len(data) > MAX_BYTES:
        faults.append(f"{file}: is larger than {MAX_BYTES} bytes; split it or check the path")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        faults.append(f"{file}:{line}:1: is not UTF-8; save it in that encoding")
        return None
    try:
        # BaseLoader builds no objects and guesses no types
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except RecursionError:
        faults.append(f"{file}: is nested too deeply; at most {MAX_DEPTH} levels are read")
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Mark(file, mark.line + 1, mark.column + 1) if mark else Mark(file)
        what = ": ".join(part for part in (error.context, error.problem) if part)
        faults.append(f"{place}: is not YAML ({what}); check indentation, quotes and brackets")
        return None
    except yaml.YAMLError as error:  # characters that YAML does not allow
        at = getattr(error, "position", 0)
        line = text.count("\n", 0, at) + 1
        faults.append(f"{file}:{line}:1: holds a character that YAML does not allow; remove it")
        return None
    if root is None:
        return None
    return _Builder(file, faults).build(root, 0)


class _Builder:
    def __init__(self, file: str, faults: list[str]) -> None:
        self.file = file
        self.faults = faults
        self.nodes = 0

    def build(self, node: yaml.Node, depth: int) -> Node | None:
        """The tree below `node`; None once a limit is passed (which is said once)."""
        mark = Mark(self.file, node.start_mark.line + 1, node.start_mark.column + 1)
        self.nodes += 1
        if self.nodes > MAX_NODES:
            if self.nodes == MAX_NODES + 1:
                self._fault(mark, f"more than {MAX_NODES} values; use fewer aliases or split it")
            return None
        if depth > MAX_DEPTH:
            self._fault(mark, f"nested more than {MAX_DEPTH} levels deep; flatten it")
            return None
        if node.tag not in _PLAIN_TAGS:
            self._fault(mark, f"the tag {node.tag} is not allowed; remove it")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, mark, depth)
        if isinstance(node, yaml.SequenceNode):
            items = (self.build(item, depth + 1) for item in node.value)
            return Node([item for item in items if item is not None], mark)
        quoted = isinstance(node, yaml.ScalarNode) and node.style is not None
        return Node(node.value if quoted else _scalar(node.value), mark)

    def _mapping(self, node: yaml.MappingNode, mark: Mark, depth: int) -> Node:
        value: dict[str, Node] = {}
        keys: dict[str, Mark] = {}
        for key_node, value_node in node.value:
            at = Mark(self.file, key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if not isinstance(key_node, yaml.ScalarNode):
                self._fault(at, "a key must be a word; remove the brackets")
                continue
            key = key_node.value
            if key in keys:
                self._fault(at, f"{key}: stands twice (first at line {keys[key].line}); keep one")
                continue
            built = self.build(value_node, depth + 1)
            if built is not None:
                value[key], keys[key] = built, at
        return Node(value, mark, keys)

    def _fault(self, mark: Mark, text: str) -> None:
        self.faults.append(f"{mark}: {text}")


def _scalar(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _INT.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return text
