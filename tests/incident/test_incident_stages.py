"""Stages of an attack, and the tactics of the techniques that rules name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import vedette
from incident.incident_shapes import HOUR, NOON, finding_of
from vedette.incident.knots import Knot
from vedette.incident.stages import load_tactics, timeline
from vedette.model.bundled import bundled
from vedette.model.errors import ConfigError

TACTICS = load_tactics()
ROOT = Path(vedette.__file__).parent


def test_every_technique_of_rules_and_detectors_has_a_tactic() -> None:
    named = set()
    for path in sorted(bundled("rules").rglob("*.yml")):
        named |= {
            each.upper() for each in re.findall(r"attack\.(t\d{4}(?:\.\d{3})?)", path.read_text())
        }
    for folder in (bundled("lures"), bundled("shield"), ROOT / "lure", ROOT / "shield"):
        for path in (*folder.rglob("*.yml"), *folder.rglob("*.py")):
            named |= set(re.findall(r"\bT[01]\d{3}(?:\.\d{3})?\b", path.read_text()))
    assert len(named) > 100
    assert sorted(each for each in named if not TACTICS.of(each)) == []


def test_tactics_of_rules_are_among_ours() -> None:
    known = {tactic.name for tactic in TACTICS.ordered}
    tags = set()
    for path in sorted(bundled("rules").rglob("*.yml")):
        tags |= set(re.findall(r"- attack\.([a-z][a-z-]+)$", path.read_text(), re.MULTILINE))
    assert {tag for tag in tags if not re.match(r"t\d", tag)} <= known


def test_stages_stand_in_the_order_of_an_attack() -> None:
    knot = Knot()
    findings = [
        finding_of(1, NOON + 2 * HOUR, rule="theft", techniques=("T1567.002",)),
        finding_of(2, NOON, rule="lure", techniques=("T1566.001",)),
        finding_of(3, NOON + HOUR, rule="run", techniques=("T1204.002", "T9999")),
        finding_of(4, NOON + HOUR, rule="run", techniques=("T1204.002", "T9999")),
    ]
    for finding in findings:
        knot.add(finding)
    lines = knot.summary().lines
    stages = TACTICS.stages(lines)
    assert [stage.tactic for stage in stages] == ["initial-access", "execution", "exfiltration"]
    assert [stage.count for stage in stages] == [1, 2, 1]
    assert stages[0].observable == findings[1].id
    assert TACTICS.unknown(lines) == ["T9999"]
    assert [line.rule for line in timeline(lines)] == ["lure", "run", "theft"]


def test_faults_of_a_tactics_file_are_said(tmp_path: Path) -> None:
    path = tmp_path / "t.yml"
    entry = "- {name: a, words: b, progress: 3, techniques: []}\n"
    path.write_text("tactics:\n" + entry + entry)
    with pytest.raises(ConfigError) as caught:
        load_tactics(path)
    assert len(caught.value.faults) == 3
