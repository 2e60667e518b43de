"""Each benchmark runs to its end on a few events. Nothing here asserts a time."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import orjson
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from benchmarks.corpus import Material  # noqa: E402  # likewise
from benchmarks.measure import child, peak, quantile, resident  # noqa: E402  # likewise

from benchmarks import (  # noqa: E402  # lies beside
    converter,
    counterfactual,
    flood,
    incidents,
    latency,
    ledger,
    peers,
    scanning,
    starting,
)

RULE = """\
title: Who am I
id: 6f1d2a52-0f3a-4f0e-9d0e-3d5f5f6f0a01
level: low
logsource:
  product: windows
  category: process_creation
detection:
  selection:
    CommandLine|contains|all: [whoami, /all]
  condition: selection
"""


@pytest.fixture
def used(tmp_path: Path) -> Material:
    """Sixty synthetic process starts, every third of which the one rule finds."""
    event = {
        "EventID": 1,
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "SourceName": "Microsoft-Windows-Sysmon",
        "Hostname": "ws1",
        "@timestamp": "2026-01-01T00:00:00.000Z",
        "Image": "C:\\Windows\\System32\\cmd.exe",
    }
    lines = [
        orjson.dumps({**event, "CommandLine": f"{'dir' if n % 3 else 'whoami'} /all {n}"})
        for n in range(60)
    ]
    recording = tmp_path / "events.ndjson"
    recording.write_bytes(b"\n".join(lines) + b"\n")
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "whoami.yml").write_text(RULE, encoding="utf-8")
    return Material(tmp_path, recording, (rules,))


@pytest.mark.thorough
def test_scanning_counts_what_it_measures(
    used: Material, capsys: pytest.CaptureFixture[str]
) -> None:
    scanning.run(used)
    said = capsys.readouterr().out
    assert scanning.parsed(used.recording) == 60
    assert re.search(r"\(hits\): how many +20\n", said)
    assert re.search(r"\(inspect\): how many +20\n", said)
    for name in ("cold", "warm, second pass", "cold cache", "warm cache", "peak memory"):
        assert name in said


def test_a_scan_that_fails_is_no_figure(used: Material) -> None:
    with pytest.raises(RuntimeError, match="exit code"):
        scanning.scan(used, used.folder / "nowhere" / "missing.ndjson", used.folder / "cache")


def test_flood_says_cost_and_memory(used: Material, capsys: pytest.CaptureFixture[str]) -> None:
    flood.run(used, 40)
    said = capsys.readouterr().out
    assert "40 unique command lines, random" in said
    assert "10 unique command lines, made of rules' own words" in said
    assert said.count("resident memory before and after") == 2
    assert flood.fragments(used.rules.rules) == ["/all", "whoami"]


def test_latency_is_taken_to_the_findings(
    used: Material, capsys: pytest.CaptureFixture[str]
) -> None:
    latency.run(used, count=4, events=10)
    said = capsys.readouterr().out
    assert "4 batches of 10: p50" in said
    assert "new values: p99" in said


def test_starting_measures_a_process_of_its_own(
    used: Material, capsys: pytest.CaptureFixture[str]
) -> None:
    starting.run(used, events=100, rounds=1)
    said = capsys.readouterr().out
    assert "warm cache, best" in said
    assert "resident: 100 events" in said


def test_the_peer_finds_the_same(used: Material) -> None:
    pytest.importorskip("zargunlite", reason="needs the packages of lock/bench.txt")
    query = "SELECT * FROM logs WHERE CommandLine LIKE '%whoami%' AND CommandLine LIKE '%/all%'"
    rule = {"id": "1", "title": "Who am I", "level": "low", "rule": [query]}
    assert peers.zargunlite(used.recording, [rule]) == 20


def test_a_converter_that_fails_is_told(tmp_path: Path) -> None:
    with pytest.raises(converter.UnavailableError, match="no such thing"):
        converter._run([sys.executable, "-c", "raise SystemExit('no such thing')"])


def test_a_childs_peak_is_its_own() -> None:
    held = bytearray(300 << 20)
    assert child(["-c", "pass"]).peak < 100
    assert peak() > len(held) / (1 << 20) - 1
    assert resident() > 0


def test_quantile_is_a_value_that_was_measured() -> None:
    assert quantile([5.0, 1.0, 3.0], 0.5) == 3.0
    assert quantile([5.0, 1.0, 3.0], 0.99) == 5.0


def test_incidents_are_weighed_against_naive_ways(capsys: pytest.CaptureFixture[str]) -> None:
    incidents.run(count=60, long=80, paired=20, alone=10)
    said = capsys.readouterr().out
    assert said.count("20 of them, against all pairs") == 2
    assert said.count("against a transaction for each") == 2
    assert re.search(r"80 findings: peak memory, MB +\d+", said)


def test_checks_are_asked_of_a_small_week(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counterfactual.run(2000, tmp_path, rows=1000)
    said = capsys.readouterr().out
    assert re.search(r"events, segments, MB +2,000, 2,", said)
    assert said.count("benign") == len(counterfactual.ACTIONS)
    assert "of a process that asked everything" in said


def test_the_ledger_is_weighed_against_naive_ways(capsys: pytest.CaptureFixture[str]) -> None:
    ledger.run(count=256, single=3, long=100)
    said = capsys.readouterr().out
    assert "append, a sync for each" in said
    assert "verify, JSON made again" in said
