"""When an event happened and on which host, by the field mapping of its format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vedette.model.batch import Record
from vedette.model.instant import instant_of
from vedette.model.path import split_path
from vedette.sigma.mapping import Mapping as FieldMapping
from vedette.sigma.mapping import value_at
from vedette.store.columns import Describe, Description, nothing_known


def describer(mappings: Mapping[str, FieldMapping]) -> Describe:
    """A function from an event's format and record to its time and host."""
    times = {name: _paths(mapping.time) for name, mapping in mappings.items()}
    hosts = {name: _paths(mapping.entities.get("host", ())) for name, mapping in mappings.items()}

    def describe(event_format: str, record: Record) -> Description:
        if event_format not in times:
            return nothing_known(event_format, record)
        time = None
        for key, path in times[event_format]:
            time = instant_of(_one(record, key, path))
            if time is not None:
                break
        host = None
        for key, path in hosts[event_format]:
            value = _one(record, key, path)
            if isinstance(value, str) and value:
                host = value
                break
        return Description(time, host)

    return describe


def _paths(paths: tuple[str, ...]) -> tuple[tuple[str | None, str], ...]:
    """Each path with its key where it is but one: most are."""
    return tuple((keys[0] if len(keys := split_path(path)) == 1 else None, path) for path in paths)


def _one(record: Record, key: str | None, path: str) -> Any:
    value = record.get(key) if key is not None else value_at(record, path)
    return value[0] if isinstance(value, list) and value else value
