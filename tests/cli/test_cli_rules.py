"""`vedette rules` as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rule_packages import RULE, package
from vedette.cli import command
from vedette.model.errors import ConfigError, VedetteError

SAMPLES = """\
samples:
  - name: starts
    match: true
    format: windows
    event: &event
      Channel: Microsoft-Windows-Sysmon/Operational
      Provider_Name: Microsoft-Windows-Sysmon
      EventID: 1
      UtcTime: '2026-03-02 09:14:07.123'
      Image: 'C:\\a1.exe'
"""

CORRELATION = """\
---
title: Twice
id: 00000000-0000-4000-8000-00000000000c
status: test
level: high
correlation:
  type: event_count
  rules: [00000000-0000-4000-8000-000000000001]
  group-by: [Image]
  timespan: 1m
  condition: {gte: 2}
samples:
  - name: two in a minute
    match: true
    findings: 1
    format: windows
    raw: |
      {LINE, "UtcTime": "2026-03-02 09:14:07"}
      {LINE, "UtcTime": "2026-03-02 09:14:08"}
  - name: one alone
    match: false
    format: windows
    event: {LINE, "UtcTime": "2026-03-02 09:14:07"}
""".replace(
    "LINE",
    r'"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1, "Image": "C:\\a1.exe"',
)


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("VEDETTE_DATA_DIR", raising=False)


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, ["rules", *map(str, arguments)])


def _file(folder: Path, text: str) -> Path:
    path = folder / "r.yml"
    path.write_text(text)
    return path


def test_samples_that_pass(tmp_path: Path) -> None:
    path = _file(tmp_path, RULE.format(number=1) + SAMPLES + CORRELATION)
    result = _run("test", path)
    assert result.output == "2 rules, 3 samples, 0 failed, 0 rules without samples\n"
    assert result.exit_code == 0


def test_samples_that_fail_are_told_with_their_place(tmp_path: Path) -> None:
    text = RULE.format(number=1) + SAMPLES.replace("a1.exe", "b.exe")
    text += CORRELATION.replace("match: false", "match: true").replace("findings: 1", "findings: 3")
    path = _file(tmp_path, text)
    result = _run("test", path)
    assert result.exit_code == 1
    assert result.output == (
        f"{path}:10: starts\n    expected a finding\n    got      no finding\n"
        f"{path}:31: two in a minute\n    expected 3 findings\n"
        "    got      1 finding (but Rule 1 matched)\n"
        f"{path}:38: one alone\n    expected a finding\n"
        "    got      no finding (but Rule 1 matched)\n"
        "2 rules, 3 samples, 3 failed, 0 rules without samples\n"
    )
    told = json.loads(_run("test", "-o", "json", path).output)
    assert (told["files"], told["rules"], told["samples"], told["passed"]) == (1, 2, 3, False)
    assert told["failures"][0] == {
        "path": str(path),
        "line": 10,
        "rule": "Rule 1",
        "sample": "starts",
        "expected": "a finding",
        "got": "no finding",
    }


def test_rules_without_samples_are_counted_and_fail_where_required(tmp_path: Path) -> None:
    path = _file(tmp_path, RULE.format(number=1))
    result = _run("test", path)
    assert result.output == "1 rules, 0 samples, 0 failed, 1 rules without samples\n"
    assert result.exit_code == 0
    result = _run("test", "--require-samples", path)
    assert f"{path}:1: Rule 1: has no sample" in result.output
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("condition: sel", "condition: gone", "a sound rule"),
        ("match: true", "match: perhaps", "samples"),
        ("format: windows", "format: vms", "readable events"),
    ],
)
def test_faults_of_a_file_fail(tmp_path: Path, old: str, new: str, expected: str) -> None:
    path = _file(tmp_path, (RULE.format(number=1) + SAMPLES).replace(old, new))
    result = _run("test", path)
    assert f"    expected {expected}\n" in result.output
    assert result.exit_code == 1


def test_the_bundled_rules_pass_and_all_have_samples() -> None:
    result = _run("test", "--require-samples")
    assert result.exit_code == 0, result.output


def test_list_says_the_state_of_every_rule(tmp_path: Path) -> None:
    needy = RULE.format(number=2).replace("Image|endswith: '\\a2.exe'", "Image|expand: '%mine%'")
    path = _file(tmp_path, RULE.format(number=1) + "---\n" + needy)
    options = ("--no-bundled", "--no-installed", "--rules", path)
    result = _run("list", *options)
    lines = result.stdout.splitlines()
    assert lines[0] == f"compiled     low            Rule 1  {path}:1"
    assert lines[1].startswith("needs value") and "%mine%" in lines[2]
    assert result.stderr == "2 rules: 1 compiled, 1 needs value\n"
    found = json.loads(_run("list", *options, "-o", "json", "--state", "needs value").stdout)
    assert (found["title"], found["state"], found["level"]) == ("Rule 2", "needs value", "")


def test_install_list_rollback(tmp_path: Path) -> None:
    for count in (1, 2):
        path = tmp_path / f"p{count}.zip"
        path.write_bytes(package(count))
        result = _run("install", "sigmahq", "--release", f"r{count}", "--from", path)
        assert f"{count} rules: {count} compiled" in result.stderr
        assert f"sigmahq r{count} is installed" in result.stderr
    rows = [json.loads(line) for line in _run("installed", "-o", "json").stdout.splitlines()]
    assert [(row["set"], row["version"], row["current"]) for row in rows] == [
        ("sigmahq", "r2", True),
        ("sigmahq", "r1", False),
    ]
    listed = _run("list", "--no-bundled").stdout
    assert "Rule 0" in listed and "Rule 1" in listed
    assert "r1 is current again" in _run("rollback", "sigmahq").stderr
    assert "Rule 1" not in _run("list", "--no-bundled").stdout
    assert _run("installed").stdout.startswith("sigmahq  r1  current  ")
    assert isinstance(_run("rollback", "sigmahq").exception, VedetteError)
    assert isinstance(_run("install", "other").exception, ConfigError)
