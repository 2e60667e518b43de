"""From records of the shield to findings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpora
from vedette.engine.detectors import Detectors
from vedette.model.batch import Batch, DictRows
from vedette.model.bundled import bundled
from vedette.model.errors import ConfigError
from vedette.model.finding import Entity, Finding
from vedette.model.instant import rfc3339
from vedette.shield.detector import HOUR, KEY, ShieldDetector
from vedette.shield.families import load_families
from vedette.shield.live.source import FORMAT, LOGSOURCE
from vedette.sigma import ir
from vedette.sigma.detection import Detection

FAMILIES: Final = load_families(bundled("shield") / "families.yml")
START: Final = 493_000 * HOUR


def record(**said: Any) -> dict[str, Any]:
    at = said.pop("at", START)
    return {
        "kind": "request", "time": rfc3339(at), "id": f"u{at}", "site": "shop",
        "host": "Shop.example:8080", "method": "GET", "path": "/item/7",
        "template": "/item/{number}", "client": "203.0.113.7", "action": "would_block",
        "mode": "shadow", "status": 200, "score": 5,
        "hits": [{"rule": 942100, "msg": "SQL", "severity": 2, "tags": ["attack-sqli"],
                  "variable": "ARGS:q", "parameter": "ARGS:q", "value": "1 or 1"}],
    } | said  # fmt: skip


def batch(records: Iterable[Mapping[str, Any]], form: str = FORMAT) -> Batch:
    rows = list(records)
    raws = [orjson.dumps(row) for row in rows]
    places = [f"request {n}" for n in range(len(rows))]
    return Batch("shield:web", form, DictRows(rows, raws, places), LOGSOURCE, START + 5)


def found(detector: ShieldDetector, *records: Mapping[str, Any]) -> list[Finding]:
    result = detector.inspect(batch(records))
    assert result.problems == []
    return result.findings


def test_a_finding_says_who_where_what() -> None:
    (finding,) = found(ShieldDetector(FAMILIES), record())
    assert finding.rule.title == "SQL injection"
    assert finding.rule.level == "medium"
    assert finding.techniques == ("T1190",)
    assert finding.time == START
    assert finding.entities == (
        Entity("address", "203.0.113.7"),
        Entity("domain", "shop.example"),
        Entity("url", "http://shop.example/item/{number}"),
    )
    (evidence,) = finding.evidence
    assert (evidence.field, evidence.value, evidence.selection) == ("ARGS:q", "1 or 1", "942100")
    assert finding.message == (
        "SQL injection at shop: 1 request of 203.0.113.7 this hour (1 would have been), the last to"
        " /item/7"
    )


def test_a_flood_is_a_handful_of_findings_with_counts() -> None:
    detector = ShieldDetector(FAMILIES)
    findings: list[Finding] = []
    for part in range(100):
        rows = [record(at=START + part * 100 + i, action="blocked") for i in range(100)]
        findings += found(detector, *rows)
    assert [re.findall(r": ([\d,]+) request", f.message)[0] for f in findings] == [
        "1", "10", "100", "1,000", "10,000",
    ]  # fmt: skip
    assert len({finding.id for finding in findings}) == 5
    assert findings[-1].rule.level == "low"


def test_each_hour_client_site_and_family_by_itself() -> None:
    xss = [{**record()["hits"][0], "tags": ["attack-xss"]}]
    detector = ShieldDetector(FAMILIES)
    rows = [
        record(), record(), record(at=START + HOUR), record(client="203.0.113.8"),
        record(site="blog"), record(hits=xss), record(hits=xss + record()["hits"]),
        record(client="2001:db8::1"), record(client="2001:db8::2"),
    ]  # fmt: skip
    assert len(found(detector, *rows)) == 6


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ({"score": 3, "action": "passed"}, "informational"),
        ({"score": 5, "action": "blocked"}, "low"),
        ({"score": 5, "action": "would_block"}, "medium"),
        ({"score": 15, "action": "blocked"}, "medium"),
        ({"score": 20, "action": "would_block"}, "high"),
        ({"score": 0, "action": "would_block"}, "medium"),
    ],
)
def test_the_level_follows_score_and_outcome(said: dict[str, Any], level: str) -> None:
    (finding,) = found(ShieldDetector(FAMILIES), record(**said))
    assert finding.rule.level == level


def test_alarms_refusals_and_cuts() -> None:
    detector = ShieldDetector(FAMILIES)
    alarm = {"kind": "alarm", "time": rfc3339(START), "sentence": "it broke", "count": 3}
    again = {**alarm, "time": rfc3339(START + 60_000_000)}
    first, second = found(detector, alarm, again)
    assert (first.id, first.rule.level, first.message) == (second.id, "high", "it broke")
    refused = {
        "kind": "refused", "time": rfc3339(START), "client": "203.0.113.9", "action": "blocked",
        "status": 400, "reason": "both lengths",
    }  # fmt: skip
    (smuggling,) = found(detector, refused, {**refused, "status": 408})
    assert smuggling.rule.title == "Requests that two readers may read differently"
    (slow,) = found(detector, record(hits=[], cut="cpu_us", action="passed", client="192.0.2.1"))
    assert slow.techniques == ("T1499.003",)
    assert found(detector, {"kind": "traffic", "site": "shop", "requests": 1}) == []


def test_other_formats_are_left_alone() -> None:
    result = ShieldDetector(FAMILIES).inspect(batch([record()], "windows"))
    assert (result.findings, result.events) == ([], 0)


def _run(detector: ShieldDetector, rows: list[dict[str, Any]]) -> list[str]:
    return [finding.id for finding in found(detector, *rows)]


def test_memory_outlives_the_process_and_a_replay_adds_nothing() -> None:
    rows = [record(at=START + i) for i in range(60)]
    whole = _run(ShieldDetector(FAMILIES), rows)
    first = ShieldDetector(FAMILIES)
    ids = _run(first, rows[:25])
    memory = dict(first.delta().puts)
    assert all(key.startswith(KEY) for key in memory)
    second = ShieldDetector(FAMILIES)
    second.restore({**memory, "w/x": b"of somebody else"})
    ids += _run(second, rows[25:])
    assert ids == whole
    again = ShieldDetector(FAMILIES)
    again.restore(memory)
    assert _run(again, rows[25:]) == whole[2:]


def test_memory_of_hours_gone_by_is_dropped() -> None:
    detector = ShieldDetector(FAMILIES)
    found(detector, *(record(client=f"192.0.2.{i}") for i in range(50)))
    assert len(detector.delta().puts) == 50
    found(detector, record(at=START + 9 * HOUR))
    delta = detector.delta()
    assert (len(delta.puts), len(delta.deletes)) == (1, 50)
    assert not detector.delta()


def test_beside_the_rules_of_sigma() -> None:
    both = Detectors(Detection(ir.RuleSet((), (), ()), {}), shields=ShieldDetector(FAMILIES))
    assert len(both.inspect(batch([record()])).findings) == 1
    memory = dict(both.delta().puts)
    assert any(key.startswith(KEY) for key in memory)
    both.restore(memory)
    alone = Detectors(Detection(ir.RuleSet((), (), ()), {}))
    alone.restore(memory)
    assert {key for key in alone.delta().deletes if key.startswith(KEY)} == {
        key for key in memory if key.startswith(KEY)
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*record(), "cut", "sentence", "reason"]), JSON))
@settings(max_examples=300, deadline=None)
def test_any_record_is_a_finding_or_a_problem(said: dict[str, Any]) -> None:
    detector = ShieldDetector(FAMILIES)
    for kind in ("request", "alarm", "refused", "traffic", None):
        row = {**record(), **said}
        row["kind"] = kind if kind is not None else said.get("kind")
        result = detector.inspect(batch([row]))
        assert result.events == 1
        for finding in result.findings:
            json.dumps(finding.message)
    detector.delta()


def test_every_tag_of_crs_has_its_family() -> None:
    text = "".join(path.read_text() for path in (corpora.crs() / "rules").glob("*.conf"))
    tags = set(re.findall(r"tag:'((?:attack-|OWASP_CRS/WEB)[^']*)'", text))
    assert len(tags) > 15
    known = {tag for family in FAMILIES.by_name.values() for tag in family.tags}
    assert tags <= known
    assert {FAMILIES.of(["attack-sqli"]).family, FAMILIES.of(["x"]).family} == {"sqli", "other"}


def test_techniques_are_well_formed_and_ids_differ() -> None:
    for family in FAMILIES.by_name.values():
        assert family.techniques
        assert all(re.fullmatch(r"T\d{4}(\.\d{3})?", each) for each in family.techniques)


def test_a_faulty_table_is_told(tmp_path: Any) -> None:
    path = tmp_path / "families.yml"
    path.write_text("families:\n- {family: a, id: x, title: t, tags: [u, u], techniques: []}\n")
    with pytest.raises(ConfigError, match="the tag u stands twice") as caught:
        load_families(path)
    assert "no family other" in str(caught.value)
