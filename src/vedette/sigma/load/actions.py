"""Sigma 1's `action`: documents of one file that share what another says.

`global` is merged into every document after it, `reset` ends that, `repeat` takes the document
before and changes it. Source: Sigma specification 1.0, "Rule Collections".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vedette.sigma.load.documents import Document
from vedette.sigma.load.nodes import Map, Node, Scalar, Seq

ACTIONS: Final = ("global", "reset", "repeat")
MAX_MERGED: Final = 500_000
"""Nodes that all merged documents of a file may have together."""


@dataclass(frozen=True, slots=True)
class Acted:
    """A document after the merge. `shared` is True for one that only serves others."""

    document: Document
    root: Node | None
    shared: bool = False


def acted(documents: list[Document]) -> list[Acted]:
    """All documents of one file, with the shared parts merged in. A wrong action is noted."""
    found: list[Acted] = []
    common: Map | None = None
    previous: Map | None = None
    merged = 0
    for document in documents:
        root = document.root
        action = root.get("action") if isinstance(root, Map) else None
        if not isinstance(root, Map) or (action is None and common is None):
            previous = root if isinstance(root, Map) else previous
            found.append(Acted(document, root))
            continue
        verb = action.text if isinstance(action, Scalar) else None
        own = Map(
            {key: entry for key, entry in root.entries.items() if key != "action"}, *_at(root)
        )
        if verb == "global":
            common = own if common is None else merge(common, own)
        elif verb == "reset":
            common = None
        elif verb == "repeat" and previous is not None:
            previous = merge(previous, own)
        elif action is None and common is not None:
            previous = merge(common, own)
        else:
            _wrong(document, action or root, verb)
            found.append(Acted(document, None))
            continue
        shared = verb in ("global", "reset")
        merged += 0 if shared else size(previous)
        if merged > MAX_MERGED:
            what = f"merging makes over {MAX_MERGED} values of this file"
            document.faults.add(root, what, "split the file")
            found.append(Acted(document, None))
            continue
        found.append(Acted(document, own if shared else previous, shared))
    return found


def _at(node: Map) -> tuple[int, int]:
    return node.line, node.column


def _wrong(document: Document, place: Node, verb: str | None) -> None:
    if verb == "repeat":
        document.faults.add(place, "repeat without a rule before it", "put it after a rule")
    else:
        fix = f"use one of {', '.join(ACTIONS)}, or remove it"
        document.faults.add(place, f"the action {verb!r} is not known", fix)


def size(node: Node | None) -> int:
    """How many nodes there are in a node, itself included."""
    if isinstance(node, Map):
        return 1 + sum(1 + size(value) for _, value in node.entries.values())
    if isinstance(node, Seq):
        return 1 + sum(size(item) for item in node.items)
    return 1


def merge(base: Map, over: Map) -> Map:
    """Both maps as one that stands where `over` does; maps in both are merged, else `over` wins."""
    entries = dict(base.entries)
    for key, (name, value) in over.entries.items():
        known = entries.get(key)
        if known is not None and isinstance(known[1], Map) and isinstance(value, Map):
            value = merge(known[1], value)
        entries[key] = (name, value)
    return Map(entries, *_at(over))
