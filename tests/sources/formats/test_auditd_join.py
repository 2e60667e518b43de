from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sources.formats.line_reading import Outcome, fed, read, read_resumed
from vedette.sources.formats import auditd_join
from vedette.sources.formats.auditd import FORMAT

_TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
_NODES = st.sampled_from(["", "node=a ", "node=b "])


def _encoded(text: str) -> str:
    plain = text.isascii() and text.isprintable() and not set(text) & set(' "') and text
    return f'"{text}"' if plain else text.encode().hex().upper() or '""'


@st.composite
def executions(draw: st.DrawFn, serial: int) -> tuple[list[str], dict[str, Any]]:
    """The records of one execution as the kernel writes them, and what is to come out."""
    arguments = draw(st.lists(_TEXTS, min_size=1, max_size=4))
    paths = draw(st.lists(_TEXTS.filter(bool), max_size=3, unique=True))
    node = draw(_NODES)
    second = 1_700_000_000 + draw(st.integers(0, 1))
    at = f"msg=audit({second}.{serial % 1000:03}:{serial}):"
    title = "\0".join(arguments).encode().hex().upper() or '""'
    lines = [
        f"{node}type=SYSCALL {at} arch=c000003e syscall=59 success=yes a0=1 a1=2 a2=3 a3=4 "
        f'items={len(paths)} pid={serial} comm="x" key=(null)',
        f"{node}type=EXECVE {at} argc={len(arguments)} "
        + " ".join(f"a{index}={_encoded(value)}" for index, value in enumerate(arguments)),
    ]
    if paths:
        lines.append(f'{node}type=CWD {at} cwd="/"')
    lines += [
        f"{node}type=PATH {at} item={item} name={_encoded(path)} nametype=NORMAL"
        for item, path in enumerate(paths)
    ]
    lines.append(f"{node}type=PROCTITLE {at} proctitle={title}")
    expected = {"serial": serial, "argv": arguments, "pid": str(serial), "syscall_a0": "1"}
    if paths:
        expected["name"] = paths
    return lines, expected


_FIRST = [
    "type=SYSCALL msg=audit(1699999999.000:1): arch=c000003e syscall=59 success=yes items=1 pid=1",
    'type=EXECVE msg=audit(1699999999.000:1): argc=1 a0="x"',
    'type=CWD msg=audit(1699999999.000:1): cwd="/"',
    'type=PATH msg=audit(1699999999.000:1): item=0 name="/x" nametype=NORMAL',
    "type=PROCTITLE msg=audit(1699999999.000:1): proctitle=78",
]
"""Shows the reader which types of record this log holds."""


@st.composite
def logs(draw: st.DrawFn, shuffled: bool) -> tuple[list[bytes], list[dict[str, Any]]]:
    """Lines of interleaved events, and what they are to become, by serial number."""
    events = [draw(executions(serial)) for serial in range(2, draw(st.integers(2, 7)))]
    chance = random.Random(draw(st.integers(0, 1 << 30)))
    queues = [list(lines) for lines, _ in events]
    if shuffled:
        for queue in queues:
            chance.shuffle(queue)
    lines = list(_FIRST)
    while any(queues):
        queue = chance.choice([queue for queue in queues if queue])
        lines.append(queue.pop(0))
        if chance.random() < 0.1:
            lines.append(
                chance.choice(["", "junk", "type=USER_TTY msg=audit(1700000000.0:99): a=b"])
            )
    return [line.encode() for line in lines], [expected for _, expected in events]


def _executions(outcome: Outcome) -> list[dict[str, Any]]:
    return sorted(
        (record for record in outcome.records if 1 < record["serial"] < 99),
        key=lambda record: record["serial"],
    )


def _agrees(record: dict[str, Any], expected: dict[str, Any]) -> bool:
    # records that came in another order give their values in another order
    return all(
        sorted(record[name]) == sorted(value) if name == "name" else record[name] == value
        for name, value in expected.items()
    )


@given(logs(shuffled=False))
def test_interleaved_events_are_told_apart(log: tuple[list[bytes], list[dict[str, Any]]]) -> None:
    lines, expected = log
    found = _executions(read(FORMAT, lines))
    assert len(found) == len(expected)
    for record, event in zip(found, expected, strict=True):
        assert event.items() <= record.items()


@given(logs(shuffled=True))
def test_the_order_of_records_does_not_matter(
    log: tuple[list[bytes], list[dict[str, Any]]],
) -> None:
    lines, expected = log
    found = _executions(read(FORMAT, lines))
    assert len(found) == len(expected)
    assert all(map(_agrees, found, expected))


@given(logs(shuffled=True), st.data())
def test_going_on_anywhere_equals_one_pass(
    log: tuple[list[bytes], list[dict[str, Any]]], data: st.DataObject
) -> None:
    lines, _ = log
    stops = data.draw(st.lists(st.integers(0, len(lines)), max_size=4, unique=True))
    assert read_resumed(FORMAT, lines, stops) == read(FORMAT, lines)


@given(logs(shuffled=True))
def test_going_on_at_every_line_equals_one_pass(
    log: tuple[list[bytes], list[dict[str, Any]]],
) -> None:
    lines, _ = log
    assert read_resumed(FORMAT, lines, range(len(lines))) == read(FORMAT, lines)


def _record(serial: int, second: int, kind: str = "SYSCALL", body: str = "") -> str:
    return f"type={kind} msg=audit({second}.000:{serial}): pid={serial} {body}"


def test_what_stands_alone_is_given_out_at_once() -> None:
    reader = FORMAT.reader()
    for kind in ("USER_LOGIN", "SERVICE_START", "ANOM_LOGIN_FAILURES", "DAEMON_END", "CRED_ACQ"):
        [chunk] = reader.feed([_record(1, 10, kind).encode()], 1)
        assert (len(chunk.rows), reader.held()) == (1, None)
    for kind in ("AVC", "ANOM_PROMISCUOUS", "LOGIN", "CONFIG_CHANGE", "SOMETHING_NEW"):
        assert reader.feed([_record(2, 10, kind).encode()], 2) == []
        assert reader.held() == 2
        reader.close()


def test_the_end_record_ends_an_event_and_is_no_event_itself() -> None:
    reader = FORMAT.reader()
    assert reader.feed([_record(1, 10).encode()], 1) == []
    assert len(reader.feed([_record(1, 10, "EOE").encode()], 2)) == 1
    assert reader.feed([_record(1, 10, "EOE").encode()], 3) == []
    assert reader.close() == []


def test_a_younger_event_of_the_same_host_ends_an_open_one() -> None:
    lines = [_record(1, 10), "node=far " + _record(2, 1000), _record(3, 12), _record(4, 13)]
    reader = FORMAT.reader()
    outcome = Outcome()
    outcome.take(reader.feed([line.encode() for line in lines], 1))
    assert [record["serial"] for record in outcome.records] == [1]


def test_open_events_are_bounded_in_number() -> None:
    reader = FORMAT.reader()
    outcome = Outcome()
    count = auditd_join.MAX_OPEN + 5
    outcome.take(reader.feed([_record(serial, 10).encode() for serial in range(count)], 1))
    assert [record["serial"] for record in outcome.records] == [0, 1, 2, 3, 4]
    outcome.take(reader.close())
    assert len(outcome.events) == count


def test_an_event_is_bounded_in_lines_and_bytes() -> None:
    lines = [_record(1, 10)] + ["noise"] * auditd_join.MAX_SPAN + [_record(1, 10, "PATH")]
    assert len(fed(FORMAT, *lines).events) == 1
    lines.append(_record(1, 10, "PATH"))
    assert len(fed(FORMAT, *lines).events) == 2
    body = "x=" + "y" * (60 << 10)
    count = auditd_join.MAX_EVENT_BYTES // len(body) + 2
    outcome = fed(FORMAT, *(_record(1, 10, "PATH", body) for _ in range(count)))
    assert len(outcome.events) == 2
    several = [_record(serial, 10, "PATH", body) for serial in range(60) for _ in range(6)]
    outcome = fed(FORMAT, *several)
    assert len(outcome.events) == 60
    reader = FORMAT.reader()
    reader.feed([line.encode() for line in several], 1)
    held = reader.held()
    assert held is not None
    assert len(several) - held < auditd_join.MAX_OPEN_BYTES // len(body) + 6


def test_the_state_is_small() -> None:
    reader = FORMAT.reader()
    reader.feed([_record(serial, 10).encode() for serial in range(50)] * 80, 1)
    assert len(reader.state()) < 30_000
    assert json.loads(reader.state())["span"] <= 4000
