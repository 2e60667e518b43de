"""What is no incident yet: kept, shown to who asks for all, and promoted by what joins it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from incident.incident_shapes import NOON, finding_of
from vedette.incident.assets import Asset, Assets
from vedette.incident.knots import Knot
from vedette.incident.priority import Priority, prioritise
from vedette.incident.reading import Incident, noticed
from vedette.incident.shown import as_json, one_line, story
from vedette.incident.stages import load_tactics
from vedette.model.finding import Finding

TACTICS = load_tactics()
HOST = ("host", "ws-1")


def judged(
    findings: Sequence[Finding], assets: Assets | None = None, verdicts: int = 0
) -> tuple[Incident, Priority]:
    """An incident of these, its first rule judged right so many times."""
    knot = Knot()
    for finding in findings:
        knot.add(finding)
    summary = knot.summary()
    counts = {summary.lines[0].rule: (verdicts, 0, 0)}
    return Incident("open", summary), prioritise(summary, TACTICS, assets or Assets(), counts)


MEDIUM = finding_of(1, NOON, HOST, level="medium", techniques=("T1219",))


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([MEDIUM], True),
        ([finding_of(1, NOON, HOST, level="low", techniques=("T1190",))], True),
        ([finding_of(1, NOON, HOST, level="high", techniques=("T1204",))], False),
        ([MEDIUM] * 5, True),
        ([MEDIUM, finding_of(2, NOON, HOST, rule="r2", level="medium", techniques=("T1105",))],
         False),
    ],
)  # fmt: skip
def test_what_is_more_likely_no_attack_and_not_much_is_a_notice(
    findings: list[Finding], expected: bool
) -> None:
    assert noticed(*judged(findings)) is expected


def test_on_something_critical_the_same_is_an_incident() -> None:
    assets = Assets([Asset("payments", criticality=5, hosts=("ws-1",))])
    assert not noticed(*judged([MEDIUM], assets))


def test_a_rule_that_proved_right_makes_no_notices() -> None:
    assert not noticed(*judged([MEDIUM], verdicts=4))


def test_what_people_were_told_of_is_an_incident() -> None:
    incident, priority = judged([MEDIUM])
    assert not noticed(incident, priority, {incident.summary.id})


def test_a_notice_says_so() -> None:
    incident, priority = judged([MEDIUM])
    told = {incident.summary.id}
    assert one_line(incident, priority).endswith("[notice]")
    assert not one_line(incident, priority, told).endswith("[notice]")
    assert any("a notice" in line for line in story(incident, priority, ()))
    assert not any("a notice" in line for line in story(incident, priority, (), told))
    assert as_json(incident, priority, ())["notice"] is True
    assert as_json(incident, priority, (), told)["notice"] is False
