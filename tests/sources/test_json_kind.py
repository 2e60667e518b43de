"""What a JSON object is an event of."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.sources.json_kind import FORMATS, classify, normalise, shape_of
from vedette.sources.nesting import nest

CONNECTION = {"id.orig_h": "192.0.2.1", "id.orig_p": 1, "id.resp_h": "192.0.2.2", "id.resp_p": 2}
NESTED = {"id": {"orig_h": "192.0.2.1", "orig_p": 1, "resp_h": "192.0.2.2", "resp_p": 2}}

CASES: list[tuple[dict[str, Any], str, dict[str, Any] | None]] = [
    ({"EventID": 1, "Channel": "Security", "x": 1}, "windows", None),
    ({"EventID": "1", "SourceName": "s"}, "windows", None),
    ({"Event": {"System": {"EventID": 5}}}, "windows", {"EventID": 5}),
    ({"EventID": 1}, "json", None),
    ({"winlog": {"channel": "Security", "event_id": 1}}, "winlog", None),
    (
        {"winlog.channel": "Security", "winlog.event_data.Image": "i", "host.name": "h"},
        "winlog",
        {"winlog": {"channel": "Security", "event_data": {"Image": "i"}}, "host": {"name": "h"}},
    ),
    ({"EventID": 1, "Channel": "Linux-Sysmon/Operational"}, "sysmon-linux", None),
    ({"EventID": 1, "Provider_Name": "Linux-Sysmon", "Channel": "c"}, "sysmon-linux", None),
    (
        {"name": "q", "hostIdentifier": "h", "columns": {"a": "1"}, "action": "added"},
        "osquery",
        None,
    ),
    (
        {"name": "q", "hostIdentifier": "h", "action": "snapshot", "snapshot": [{"a": "1"}]},
        "osquery",
        {"name": "q", "hostIdentifier": "h", "action": "snapshot", "columns": {"a": "1"}},
    ),
    ({"timestamp": "t", "event_type": "alert", "src_ip": "192.0.2.1"}, "suricata", None),
    ({"timestamp": "t", "event_type": "stats", "stats": {}}, "suricata", None),
    ({"event_type": "login"}, "json", None),
    (
        {"ts": 1.5, "uid": "C1", **CONNECTION, "conn_state": "SF"},
        "zeek",
        {"ts": 1.5, "uid": "C1", **NESTED, "conn_state": "SF", "_path": "conn"},
    ),
    ({"ts": 1.5, **CONNECTION, "_path": "x"}, "zeek", {"ts": 1.5, **NESTED, "_path": "x"}),
    ({"ts": 1.5, **CONNECTION}, "zeek", {"ts": 1.5, **NESTED}),
    ({"ts": 1, "msg": "no zeek"}, "json", None),
    (
        {"_index": "logs", "_source": {"winlog": {"channel": "c"}}},
        "winlog",
        {"winlog": {"channel": "c"}},
    ),
    ({"_index": "i", "_source": {"Event": {"System": {"EventID": 5}}}}, "windows", {"EventID": 5}),
    ({"anything": "else"}, "json", None),
    ({}, "json", None),
]


@pytest.mark.parametrize(("record", "format", "native"), CASES)
def test_kinds(record: dict[str, Any], format: str, native: dict[str, Any] | None) -> None:
    assert classify(record) == format
    assert normalise(record) == (format, record if native is None else native)


def test_a_snapshot_is_an_event_for_each_row() -> None:
    common = {"name": "q", "hostIdentifier": "h"}
    snapshot = {**common, "action": "snapshot", "snapshot": [{"a": "1"}, {"a": "2"}]}
    assert shape_of(snapshot).records(snapshot) == [
        {**common, "action": "snapshot", "columns": {"a": "1"}},
        {**common, "action": "snapshot", "columns": {"a": "2"}},
    ]
    assert normalise(snapshot) == ("osquery", snapshot)
    changes = {**common, "diffResults": {"added": [{"a": "1"}], "removed": [{"a": "0"}]}}
    assert shape_of(changes).records(changes) == [
        {**common, "action": "added", "columns": {"a": "1"}},
        {**common, "action": "removed", "columns": {"a": "0"}},
    ]


@pytest.mark.parametrize(
    ("flat", "nested"),
    [
        ({"a.b": 1, "a.c": 2}, {"a": {"b": 1, "c": 2}}),
        ({"a": {"x": 0}, "a.b": 1}, {"a": {"x": 0, "b": 1}}),
        ({"a.b": 1, "a": {"x": 0}}, {"a": {"b": 1, "x": 0}}),
        ({"a": 1, "a.b": 2}, {"a": 1, "a.b": 2}),
        ({"a.b": 1, "a.b.c": 2}, {"a": {"b": 1}, "a.b.c": 2}),
        ({"a.b.c": 2, "a.b": 1}, {"a": {"b": {"c": 2}}, "a.b": 1}),
    ],
)
def test_nesting_loses_nothing(flat: dict[str, Any], nested: dict[str, Any]) -> None:
    before = repr(flat)
    assert nest(flat) == nested
    assert repr(flat) == before


KEYS = st.sampled_from(
    [
        "EventID",
        "Channel",
        "Event",
        "System",
        "winlog",
        "winlog.a",
        "hostIdentifier",
        "snapshot",
        "diffResults",
        "columns",
        "event_type",
        "src_ip",
        "ts",
        "uid",
        "id",
        "id.orig_h",
        "_path",
        "_source",
        "_index",
        "request",
        "method",
        "status",
        "uri",
        "added",
        "timestamp",
        "a.b",
        "a",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=8))
def test_any_object_has_a_kind(record: dict[str, Any]) -> None:
    shape = shape_of(record)
    assert shape.format in FORMATS
    assert shape.records(record)
    normalise(record)
