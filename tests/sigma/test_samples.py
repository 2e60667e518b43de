"""Samples in rule files: what is read, and every fault with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from vedette.model.errors import ConfigError
from vedette.sigma.load import load_rules
from vedette.sigma.samples import Sample, samples_of

RULE = """\
title: T
id: r1
logsource: {product: windows}
detection:
  sel: {F: 1}
  condition: sel
"""


def _write(folder: Path, text: str) -> Path:
    path = folder / "r.yml"
    path.write_text(text)
    return path


def test_samples_of_a_file(tmp_path: Path) -> None:
    text = f"""\
{RULE}samples:
  - name: one
    match: true
    format: windows
    event: {{EventID: 1, Deep: {{a: [1, null, yes]}}, Time: 2026-01-02}}
    findings: 1
  - name: lines
    match: false
    format: auditd
    raw: |
      type=A
      type=B
---
title: No samples
logsource: {{product: a}}
detection: {{sel: {{F: 1}}, condition: sel}}
---
title: C
id: c1
correlation: {{type: event_count, rules: [r1], timespan: 1h, condition: {{gte: 2}}}}
samples:
  - {{name: two, match: yes, format: json, events: [{{a: 1}}, {{a: 2}}]}}
"""
    path = _write(tmp_path, text)
    event = {"EventID": 1, "Deep": {"a": [1, None, "yes"]}, "Time": "2026-01-02"}
    assert samples_of(path) == [
        (("r1",), Sample("one", True, "windows", (event,), None, 1, 8)),
        (("r1",), Sample("lines", False, "auditd", (), "type=A\ntype=B\n", None, 13)),
        (("c1",), Sample("two", True, "json", ({"a": 1}, {"a": 2}), None, None, 28)),
    ]
    assert samples_of(tmp_path) == samples_of(path)
    assert {verdict.state for verdict in load_rules([path]).verdicts} == {"compiled"}


def test_a_rule_without_an_id_has_the_id_that_the_loader_gives_it(tmp_path: Path) -> None:
    sample = "samples:\n  - {name: n, match: true, format: json, event: {}}\n"
    path = _write(tmp_path, RULE.replace("id: r1\n", "") + sample)
    ((ids, _),) = samples_of(path)
    assert ids == (load_rules([path]).rules[0].id,)


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        ("samples: 1", "7:1: samples is a number; write a list of maps with name, match, format"),
        ("samples: [1]", "7:11: a sample is a number; write a list of maps"),
        ("samples: [{name: n, match: true, event: {}}]", "7:11: a sample without format; add `"),
        ("samples: [{name: n, match: 2, format: f, event: {}}]", "7:28: match is a number; write"),
        ("samples: [{name: n, match: no, format: f}]", "7:11: a sample holds one of event, events"),
        (
            "samples: [{name: n, match: no, format: f, event: {}, raw: x}]",
            "7:11: a sample holds one",
        ),
        (
            "samples: [{name: n, match: no, format: f, event: [1]}]",
            "7:50: an event is a list; write",
        ),
        (
            "samples: [{name: n, match: no, format: f, events: {}}]",
            "7:51: events is a map; write a",
        ),
        ("samples: [{name: n, match: no, format: f, events: []}]", "7:51: an empty list of events"),
        (
            "samples: [{name: n, match: no, format: f, raw: {}}]",
            "7:48: raw is a map; write the line",
        ),
        (
            "samples: [{name: n, match: no, format: f, raw: x, extra: 1}]",
            "7:51: the key 'extra' is",
        ),
        (
            "samples: [{name: n, match: yes, format: f, raw: x, findings: -1}]",
            "7:62: findings is no",
        ),
        (
            "samples: [{name: n, match: yes, format: f, raw: x, findings: 0}]",
            "7:62: match is true, b",
        ),
        ("samples: [{name: n, match: no, format: f, event: {a: !x 1}}]", "7:50: the tag !x is not"),
    ],
)
def test_faults_have_their_place(tmp_path: Path, samples: str, expected: str) -> None:
    path = _write(tmp_path, f"{RULE}{samples}\n")
    with pytest.raises(ConfigError) as raised:
        samples_of(path)
    assert any(fault.startswith(f"{path}:{expected}") for fault in raised.value.faults), str(raised)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        samples_of(tmp_path / "none.yml")
