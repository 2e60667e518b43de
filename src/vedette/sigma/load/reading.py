"""What goes along while one document is read: its errors, and what it still lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vedette.sigma.load.modifiers import Key, KeyFault, parse_key
from vedette.sigma.load.nodes import Node, Scalar, Value, is_null, kind_of
from vedette.sigma.load.places import Faults

Keys = dict[str, Key | list[KeyFault]]
"""Keys read before: thousands of rules share a few hundred."""


@dataclass(slots=True)
class Reading:
    """One document being read. `missing` are placeholders without values; `unsupported` is what
    the product can't do, each with its place."""

    path: str
    faults: Faults
    expand: Mapping[str, Sequence[str]]
    keys: Keys
    missing: dict[str, None] = field(default_factory=dict)
    unsupported: list[str] = field(default_factory=list)

    def key(self, node: Scalar) -> Key | None:
        """A detection key; None (and the faults are noted) where it is wrong."""
        known = self.keys.get(node.text)
        if known is None:
            known = self.keys[node.text] = parse_key(node.text)
        if isinstance(known, Key):
            return known
        for fault in known:
            self.faults.inside(node, fault.offset, fault.what, fault.fix)
        return None

    def value(self, node: Scalar) -> Value:
        """What a scalar means; its text where its tag is wrong, which is noted."""
        try:
            return node.value()
        except ValueError as error:
            self.faults.add(node, str(error), "remove the tag")
            return node.text

    def text(self, node: Node | None, what: str, default: str = "") -> str:
        """A text or number as text; `default` for nothing."""
        if is_null(node):
            return default
        if isinstance(node, Scalar):
            return node.text.strip()
        assert node is not None
        self.faults.add(node, f"{what} is {kind_of(node)}", "write it as text")
        return default

    def texts(self, node: Node | None, what: str) -> list[Scalar]:
        """The scalars of a list, or the one scalar that stands for a list of one."""
        if is_null(node):
            return []
        if isinstance(node, Scalar):
            return [node]
        items = getattr(node, "items", None)
        assert node is not None
        if not isinstance(items, list):
            self.faults.add(node, f"{what} is {kind_of(node)}", "write a list")
            return []
        found: list[Scalar] = []
        for item in items:
            if isinstance(item, Scalar) and not is_null(item):
                found.append(item)
            else:
                self.faults.add(item, f"{what} holds {kind_of(item)}", "write text")
        return found

    def boolean(self, node: Node | None, what: str, default: bool = False) -> bool:
        """true or false; `yes`, `no`, `on` and `off` are taken too, as YAML 1.1 tools do."""
        if node is None:
            return default
        if isinstance(node, Scalar):
            word = node.text.lower()
            if word in ("true", "yes", "on"):
                return True
            if word in ("false", "no", "off"):
                return False
        self.faults.add(node, f"{what} is {kind_of(node)}", "write true or false")
        return default
