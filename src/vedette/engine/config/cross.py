"""What is wrong between keys that are each right by themselves."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import Any

from vedette.model.yaml_tree import Node

Named = tuple[str, Node, str]
"""A key in dotted form, its node and the text that must differ from all others."""


def cross_faults(root: Node) -> list[str]:
    """Names that stand twice, one address for two listeners, formats nobody knows.

    Works on the tree, so that these are told of together with all other faults.
    """
    faults = _twice(_texts(root, "sources", "name")) + _twice(_texts(root, "sinks", "name"))
    faults += _twice(_listeners(root))
    for key, node, name in _texts(root, "sources", "format"):
        known = _formats(_item(root, key).get("kind"))
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            faults.append(f"{node.mark}: {key}: {name!r} is not a format; {hint}")
    return faults


def _texts(root: Node, section: str, key: str) -> Iterator[Named]:
    """The texts under one key of all items of a section."""
    items = root.value.get(section)
    for index, item in enumerate(items.value if items and isinstance(items.value, list) else ()):
        node = item.value.get(key) if isinstance(item.value, dict) else None
        if node is not None and isinstance(node.value, str):
            yield f"{section}[{index}].{key}", node, node.value


def _item(root: Node, key: str) -> dict[str, Any]:
    """The source that a key such as `sources[2].listen` belongs to."""
    item: dict[str, Any] = root.value["sources"].value[int(key[8 : key.index("]")])].plain()
    return item


def _twice(items: Iterable[Named]) -> list[str]:
    first: dict[str, Node] = {}
    faults = []
    for key, node, text in items:
        if text in first:
            what = f"{text!r} stands twice (first at {first[text].mark}); each must be different"
            faults.append(f"{node.mark}: {key}: {what}")
        first.setdefault(text, node)
    return faults


def _listeners(root: Node) -> Iterator[Named]:
    for key, node, address in _texts(root, "sources", "listen"):
        item = _item(root, key)
        udp = item.get("kind") == "syslog" and item.get("protocol", "udp") == "udp"
        if not address.endswith(":0"):
            yield key, node, f"{address}/{'udp' if udp else 'tcp'}"
    for section in ("metrics", "console"):
        found = root.value.get(section)
        own: Node | None = (
            found.value.get("listen") if found and isinstance(found.value, dict) else None
        )
        if own is not None and isinstance(own.value, str) and not own.value.endswith(":0"):
            yield f"{section}.listen", own, f"{own.value}/tcp"


def _formats(kind: object) -> tuple[str, ...]:
    """The formats that a kind of source can be told to read."""
    from vedette.sources.formats import format_names
    from vedette.sources.json_kind import FORMATS

    return FORMATS if kind == "http" else format_names()
