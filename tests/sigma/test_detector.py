"""What a finding says, as a whole, and what is said of expressions that stall."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from vedette.model.batch import Batch, DictRows, JsonLines
from vedette.model.finding import Entity, EventRef, Evidence, Finding, RuleRef, finding_id
from vedette.model.instant import instant_of
from vedette.model.logsource import Logsource
from vedette.sigma.detector import SigmaDetector, techniques_of
from vedette.sigma.load import load_rules
from vedette.sigma.mapping import Mapping, Route

MAPPINGS = {
    "m": Mapping(
        format="m",
        discriminators=("id",),
        fields={"CommandLine": ("cmd",)},
        time=("when", "time"),
        entities={"hash": ("hashes",), "address": ("ip",), "host": ("host",)},
        routes=(Route(Logsource("p", "c"), {"id": ("1",)}),),
    )
}
RULE: dict[str, Any] = {
    "title": "Encoded",
    "id": "00000000-0000-4000-8000-000000000001",
    "level": "high",
    "author": "A. Nonymous",
    "tags": ["attack.execution", "attack.t1059.001", "attack.T1027"],
    "logsource": {"product": "p", "category": "c"},
    "detection": {
        "sel": {"CommandLine|contains": "-ENC"},
        "words": ["kelvin"],
        "out": {"CommandLine|contains": "good"},
        "condition": "sel and words and not out",
    },
}
EVENT = {
    "id": 1,
    "cmd": "É ſh -enc AAAA",
    "note": "0 \u212aELVIN",
    "when": "not a time",
    "time": "2026-03-01T10:00:00+02:00",
    "hashes": "MD5=AB" + "0" * 30 + ",IMPHASH=" + "C" * 32,
    "ip": ["::ffff:10.0.0.7", "127.0.0.1"],
    "host": ["WS-7.Example.", "localhost.", "."],
}


def detector(folder: Path, *rules: dict[str, Any]) -> SigmaDetector:
    (folder / "rule.yml").write_text(yaml.safe_dump_all(rules), "utf-8")
    loaded = load_rules([folder])
    assert {verdict.state for verdict in loaded.verdicts} == {"compiled"}, loaded.verdicts
    return SigmaDetector(loaded.rules, MAPPINGS)


def batch(*events: dict[str, Any], arrival: int = 5) -> Batch:
    return Batch("log", "m", JsonLines([json.dumps(e).encode() for e in events]), arrival=arrival)


def test_a_finding_as_a_whole(tmp_path: Path) -> None:
    made = detector(tmp_path, RULE)
    given = batch(EVENT)
    rule = made.plan.rules[0]
    key = given.event_key(0)
    assert made.inspect(given).findings == [
        Finding(
            id=finding_id(rule.id, (key,)),
            time=instant_of("2026-03-01T08:00:00Z") or 0,
            rule=RuleRef(rule.id, "Encoded", "high", "A. Nonymous", rule.licence, rule.path),
            logsource=Logsource("p", "c"),
            techniques=("T1059.001", "T1027"),
            entities=(
                Entity("address", "10.0.0.7"),
                Entity("hash", "md5:ab" + "0" * 30),
                Entity("host", "ws-7.example"),
            ),
            evidence=(
                Evidence("CommandLine", "É ſh -enc AAAA", 5, 9, "sel"),
                Evidence("", "0 \u212aELVIN", 2, 8, "words"),
            ),
            event_ref=EventRef("log", "line 1", key),
        )
    ]


def test_reading_again_gives_the_same_ids(tmp_path: Path) -> None:
    one = detector(tmp_path, RULE).inspect(batch(EVENT, EVENT))
    two = detector(tmp_path, RULE).inspect(batch(EVENT, EVENT, arrival=99))
    ids = [finding.id for finding in one.findings]
    assert ids == [finding.id for finding in two.findings]
    assert len(set(ids)) == 2, "two lines are two events"


def test_an_event_without_a_time_has_its_arrival(tmp_path: Path) -> None:
    event = {key: value for key, value in EVENT.items() if key != "time"}
    (finding,) = detector(tmp_path, RULE).inspect(batch(event, arrival=1234)).findings
    assert finding.time == 1234


def test_techniques_are_the_tags_that_name_one() -> None:
    assert techniques_of(["attack.T1003", "attack.t1003.001", "attack.g0001", "xattack.t1"]) == (
        "T1003",
        "T1003.001",
    )


def test_a_stalling_expression_is_said_once_per_batch(tmp_path: Path) -> None:
    stalling = RULE | {
        "detection": {"sel": {"CommandLine|re": r"(?<!x)(a|aa)+\1b"}, "condition": "sel"}
    }
    made = detector(tmp_path, stalling)
    events = [EVENT | {"cmd": "a" * size + "!b"} for size in (5000, 5001)]
    first = made.inspect(batch(*events))
    assert [(p.where, p.what) for p in first.problems] == [
        ("log", "a regular expression took too long on 2 values and was counted as no match")
    ]
    assert first.events == 2
    assert made.inspect(batch(EVENT)).problems == []


def test_rows_that_are_no_objects_are_problems_with_their_place(tmp_path: Path) -> None:
    rows = JsonLines([b"[1]", json.dumps(EVENT).encode()], first=8)
    result = detector(tmp_path, RULE).inspect(Batch("log", "m", rows))
    assert [problem.where for problem in result.problems] == ["log:line 8"]
    assert [finding.event_ref.place for finding in result.findings] == ["line 9"]
    assert result.events == 1


def test_formats_and_logsources_do_not_pile_up(tmp_path: Path) -> None:
    made = detector(tmp_path, RULE)
    for number in range(300):
        rows = DictRows([EVENT], [b""], ["record 0"])
        made.inspect(Batch("log", f"f{number}", rows, Logsource(f"p{number}")))
    assert len(made._fronts) <= 256
