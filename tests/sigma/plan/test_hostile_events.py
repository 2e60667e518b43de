"""Events made to break a reader: no front end fails, loses a row, or says what others do not."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.evaluate import Oracle
from oracle.rule import read_rule
from vedette.model.batch import ArrowRows, Batch, DictRows, JsonLines, Rows, json_object
from vedette.model.logsource import Logsource
from vedette.sigma.detector import SigmaDetector
from vedette.sigma.load import load_rules
from vedette.sigma.mapping import Mapping, Route

MAPPINGS = {
    "m": Mapping(
        format="m",
        discriminators=("id", "kind"),
        fields={"id": ("sys.id", "id"), "alias": ("kind",)},
        routes=(
            Route(Logsource(product="p")),
            Route(Logsource(product="p", category="c"), {"id": ("1", "true")}, {"a": ("deep.a",)}),
            Route(Logsource(product="p", category="d"), {"kind": ("*",)}),
        ),
        time=("time", "deep.a"),
        entities=dict.fromkeys(("host", "address", "hash", "domain"), ("a", "deep.a", "b")),
    ),
    # no struct can hold these
    "odd": Mapping(
        format="odd",
        discriminators=("id",),
        fields={"id": ("id", "id.x")},
        routes=(Route(Logsource(product="p")),),
    ),
}
DETECTIONS: list[tuple[dict[str, str], dict[str, Any]]] = [
    ({"product": "p"}, {"s": {"a": "evil"}}),
    ({"product": "p"}, {"s": {"id": 1}}),
    ({"product": "p"}, {"s": {"id": "1.0"}}),
    ({"product": "p"}, {"s": {"id": True}}),
    ({"product": "p"}, {"s": {"alias": "x"}}),
    ({"product": "p"}, {"s": {"a|contains": "e+2"}}),
    ({"product": "p"}, {"s": {"b": ""}}),
    ({"product": "p"}, {"s": {"b": None}}),
    ({"product": "p"}, {"s": {"b|gt": 5}}),
    ({"product": "p"}, {"s": {"b|cidr": "10.0.0.0/8"}}),
    ({"product": "p"}, {"s": {"b|minute": 3}}),
    ({"product": "p"}, {"s": {'a"\\b': "x"}}),
    ({"product": "p"}, {"s": {"deep.a|re": "ev[i1]l$"}}),
    ({"product": "p"}, {"s": {"a|fieldref": "b"}}),
    ({"product": "p"}, {"s": ["keyword", "s?cret word"]}),
    ({"product": "p", "category": "c"}, {"s": {"a|contains": "e"}}),
    ({"product": "p", "category": "d"}, {"s": {"b|exists": True}}),
]
RULES = [
    {
        "title": f"rule {number}",
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "level": "low",
        "logsource": source,
        "detection": {**detection, "condition": "not s" if number == 7 else "s"},
    }
    for number, (source, detection) in enumerate(DETECTIONS)
]

TEXTS = st.sampled_from(
    [
        *("evil", "EVIL", "1", "1.0", "true", "x", "", "\0", "\0other", "\ud800evil", "a\udfff"),
        *("keyword", "\u212aEYWORD", "a \u017fecret word", "É", "10.1.2.3", "::ffff:10.0.0.1"),
        *("0001-01-01T00:03:00+23:59", "9999-12-31T23:59:59-12:00", "2026-01-01T00:03:00Z"),
        *("nan", "1e999", "9" * 500, ".", "localhost.", "x=ab", "MD5=" + "a" * 32),
    ]
)
SCALARS = st.one_of(
    TEXTS,
    st.sampled_from(
        [0, 1, True, False, 1.0, -0.0, 1e100, 2**63, 2**64, -(2**63) - 1, 10**30, 10**400, None]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["a", "id", "x"]), inner, max_size=2),
    ),
    max_leaves=5,
)
NAMES = ("a", "b", "id", "kind", "sys", "deep", "time", 'a"\\b', "other")
EVENTS = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, VALUES))


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> SigmaDetector:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "rules.yml").write_text(yaml.safe_dump_all(RULES), "utf-8")
    loaded = load_rules([folder])
    assert {verdict.state for verdict in loaded.verdicts} == {"compiled"}, loaded.verdicts
    return SigmaDetector(loaded.rules, MAPPINGS)


def escaped(event: dict[str, Any], style: int) -> bytes:
    """The event as JSON: plain, every ASCII letter of keys and values escaped, or each key said
    twice with something else first."""
    text = json.dumps(event, ensure_ascii=style != 3)
    if style == 1:
        text = json.dumps(event)
        for letter in "aeikstv":
            text = "".join(
                f"\\u{ord(c):04x}" if c == letter and _in_string(text, at) else c
                for at, c in enumerate(text)
            )
    if style == 2 and event:
        first = {key: 5 if isinstance(value, dict) else {"a": 1} for key, value in event.items()}
        text = json.dumps(first)[:-1] + "," + text[1:]
    return text.encode("utf-8", "surrogatepass")


def _in_string(text: str, at: int) -> bool:
    inside = False
    index = 0
    while index < at:
        if text[index] == "\\" and inside:
            if index + 1 == at:
                return False
            if text[index + 1] == "u" and index + 6 > at:
                return False
            index += 2
            continue
        inside ^= text[index] == '"'
        index += 1
    return inside


def found(detector: SigmaDetector, rows: Rows, format: str) -> dict[int, list[str]]:
    """Titles of the rules by row, of rows that could be read; -1 has the rows that could not."""
    batch = Batch("test", format, rows, arrival=7)
    inspection = detector.inspect(batch)
    assert inspection.events + len(inspection.problems) == len(rows)
    places = {rows.place(index): index for index in range(len(rows))}
    titles: dict[int, list[str]] = {}
    for finding in inspection.findings:
        titles.setdefault(places[finding.event_ref.place], []).append(finding.rule.title)
        for evidence in finding.evidence:
            assert 0 <= evidence.start <= evidence.end <= len(evidence.value)
    return {index: sorted(names) for index, names in titles.items()}


@settings(max_examples=250, deadline=None)
@given(
    given=st.lists(st.tuples(EVENTS, st.integers(0, 3)), max_size=5),
    format=st.sampled_from(["m", "odd", "unknown"]),
)
def test_lines_and_dictionaries_agree_with_the_oracle(
    rules: SigmaDetector, given: list[tuple[dict[str, Any], int]], format: str
) -> None:
    lines = [escaped(event, style) for event, style in given]
    oracle = Oracle([read_rule(rule) for rule in RULES], MAPPINGS)
    expected: dict[int, list[str]] = {}
    records: list[dict[str, Any]] = []
    for index, line in enumerate(lines):
        try:
            record = json_object(line)
        except ValueError:
            record = {}
        records.append(record)
        fired = oracle.fired(format, record) if record else set()
        if fired:
            expected[index] = sorted(f"rule {number}" for number in fired)
    places = [f"record {index}" for index in range(len(lines))]
    assert found(rules, DictRows(records, lines, places), format) == expected
    assert found(rules, JsonLines(lines), format) == expected


FLAT = st.fixed_dictionaries(
    {
        "a": st.one_of(st.none(), TEXTS.filter(lambda text: text.isprintable())),
        "id": st.one_of(st.none(), st.sampled_from([0.0, 1.0, 2.0**70])),
        "kind": st.one_of(st.none(), st.booleans()),
        "time": st.one_of(st.none(), st.sampled_from([1, 10**15, -(10**15), 2**62])),
        "deep": st.one_of(st.none(), st.fixed_dictionaries({"a": st.lists(TEXTS, max_size=2)})),
    }
)


@settings(max_examples=80, deadline=None)
@given(events=st.lists(FLAT, min_size=1, max_size=5), unit=st.sampled_from(["s", "ns"]))
def test_arrow_agrees_with_its_own_records(
    rules: SigmaDetector, events: list[dict[str, Any]], unit: str
) -> None:
    clean = json.loads(json.dumps(events).replace("\\ud800", "").replace("\\udfff", ""))
    names = ["a", "id", "kind", "time"]
    types = [pa.string(), pa.float64(), pa.bool_(), pa.int64()]
    columns = [
        pa.array([event[name] for event in clean], type)
        for name, type in zip(names, types, strict=True)
    ]
    columns[3] = columns[3].view(pa.timestamp(unit))
    deep = pa.array([event["deep"] for event in clean], pa.struct([("a", pa.list_(pa.string()))]))
    batch = pa.RecordBatch.from_arrays([*columns, columns[3], deep], [*names, "b", "deep"])
    rows = ArrowRows(batch)
    records = [rows.record(index) for index in range(len(events))]
    places = [rows.place(index) for index in range(len(events))]
    same = DictRows(records, [b""] * len(events), places)
    assert found(rules, rows, "m") == found(rules, same, "m")


def test_arrow_text_that_is_no_utf8_costs_nothing_but_its_bytes(rules: SigmaDetector) -> None:
    offsets = pa.py_buffer(b"\0\0\0\0\5\0\0\0\x09\0\0\0")
    column = pa.StringArray.from_buffers(2, offsets, pa.py_buffer(b"evil\xffevil"))
    rows = ArrowRows(pa.RecordBatch.from_arrays([column], ["a"]))
    assert rows.record(0) == {"a": "evil\ufffd"}
    assert "rule 0" in found(rules, rows, "m")[1]


def test_columns_of_one_name_are_read_as_a_row_reads_them(rules: SigmaDetector) -> None:
    columns = [pa.array(["evil"]), pa.array(["good"])]
    rows = ArrowRows(pa.RecordBatch.from_arrays(columns, ["a", "a"]))
    assert "rule 0" not in found(rules, rows, "m").get(0, [])


@pytest.mark.parametrize(
    "line",
    [
        b'{"a": ' + b"[" * 1000 + b'"evil"' + b"]" * 1000 + b"}",
        b'{"deep": ' + b"[" * 1000 + b'{"a": "evil"}' + b"]" * 1000 + b', "a": "evil"}',
        b'{"a": "evil", "other": ' + b'{"a":' * 1000 + b'"keyword"' + b"}" * 1001,
    ],
)
def test_deep_nesting_hides_nothing(rules: SigmaDetector, line: bytes) -> None:
    rows = DictRows([json_object(line)], [line], ["record 0"])
    assert "rule 0" in found(rules, rows, "m")[0]
    assert found(rules, JsonLines([line]), "m") == found(rules, rows, "m")


@pytest.mark.parametrize(
    "line",
    [
        b'{"a": "evil", "unread": "\xff\xfe"}',
        b'{"a": "evil\xff"}',
        b'{"a": "evil"} x',
        b'{"a": "evil", "z": ' + b"[" * 100_000,
        b"[1]",
        b"null",
        b'{"a": "evil", "id": ' + b"1" * 5000 + b"}",
        b'\xef\xbb\xbf{"a": "evil"}',
        b"\0",
    ],
)
def test_broken_lines_are_problems_or_events(rules: SigmaDetector, line: bytes) -> None:
    found(rules, JsonLines([line, b"", b'{"a": "evil"}']), "m")


def test_a_huge_value_is_judged_and_its_evidence_is_cut(rules: SigmaDetector) -> None:
    line = json.dumps({"deep": {"a": "x" * 10_000_000 + "evil"}}).encode()
    inspection = rules.inspect(Batch("test", "m", JsonLines([line])))
    evidence = [e for f in inspection.findings if f.rule.title == "rule 12" for e in f.evidence]
    assert [e.value[e.start : e.end] for e in evidence] == ["evil"]
    assert len(evidence[0].value) < 10_000


@pytest.mark.parametrize("line", [b"{}", b" { } ", b"", b"  "])
def test_an_object_without_fields_is_a_blank_row(rules: SigmaDetector, line: bytes) -> None:
    assert found(rules, JsonLines([line]), "m") == {}
