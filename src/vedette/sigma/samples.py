"""Samples: events that lie in a rule file and say whether its rules match them.

An extension of Vedette to Sigma, under the key `samples` of a rule or correlation document:

    samples:
      - name: encoded command
        match: true
        format: windows
        event: {Channel: Microsoft-Windows-Sysmon/Operational, EventID: 1, ...}
        findings: 1

Instead of `event` there may be `events` (a list, in order) or `raw` (text as the format's reader
takes it). `findings`, if given, is the exact count of findings of the document's own rule.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import msgspec

from vedette.model.errors import ConfigError
from vedette.sigma.load.actions import acted
from vedette.sigma.load.documents import documents
from vedette.sigma.load.files import UNREADABLE, rule_files
from vedette.sigma.load.metadata import document_id
from vedette.sigma.load.nodes import Map, Node, Scalar, Seq, is_null, kind_of, to_python
from vedette.sigma.load.places import Faults
from vedette.sigma.load.reading import Reading

_KEYS: Final = ("name", "match", "format", "event", "events", "raw", "findings")
_SHAPE: Final = "write a list of maps with name, match, format and event"


class Sample(msgspec.Struct, frozen=True):
    """One sample. Either `events` holds native records of `format`, or `raw` text in it.
    `findings` is None where any number above zero will do; `line` is where the sample stands."""

    name: str
    match: bool
    format: str
    events: tuple[dict[str, Any], ...] = ()
    raw: str | None = None
    findings: int | None = None
    line: int = 0


def samples_of(path: str | os.PathLike[str]) -> list[tuple[tuple[str, ...], Sample]]:
    """All samples of a rule file (or of each file in a folder or zip), in file order, each with
    the ids of the rules of its document.

    Raises ConfigError with every fault of every sample, with its place; faults of the rules
    themselves are for `load_rules` to tell, and documents that are no YAML are left out here.
    """
    found: list[tuple[tuple[str, ...], Sample]] = []
    faults: list[str] = []
    with ExitStack() as stack:
        listing = rule_files([Path(path)], stack)
        faults.extend(f"{where}: {why}; correct the path" for where, why in listing.failed)
        for file in listing.files:
            try:
                data = file.read()
            except UNREADABLE as error:
                faults.append(f"{file.path}:1:1: can't be read: {error}; make the file readable")
                continue
            for one in acted(documents(data, file.path)):
                if not one.shared and isinstance(one.root, Map):
                    noted = Faults(file.path)
                    found.extend(_of_document(one.root, noted))
                    faults.extend(noted.lines())
    if faults:
        raise ConfigError(faults)
    return found


def _of_document(root: Map, faults: Faults) -> list[tuple[tuple[str, ...], Sample]]:
    node = root.get("samples")
    if is_null(node):
        return []
    if not isinstance(node, Seq):
        faults.add(root.key("samples"), f"samples is {kind_of(node)}", _SHAPE)
        return []
    reading = Reading(faults.path, faults, {}, {})
    ids = (document_id(root, reading),)
    samples = (_sample(item, reading) for item in node.items)
    return [(ids, sample) for sample in samples if sample is not None]


def _sample(node: Node, reading: Reading) -> Sample | None:
    faults = reading.faults
    if not isinstance(node, Map):
        faults.add(node, f"a sample is {kind_of(node)}", _SHAPE)
        return None
    for name, (key, _) in node.entries.items():
        if name not in _KEYS:
            faults.add(key, f"the key {name!r} is not known in a sample", f"use {', '.join(_KEYS)}")
    for name in ("name", "match", "format"):
        if is_null(node.get(name)):
            faults.add(node, f"a sample without {name}", f"add `{name}:`")
    bodies = [name for name in ("event", "events", "raw") if name in node.entries]
    if len(bodies) != 1:
        faults.add(node, "a sample holds one of event, events and raw", "write exactly one of them")
    match = reading.boolean(node.get("match"), "match")
    return Sample(
        name=reading.text(node.get("name"), "name"),
        match=match,
        format=reading.text(node.get("format"), "format"),
        events=_events(node, reading),
        raw=_raw(node, reading),
        findings=_findings(node, match, reading),
        line=node.line,
    )


def _events(node: Map, reading: Reading) -> tuple[dict[str, Any], ...]:
    several = node.get("events")
    nodes = [] if node.get("event") is None else [node.get("event")]
    if isinstance(several, Seq):
        nodes.extend(several.items)
        if not several.items:
            reading.faults.add(several, "an empty list of events", "write the events")
    elif several is not None:
        reading.faults.add(several, f"events is {kind_of(several)}", "write a list of events")
    found: list[dict[str, Any]] = []
    for event in nodes:
        assert event is not None
        if not isinstance(event, Map):
            reading.faults.add(event, f"an event is {kind_of(event)}", "write its fields as a map")
            continue
        try:
            found.append(to_python(event))
        except ValueError as error:
            reading.faults.add(event, str(error), "remove the tag")
    return tuple(found)


def _raw(node: Map, reading: Reading) -> str | None:
    raw = node.get("raw")
    if raw is None:
        return None
    if not isinstance(raw, Scalar) or is_null(raw):
        reading.faults.add(raw, f"raw is {kind_of(raw)}", "write the lines as text, below `raw: |`")
        return None
    return raw.text


def _findings(node: Map, match: bool, reading: Reading) -> int | None:
    stated = node.get("findings")
    if stated is None:
        return None
    value = reading.value(stated) if isinstance(stated, Scalar) else None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        reading.faults.add(stated, "findings is no count", "write a whole number")
        return None
    if match != (value > 0):
        what = f"match is {str(match).lower()}, but findings is {value}"
        reading.faults.add(stated, what, "let them agree")
    return value
