"""Traffic counts, sketches of clients, and the way out for records."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.shield.clients import client_key, network_key
from vedette.shield.guard.outlet import LARGEST, WAITING, SocketOutlet
from vedette.shield.guard.recording import alarm_record
from vedette.shield.guard.traffic import MOST_PATHS, OTHERS, Traffic, clients_in, sketch_of


def test_requests_and_clients_by_path() -> None:
    traffic = Traffic()
    for i in range(300):
        traffic.count("shop", b"/item/%d?q=%d" % (i, i), f"203.0.113.{i % 40}", i % 2 == 0, i + 1)
    traffic.count("shop", b"/", "203.0.113.1", True, 400)
    rows = {row["template"]: row for row in traffic.take(1_000)}
    assert set(rows) == {"/item/{number}", "/"}
    row = rows["/item/{number}"]
    assert (row["requests"], row["judged"]) == (300, 150)
    assert 38 <= clients_in(sketch_of(row["clients"])) <= 42
    assert traffic.take(2_000) == []


def test_paths_are_bounded() -> None:
    traffic = Traffic()
    for i in range(3 * MOST_PATHS):
        traffic.count("s", b"/p" + b"abcdefghij"[i % 10 : i % 10 + 1] + _letters(i), "c", True, 1)
    rows = traffic.take(2)
    assert len(rows) == MOST_PATHS + 1
    assert sum(row["requests"] for row in rows) == 3 * MOST_PATHS
    assert OTHERS in [row["template"] for row in rows]


def _letters(number: int) -> bytes:
    return bytes(97 + int(digit) for digit in str(number))


@given(st.integers(0, 3_000))
def test_sketches_count_about_right_and_add_up(number: int) -> None:
    one, other = Traffic(), Traffic()
    for i in range(number):
        (one if i % 3 else other).count("s", b"/", f"2001:db8:{i:x}::", True, 1)
        one.count("s", b"/", f"2001:db8:{i:x}::", True, 1)
    marks = 0
    for row in [*one.take(1), *other.take(1)]:
        marks |= sketch_of(row["clients"])
    assert abs(clients_in(marks) - number) <= 3 + number * 0.12


@pytest.mark.parametrize("text", ["", "?", "é", "A" * 10_000])
def test_a_broken_sketch_counts_nobody_or_somebody(text: str) -> None:
    assert clients_in(sketch_of(text)) >= 0


def test_who_counts_as_one() -> None:
    assert client_key("203.0.113.7") == "203.0.113.7"
    assert client_key("2001:db8:1:2:3::4") == client_key("2001:db8:1:2::")
    assert client_key("2001:db8:1:2::") != client_key("2001:db8:1:3::")
    assert client_key("::ffff:203.0.113.7") == "203.0.113.7"
    assert client_key("::nonsense::") == "::nonsense::"
    assert network_key("8.8.8.7") == network_key("8.8.8.200") != network_key("8.8.9.7")
    assert network_key("2606:4700:1:2::1") == network_key("2606:4700:1:ffff::1")
    assert network_key("2606:4700:1::") != network_key("2606:4700:2::")
    assert network_key("10.0.0.1") != network_key("10.0.0.2")
    assert network_key("what") == "what"


def _dropped(lost: int) -> dict[str, Any]:
    return alarm_record("lost", now=0, fix="", count=lost)


@contextlib.contextmanager
def _pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        yield ours, theirs


def _received(made: socket.socket) -> list[dict[str, Any]]:
    made.settimeout(0.3)
    found: list[dict[str, Any]] = []
    try:
        while data := made.recv(1 << 20):
            found += [json.loads(line) for line in data.split(b"\n")]
    except TimeoutError:
        pass
    return found


def test_records_arrive_whole_and_in_order() -> None:
    with _pair() as (ours, theirs):
        outlet = SocketOutlet(ours, _dropped)
        outlet.start()
        sent = [{"n": i, "text": "x" * (i % 5_000)} for i in range(500)]
        for record in sent:
            outlet.put(record)
        got = _received(theirs)
        outlet.close()
    assert got == sent


def test_a_parent_that_stalls_costs_records_but_no_time() -> None:
    with _pair() as (ours, theirs):
        outlet = SocketOutlet(ours, _dropped)
        outlet.start()
        many = 3 * WAITING
        began = time.perf_counter()
        for i in range(many):
            outlet.put({"kind": "request", "n": i, "text": "x" * 500})
        assert time.perf_counter() - began < 2
        got = _received(theirs)
        outlet.close()
    lost = sum(record["count"] for record in got if record["kind"] == "alarm")
    kept = [record["n"] for record in got if record["kind"] == "request"]
    assert lost > 0
    assert len(kept) + lost == many
    assert kept == sorted(kept)


def test_a_parent_that_is_gone_ends_the_sending() -> None:
    with _pair() as (ours, theirs):
        outlet = SocketOutlet(ours, _dropped)
        outlet.start()
        theirs.close()
        for _ in range(10):
            outlet.put({"a": 1})
        outlet.close(0.5)
        outlet.put({"a": 1})


def test_a_record_that_is_too_large_is_counted() -> None:
    with _pair() as (ours, theirs):
        outlet = SocketOutlet(ours, _dropped)
        outlet.start()
        outlet.put({"text": "x" * (LARGEST + 1)})
        outlet.put({"kind": "small"})
        got = _received(theirs)
        outlet.close()
    assert {record["kind"] for record in got} == {"small", "alarm"}


def test_before_it_is_started_it_sends_at_once() -> None:
    with _pair() as (ours, theirs):
        outlet = SocketOutlet(ours, _dropped)
        outlet.put({"kind": "ready"})
        assert json.loads(theirs.recv(100)) == {"kind": "ready"}
        for _ in range(5_000):
            outlet.put({"kind": "much", "text": "x" * 1_000})
