"""What must hold for every format that is read line by line, whatever the lines hold."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.formats.line_reading import DATA, read, read_resumed
from vedette.sources.format import CHUNK_ROWS, LineFormat
from vedette.sources.formats import access, auditd, syslog, sysmon_linux, zeek

FORMATS: dict[str, LineFormat] = {
    "access": access.FORMAT,
    "auditd": auditd.FORMAT,
    "syslog": syslog.SyslogFormat(clock=lambda: 1_794_500_000_000_000),
    "sysmon-linux": sysmon_linux.FORMAT,
    "zeek": zeek.FORMAT,
}

SEEDS: list[bytes] = [
    *(DATA / "audit.log").read_bytes().splitlines(),
    b"type=EOE msg=audit(1700000010.120:101): ",
    b"\x1c",  # white space to str, not to bytes
    b"----",
    b"#separator \\x09",
    b"#fields\tts\tid.orig_h\tanswers",
    b"#types\ttime\taddr\tset[string]",
    b"1794500000.5\t192.0.2.1\ta,b",
    b"#Fields: c-ip cs-method cs(User-Agent)",
    b"192.0.2.1 GET x",
    b'192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] "GET /a?b HTTP/1.1" 200 5 "-" "\\x41"',
    b'<34>1 2003-10-11T22:14:15.003Z host su - ID47 [a b="c"] x',
    b"Nov 10 08:19:44 host sshd[1]: x",
    b"Nov 10 08:19:44 host sysmon: <Event><System><EventID>1</EventID></System></Event>",
    b'Nov 10 08:19:44 host audispd: type=PATH msg=audit(1.2:3): name="/x"',
    b"",
    b"   ",
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A line of some format with a part cut out, doubled or overwritten."""
    line = draw(st.sampled_from(SEEDS))
    start = draw(st.integers(0, len(line)))
    end = draw(st.integers(start, min(len(line), start + 20)))
    middle = draw(st.sampled_from([b"", line[start:end] * 2]) | st.binary(max_size=6))
    return (line[:start] + middle + line[end:]).replace(b"\n", b"")


LINES = st.lists(st.sampled_from(SEEDS) | damaged() | st.binary(max_size=40), max_size=25).map(
    lambda lines: [line.replace(b"\n", b"") for line in lines]
)


@pytest.mark.parametrize("name", FORMATS)
@given(lines=LINES)
def test_every_line_is_accounted_for(name: str, lines: list[bytes]) -> None:
    outcome = read(FORMATS[name], lines)
    told = {int(problem.where.split()[1].split(":")[0]) for problem in outcome.problems}
    starts = set()
    joined = 0
    for _, place, record, raw in outcome.events:
        orjson.dumps(record)  # every value is one that JSON has
        start = int(place.split()[1])
        assert raw.split(b"\n")[0] == lines[start - 1]
        starts.add(start)
        joined += raw.count(b"\n")
    assert len(starts) == len(outcome.events)
    silent = [
        line
        for number, line in enumerate(lines, 1)
        if line.strip() and number not in starts and number not in told
    ]
    known = (b"#", b"----", b"time->")
    others = [line for line in silent if not line.startswith(known) and b"type=EOE" not in line]
    if name in ("access", "zeek"):
        assert joined == 0
        assert all(line.startswith(b"#") for line in silent)
    else:
        assert len(others) <= joined <= len(silent)


@pytest.mark.parametrize("name", FORMATS)
@given(lines=LINES, data=st.data())
def test_going_on_after_a_stop_loses_and_repeats_nothing(
    name: str, lines: list[bytes], data: st.DataObject
) -> None:
    stops = data.draw(st.lists(st.integers(0, len(lines)), max_size=3, unique=True))
    once, resumed = read(FORMATS[name], lines), read_resumed(FORMATS[name], lines, stops)
    assert sorted(map(repr, once.events)) == sorted(map(repr, resumed.events))
    assert sorted(once.problems, key=str) == sorted(resumed.problems, key=str)


@pytest.mark.parametrize("name", FORMATS)
@given(head=st.binary(max_size=100) | LINES.map(b"\n".join))
def test_recognition_never_raises(name: str, head: bytes) -> None:
    assert FORMATS[name].recognises(head) in (True, False)


def test_a_seed_is_recognised_by_one_format_alone() -> None:
    heads = {
        "auditd": SEEDS[1],
        "zeek": b"\n".join(SEEDS[-13:-10]),
        "access": SEEDS[-7],
        "syslog": SEEDS[-5],
    }
    for name, head in heads.items():
        assert [other for other in FORMATS if FORMATS[other].recognises(head)] == [name]


def test_many_rows_come_in_several_chunks() -> None:
    line = b"Nov 10 08:19:44 host sshd[1]: x"
    chunks = FORMATS["syslog"].reader().feed([line] * (CHUNK_ROWS + 1), 1)
    assert [len(chunk.rows) for chunk in chunks] == [CHUNK_ROWS, 1]
    assert sum(chunk.nbytes for chunk in chunks) == (CHUNK_ROWS + 1) * (len(line) + 1)
    assert chunks[1].rows.place(0) == f"line {CHUNK_ROWS + 1}"


HOSTILE = [
    b"a=" * 20_000,
    b'a="' * 20_000,
    b"'" * 40_000,
    b" " * 40_000 + b"x",
    b"\\" * 40_000,
    b'"' * 40_000,
    b'" 200 5 "' * 5_000,
    b"[10/Oct/2000:13:55:36 -0700] " * 1_300,
    b"{" * 40_000,
    b"a" * 40_000,
    b"#fields" + b"\ta.a.a.a" * 5_000,
    b"#fields\t" + b"a." * 60_000,
    b"type=X msg=audit(1.0:1): \x1d" + b"a" * 60_000,
    b'<1>1 - - - - - [a b="' + b"\\" * 40_000,
    b"<1>1 - - - - - " + b'[a b="c"]' * 4_000,
    b"<1>1 - - - - - [a" + b' b="c"' * 6_000,
    b"type=EXECVE msg=audit(1.0:1): " + b"a1[1]=41 " * 4_000,
    b"type=SYSCALL msg=audit(1.0:1): " + b"a=1 a=2 " * 5_000,
    b"type=AVC msg=audit(1.0:1): avc:  denied  { " + b"read " * 9_000,
    b"type=USER_AVC msg=audit(1.0:1): msg='" + b"msg='" * 9_000,
    b"type=SADDR msg=audit(1.0:1): \x1d" + b"A={" * 15_000,
    b"<Event>" + b"<a>" * 10_000,
]


@pytest.mark.parametrize("name", FORMATS)
def test_lines_that_are_made_to_be_slow_are_read(name: str) -> None:
    # a quadratic reader would need minutes
    outcome = read(FORMATS[name], HOSTILE * 3)
    assert len(outcome.events) + len(outcome.problems) > 0
