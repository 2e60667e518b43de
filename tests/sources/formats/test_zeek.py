from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.formats.line_reading import Outcome, fed, read, read_resumed
from vedette.sources.formats.zeek import FORMAT
from vedette.sources.formats.zeek_header import MAX_COLUMNS
from vedette.sources.nesting import nest

CONN = [
    b"#separator \\x09",
    b"#set_separator\t,",
    b"#empty_field\t(empty)",
    b"#unset_field\t-",
    b"#path\tconn",
    b"#open\t2026-11-12-20-00-00",
    b"#fields\tts\tuid\tid.orig_h\tid.orig_p\tproto\tduration\torig_bytes\tlocal_orig\ttunnel_parents",
    b"#types\ttime\tstring\taddr\tport\tenum\tinterval\tcount\tbool\tset[string]",
    b"1794500000.123456\tCx1\t192.0.2.1\t51234\ttcp\t0.5\t1024\tT\t(empty)",
    b"1794500001.000000\tCx2\t2001:db8::1\t53\tudp\t-\t-\tF\tCa,Cb",
    b"#close\t2026-11-12-21-00-00",
]
DNS = [
    b"#separator \\x09",
    b"#set_separator\t,",
    b"#empty_field\t(empty)",
    b"#unset_field\t-",
    b"#path\tdns",
    b"#fields\tts\tquery\tanswers\tTTLs\trejected",
    b"#types\ttime\tstring\tvector[string]\tvector[interval]\tbool",
    b"1794500002.5\ta\\x09b\\xc3\\xa9\\x5c\tx,y\\x2cz,-\t1.5,2\tF",
    b"1794500002.5\t\\x2d\t(empty)\t-\t(empty)",
]
CONN_RECORDS = [
    {
        "_path": "conn",
        "ts": 1794500000.123456,
        "uid": "Cx1",
        "id": {"orig_h": "192.0.2.1", "orig_p": 51234},
        "proto": "tcp",
        "duration": 0.5,
        "orig_bytes": 1024,
        "local_orig": True,
        "tunnel_parents": [],
    },
    {
        "_path": "conn",
        "ts": 1794500001.0,
        "uid": "Cx2",
        "id": {"orig_h": "2001:db8::1", "orig_p": 53},
        "proto": "udp",
        "local_orig": False,
        "tunnel_parents": ["Ca", "Cb"],
    },
]
DNS_RECORDS: list[dict[str, Any]] = [
    {
        "_path": "dns",
        "ts": 1794500002.5,
        "query": "a\tbé\\",
        "answers": ["x", "y,z", None],
        "TTLs": [1.5, 2.0],
        "rejected": False,
    },
    {"_path": "dns", "ts": 1794500002.5, "query": "-", "answers": [], "rejected": "(empty)"},
]


def test_types_become_json_values_and_headers_may_change() -> None:
    outcome = read(FORMAT, CONN + DNS)
    assert outcome.records == CONN_RECORDS + DNS_RECORDS
    assert outcome.problems == []
    assert [(name, place) for name, place, _, _ in outcome.events] == [
        ("zeek", "line 9"),
        ("zeek", "line 10"),
        ("zeek", "line 19"),
        ("zeek", "line 20"),
    ]
    assert outcome.events[0][3] == CONN[8]


@given(st.lists(st.integers(0, len(CONN + DNS)), unique=True))
def test_the_header_is_carried_over_a_stop(stops: list[int]) -> None:
    assert read_resumed(FORMAT, CONN + DNS, stops) == read(FORMAT, CONN + DNS)


@pytest.mark.parametrize(
    ("lines", "where", "what"),
    [
        ([b"1\t2"], "line 1", "expected `#separator`"),
        ([*CONN[:8], b"1\t2"], "line 9:3", "2 values, where #fields names 9"),
        ([*CONN[:8], b"1" + b"\t2" * 9], "line 9:18", "more than 9 values, where #fields names 9"),
        ([b"#separator ab"], "line 1", "expected `#separator"),
        ([*CONN[:7], b"#types\ttime"], "line 8", "1 types for 9 fields"),
        ([b"#fields" + b"\ta" * (MAX_COLUMNS + 1)], "line 1", "more than 2,048 fields"),
        ([b"#path\t" + b"x" * 300_000], "line 1", "a header line of more than 262,144"),
        ([*CONN[:8], b"x" * (1 << 21)], "line 9", "an entry of 2,097,152 bytes"),
    ],
)
def test_problems_have_their_place(lines: list[bytes], where: str, what: str) -> None:
    outcome = read(FORMAT, lines)
    assert outcome.events == []
    [problem] = outcome.problems
    assert problem.where == where
    assert what in problem.what


def test_after_a_bad_header_no_line_is_guessed_at() -> None:
    reader = FORMAT.reader()
    outcome = Outcome()
    outcome.take(reader.feed([*CONN[:7], b"#types\ttime", CONN[8]], 1))
    assert [problem.where for problem in outcome.problems] == ["line 8", "line 9"]
    FORMAT.reader(reader.state())  # and its state is a good one


def test_values_that_are_not_of_their_type_stay_text() -> None:
    header = ["#fields\ta\tb\tc\td\te", "#types\tcount\tdouble\tbool\tint\ttime"]
    [first, second] = fed(
        FORMAT,
        *header,
        "1_0\tnan\tmaybe\t99999999999999999999\t1e999",
        "18446744073709551615\t-2.5e3\tT\t-9223372036854775808\t7.",
    ).records
    assert first == {
        "a": "1_0",
        "b": "nan",
        "c": "maybe",
        "d": "99999999999999999999",
        "e": "1e999",
    }
    assert second == {"a": (1 << 64) - 1, "b": -2500.0, "c": True, "d": -(1 << 63), "e": 7.0}


def test_another_separator() -> None:
    [record] = fed(
        FORMAT,
        "#separator ,",
        "#set_separator,|",
        "#fields,a,b",
        "#types,set[count],string",
        "1|2,x",
    ).records
    assert record == {"a": [1, 2], "b": "x"}


_NAMES = st.lists(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(".".join),
    min_size=1,
    max_size=6,
    unique=True,
)


@given(_NAMES)
def test_names_are_nested_as_those_of_json_logs(names: list[str]) -> None:
    flat = {name: str(index) for index, name in enumerate(names)}
    header = "#fields\t" + "\t".join(names)
    [record] = fed(FORMAT, header, "\t".join(flat.values())).records
    if not any(other.startswith(f"{name}.") for name in names for other in names):
        assert record == nest(flat)
    assert _leaves(record) == sorted(flat.items())


def _leaves(record: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in record.items():
        if isinstance(value, dict):
            found += _leaves(value, f"{prefix}{name}.")
        else:
            found.append((prefix + name, value))
    return sorted(found)


def test_recognition_and_states() -> None:
    assert FORMAT.recognises(b"\n".join(CONN))
    assert FORMAT.recognises(b"#fields\ta\n#types\tstring\n")
    for head in (b"", b"#Fields: a", b"# comment", b"\t\t", b'{"_path":"conn"}'):
        assert not FORMAT.recognises(head)
    for state in ("{", "3", '["#separator ab"]'):
        with pytest.raises(ValueError, match="not the state of a Zeek log's reader"):
            FORMAT.reader(state)
