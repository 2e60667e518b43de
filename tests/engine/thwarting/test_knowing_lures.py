"""How far an attack has come, where part of it is a message."""

from __future__ import annotations

from incident.incident_shapes import NOON, finding_of
from vedette.engine.thwarting.knowing import LURES, Belonging, facts_of
from vedette.incident.assets import Assets
from vedette.incident.fold import Folder
from vedette.incident.kinds import DAY, load_linking
from vedette.incident.priority import prioritise
from vedette.incident.rarity import Rarity
from vedette.incident.stages import load_tactics
from vedette.model.bundled import bundled
from vedette.model.finding import Finding
from vedette.response.playbook.choosing import choose
from vedette.response.playbook.facts import Facts
from vedette.response.playbook.kinds import load_kinds
from vedette.response.playbook.reading import load_playbooks

PERSONA = ("hash", "sha256:" + "ab" * 32)
MESSAGE = finding_of(
    1, NOON, PERSONA, rule=min(LURES), techniques=("T1566.001", "T1656", "T1204.002", "T1036"),
    probability=0.97,
)  # fmt: skip
RAN = finding_of(2, NOON + 1, PERSONA, ("host", "a"), techniques=("T1204.002", "T1059"))


def facts(*findings: Finding) -> Facts:
    linking = load_linking()
    folder = Folder(linking, Rarity(linking))
    for finding in findings:
        folder.take(finding, NOON + DAY)
    ((summary, _),) = folder.settle().changed
    priority = prioritise(summary, load_tactics(), Assets(), {})
    return facts_of(summary, priority, Belonging(Assets()))


def playbook(known: Facts) -> str:
    bundle = load_playbooks([bundled("playbooks")], load_kinds())
    chosen = choose(bundle, known, NOON).playbook
    return "none" if chosen is None else chosen.name


def test_what_a_message_asks_for_has_not_happened() -> None:
    known = facts(MESSAGE)
    assert known.stages == ("lure",)
    assert "T1204.002" in known.techniques
    assert playbook(known) == "Recruiter lure"


def test_what_ran_after_it_has() -> None:
    known = facts(MESSAGE, RAN)
    assert set(known.stages) == {"lure", "execution"}
    assert playbook(known) == "Host intrusion after a lure"
