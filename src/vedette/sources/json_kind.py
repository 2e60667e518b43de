"""Which kind of log a JSON object is an event of, and what brings it into that kind's form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from vedette.sources.access_json import access_record, is_access
from vedette.sources.nesting import nest
from vedette.sources.windows_event import flatten, is_event
from vedette.sources.zeek_json import is_zeek, zeek_record


@dataclass(frozen=True, slots=True)
class Shape:
    """One way in which events of a format are written as JSON.

    `convert` makes records of the format's form out of the object (None: it is one already, so
    that it need not be parsed to be passed on). `mark` stands in the text of every such object.
    """

    name: str
    format: str
    mark: bytes = b""
    convert: Callable[[Mapping[str, Any]], Sequence[Mapping[str, Any]]] | None = None

    def records(self, record: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        return (record,) if self.convert is None else self.convert(record)


def _one(
    convert: Callable[[Mapping[str, Any]], dict[str, Any]],
) -> Callable[[Mapping[str, Any]], Sequence[Mapping[str, Any]]]:
    return lambda record: (convert(record),)


def _osquery_rows(record: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """A snapshot or batched result as one event for each of its rows, in the form that osquery
    gives to differential results (columns, action)."""
    common = {k: v for k, v in record.items() if k not in ("snapshot", "diffResults", "action")}
    rows: list[Mapping[str, Any]] = []
    if isinstance(record.get("snapshot"), list):
        rows = [{**common, "action": "snapshot", "columns": row} for row in record["snapshot"]]
    changes = record.get("diffResults")
    if isinstance(changes, dict):
        for action in ("added", "removed"):
            listed = changes.get(action)
            for row in listed if isinstance(listed, list) else ():
                rows.append({**common, "action": action, "columns": row})
    return rows or (record,)


WINDOWS: Final = Shape("windows", "windows", b'"EventID"')
WINDOWS_EVENT: Final = Shape("windows-event", "windows", b'"System"', _one(flatten))
WINLOG: Final = Shape("winlog", "winlog", b'"winlog"')
WINLOG_DOTTED: Final = Shape("winlog-dotted", "winlog", b'"winlog.', _one(nest))
SYSMON_LINUX: Final = Shape("sysmon-linux", "sysmon-linux", b"Linux-Sysmon")
OSQUERY: Final = Shape("osquery", "osquery", b'"columns"')
OSQUERY_ROWS: Final = Shape("osquery-rows", "osquery", b'"hostIdentifier"', _osquery_rows)
SURICATA: Final = Shape("suricata", "suricata", b'"event_type"')
ZEEK: Final = Shape("zeek", "zeek", b'"', _one(zeek_record))
ACCESS: Final = Shape("access", "access", b'"', _one(access_record))
JSON: Final = Shape("json", "json")

_PLAIN: Final = (
    WINDOWS,
    WINDOWS_EVENT,
    WINLOG,
    WINLOG_DOTTED,
    SYSMON_LINUX,
    OSQUERY,
    OSQUERY_ROWS,
    SURICATA,
    ZEEK,
    ACCESS,
    JSON,
)

_WRAPPER: Final = "_source"
"""Where an Elasticsearch export (`elasticdump`, a saved search) has the event."""


def _wrapped(shape: Shape) -> Shape:
    def convert(record: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        return shape.records(record[_WRAPPER])

    return Shape(f"{_WRAPPER}+{shape.name}", shape.format, b'"_source"', convert)


_INSIDE: Final = {shape.name: _wrapped(shape) for shape in _PLAIN}
SHAPES: Final = {shape.name: shape for shape in (*_PLAIN, *_INSIDE.values())}
FORMATS: Final = tuple(sorted({shape.format for shape in _PLAIN}))

_PROVIDER: Final = (
    "Channel",
    "Provider_Name",
    "SourceName",
    "ProviderName",
    "Provider",
    "LogName",
    "EventLog",
    "source_name",
    "log_name",
)
_LINUX: Final = ("Linux-Sysmon", "Linux-Sysmon/Operational")


def shape_of(record: Mapping[str, Any]) -> Shape:
    """The shape of a JSON object; JSON where it is of no kind that we know."""
    shape = _plain_shape(record)
    if shape is JSON and "_index" in record and isinstance(record.get(_WRAPPER), dict):
        return _INSIDE[_plain_shape(record[_WRAPPER]).name]
    return shape


def classify(record: Mapping[str, Any]) -> str:
    """The format (the field mapping's name) of a JSON object."""
    return shape_of(record).format


def normalise(record: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Format and record, in that format's form, of one JSON object. An object that holds several
    events (an osquery snapshot) stays as it is: `shape_of(record).records(record)` parts it."""
    shape = shape_of(record)
    records = shape.records(record)
    return shape.format, records[0] if len(records) == 1 else record


def _plain_shape(record: Mapping[str, Any]) -> Shape:
    if "EventID" in record and any(name in record for name in _PROVIDER):
        linux = record.get("Channel") in _LINUX or record.get("Provider_Name") in _LINUX
        return SYSMON_LINUX if linux else WINDOWS
    if is_event(record):
        return WINDOWS_EVENT
    if isinstance(record.get("winlog"), dict):
        return WINLOG
    # one look at all names, as none has it but for one format's
    if "winlog." in "\n".join(record) and any(key.startswith("winlog.") for key in record):
        return WINLOG_DOTTED
    if "hostIdentifier" in record:
        if isinstance(record.get("columns"), dict):
            return OSQUERY
        if "snapshot" in record or "diffResults" in record:
            return OSQUERY_ROWS
    if "event_type" in record and ("flow_id" in record or "src_ip" in record or "stats" in record):
        return SURICATA
    if is_zeek(record):
        return ZEEK
    return ACCESS if is_access(record) else JSON
