"""Kinds of event kept on disk: the same answers, never stale ones; damage costs only time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from vedette.model.batch import Batch, JsonLines
from vedette.model.logsource import Logsource
from vedette.sigma import ir
from vedette.sigma.detector import SigmaDetector
from vedette.sigma.ir import Rule
from vedette.sigma.load import load_rules
from vedette.sigma.mapping import Mapping, Route

MAPPING = Mapping(
    format="m",
    discriminators=("id", "kind"),
    routes=(
        Route(Logsource("p")),
        Route(Logsource("p", "c"), {"id": ("1",)}, {"a": ("deep.a", "a")}),
    ),
)
DETECTIONS: list[tuple[str | None, dict[str, Any]]] = [
    (None, {"a|contains": "evil"}),
    ("c", {"a": ["x*y", "z"], "b|re": "^[ab]{2}-"}),
    ("c", {"id": 1, "b|cidr": "10.0.0.0/8"}),
    ("c", {"b|gt": 5, "kind": None}),
    ("c", {"a|fieldref": "b"}),
    (None, {"b|contains|all": ["one", "two"], "kind|exists": True}),
    (None, {"id": 2}),
]
EVENTS: list[dict[str, Any]] = [
    {"id": 1, "a": "x.evil.y", "b": "ab-"},
    {"id": "1", "deep": {"a": "z"}, "b": "10.1.2.3"},
    {"id": 1, "b": 7},
    {"id": 1, "a": "same", "b": "SAME"},
    {"kind": ["k", "l"], "b": "two one"},
    {"id": 2, "kind": "k", "note": "a keyword"},
    {"id": [1, 2], "a": "evil"},
    {"id": "3", "note": "short"},
]


def rules(folder: Path, detections: list[tuple[str | None, Any]]) -> tuple[Rule, ...]:
    documents = [
        {
            "title": f"rule {number}",
            "id": f"00000000-0000-4000-8000-{number:012d}",
            "level": "low",
            "logsource": {"product": "p"} | ({"category": category} if category else {}),
            "detection": {"s": detection, "condition": "s"},
        }
        for number, (category, detection) in enumerate(detections)
    ]
    folder.mkdir(exist_ok=True)
    (folder / "rules.yml").write_text(yaml.safe_dump_all(documents), "utf-8")
    loaded = load_rules([folder])
    assert len(loaded.rules) == len(detections), loaded.verdicts
    return loaded.rules


@pytest.fixture
def given(tmp_path: Path) -> tuple[Rule, ...]:
    return rules(tmp_path / "rules", [*DETECTIONS, (None, ["a keyword", "short"])])


def judged(detector: SigmaDetector) -> list[tuple[int, Any]]:
    lines = JsonLines([json.dumps(event).encode() for event in EVENTS])
    return [(index, fired) for index, _, fired in detector.hits(Batch("x", "m", lines), [])]


def plan_of(detector: SigmaDetector) -> Any:
    return detector.plan.format_plan("m", Logsource())


def test_a_second_run_begins_where_the_first_ended(given: tuple[Rule, ...], tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    plain = judged(SigmaDetector(given, {"m": MAPPING}))
    assert len(plain) > 6
    first = SigmaDetector(given, {"m": MAPPING}, cache)
    assert judged(first) == plain
    first.plan.keep()
    (entry,) = cache.iterdir()
    second = SigmaDetector(given, {"m": MAPPING}, cache)
    assert judged(second) == plain
    assert not plan_of(second).grown
    assert plan_of(second).kept() == plan_of(first).kept()
    written = entry.stat().st_mtime_ns
    second.plan.keep()
    assert entry.stat().st_mtime_ns == written, "nothing new, nothing written"


def test_other_rules_or_mappings_are_another_matter(
    given: tuple[Rule, ...], tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    first = SigmaDetector(given, {"m": MAPPING}, cache)
    judged(first)
    first.plan.keep()
    fewer = given[1:]
    changed = Mapping(format="m", discriminators=("id",), routes=MAPPING.routes)
    for these, mapping in [(fewer, MAPPING), (given, changed)]:
        detector = SigmaDetector(these, {"m": mapping}, cache)
        assert judged(detector) == judged(SigmaDetector(these, {"m": mapping}))
        assert plan_of(detector).grown


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "other"])
def test_a_damaged_file_is_not_used(given: tuple[Rule, ...], tmp_path: Path, damage: str) -> None:
    cache = tmp_path / "cache"
    first = SigmaDetector(given, {"m": MAPPING}, cache)
    plain = judged(first)
    first.plan.keep()
    (entry,) = cache.iterdir()
    whole = entry.read_bytes()
    middle = len(whole) // 2
    entry.write_bytes(
        {
            "cut": whole[:middle],
            "flip": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
            "empty": b"",
            "other": b"\x93\1\2\3",
        }[damage]
    )
    second = SigmaDetector(given, {"m": MAPPING}, cache)
    assert judged(second) == plain
    assert plan_of(second).grown
    second.plan.keep()
    assert entry.read_bytes() == whole


def test_what_can_not_be_written_costs_nothing(given: tuple[Rule, ...], tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"")
    detector = SigmaDetector(given, {"m": MAPPING}, file / "cache")
    assert judged(detector) == judged(SigmaDetector(given, {"m": MAPPING}))
    detector.plan.keep()
    item = ir.Item("a", (ir.TimePart("minute", 10**30),))
    huge = msgspec.structs.replace(given[0], selections={"s": item})
    detector = SigmaDetector([huge], {"m": MAPPING}, tmp_path / "cache")
    assert judged(detector) == []
    detector.plan.keep()
    assert not (tmp_path / "cache").exists()


def test_old_files_go(given: tuple[Rule, ...], tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    detector = SigmaDetector(given, {}, cache)
    for number in range(40):
        rows = JsonLines([b'{"a": "evil"}'])
        list(detector.hits(Batch("x", f"format {number}", rows, Logsource("p")), []))
    detector.plan.keep()
    assert len(list(cache.iterdir())) == 32
