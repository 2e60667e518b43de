"""Documents on their way to a verdict: read one by one, then judged together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from vedette.sigma.ir import Correlation, Rule, Verdict
from vedette.sigma.load.actions import Acted, acted
from vedette.sigma.load.correlation import Draft, draft
from vedette.sigma.load.documents import documents
from vedette.sigma.load.expand import lacking
from vedette.sigma.load.filters import Filter, filter_of
from vedette.sigma.load.metadata import Metadata, logsource, metadata
from vedette.sigma.load.nodes import Map, Scalar, kind_of
from vedette.sigma.load.places import Faults
from vedette.sigma.load.reading import Keys, Reading
from vedette.sigma.load.rules import rule

State = Literal["compiled", "needs value", "unsupported", "invalid"]
_BODIES = ("detection", "correlation", "filter")


@dataclass(slots=True)
class Entry:
    """One document. `why` tells of a state other than compiled, and of what a filter missed."""

    path: str
    line: int
    faults: Faults
    id: str = ""
    title: str = ""
    name: str = ""
    meta: Metadata | None = None
    rule: Rule | None = None
    draft: Draft | None = None
    correlation: Correlation | None = None
    filter: Filter | None = None
    missing: list[str] = field(default_factory=list)
    unsupported: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def state(self) -> State:
        if self.faults:
            return "invalid"
        if self.unsupported:
            return "unsupported"
        return "needs value" if self.missing else "compiled"

    @property
    def place(self) -> str:
        return f"{self.path}:{self.line}"

    def verdict(self) -> Verdict:
        state = self.state
        why = {
            "invalid": lambda: str(self.faults),
            "unsupported": lambda: "\n".join(self.unsupported),
            "needs value": lambda: lacking(self.missing),
            "compiled": lambda: "\n".join(self.notes),
        }[state]()
        return Verdict(self.path, self.line, self.id, self.title, state, why)


def entries(
    data: bytes, path: str, licence: str, expand: Mapping[str, Sequence[str]], keys: Keys
) -> list[Entry]:
    """Every document of one file, each with what is wrong with it. Never raises for the data."""
    return [_entry(document, licence, expand, keys) for document in acted(documents(data, path))]


def _entry(one: Acted, licence: str, expand: Mapping[str, Sequence[str]], keys: Keys) -> Entry:
    document, root = one.document, one.root
    entry = Entry(document.path, document.line, document.faults)
    if one.shared:
        entry.notes.append("shared by the documents of this file; no rule of its own")
        return entry
    if not isinstance(root, Map):
        if root is not None:
            entry.faults.add(root, f"the document is {kind_of(root)}", "write a rule as a map")
        return entry
    reading = Reading(document.path, document.faults, expand, keys)
    bodies = [name for name in _BODIES if name in root.entries]
    if len(bodies) != 1:
        what = f"{' and '.join(bodies)} in one document" if bodies else "no detection"
        fix = "write one document for each" if bodies else "add a detection or remove the document"
        entry.faults.add(root, what, fix)
    entry.title = _plain(root, "title") or _plain(root, "name")
    entry.id, entry.name = _plain(root, "id"), _plain(root, "name")
    if bodies:
        meta = entry.meta = metadata(root, reading, licence)
        entry.id, entry.title, entry.name = meta.id, meta.title, meta.name
        match bodies[0]:
            case "detection":
                entry.rule = rule(root, meta, reading)
            case "correlation":
                entry.draft = draft(root, reading)
            case _:
                entry.filter = filter_of(root, meta, reading)
    elif "logsource" in root.entries:  # meant as a rule: its other faults are told as well
        metadata(root, reading, licence)
        logsource(root, reading)
    entry.missing, entry.unsupported = list(reading.missing), reading.unsupported
    return entry


def _plain(root: Map, key: str) -> str:
    node = root.get(key)
    return node.text if isinstance(node, Scalar) else ""
