"""NDJSON out and in again."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from finding_shapes import any_texts, finding, findings
from vedette.findings.ndjson import line, read
from vedette.findings.sound import sound
from vedette.model.finding import EventRef, Finding


@given(findings())
def test_reading_gives_the_same_finding(finding: Finding) -> None:
    assert read(line(finding)) == finding


@given(findings(any_texts))
def test_any_text_makes_one_line_of_json(finding: Finding) -> None:
    written = line(finding)
    assert b"\n" not in written and b"\r" not in written and b"\x1b" not in written
    json.loads(written.decode())
    assert read(written) == sound(finding)


def test_the_keys_are_those_documented() -> None:
    assert json.loads(line(finding())) == {
        "id": "0" * 32,
        "time": "2026-03-02T09:14:07.123456Z",
        "rule": {
            "id": "r-1",
            "title": "Encoded PowerShell",
            "level": "high",
            "author": "Vedette",
            "licence": "Apache-2.0",
            "path": "rules/a.yml",
        },
        "logsource": {"product": "windows", "category": "process_creation"},
        "techniques": ["T1059.001"],
        "entities": [
            {"kind": "account", "value": "harrow\\m.okafor"},
            {"kind": "host", "value": "ws-eng-07.harrow.example"},
            {"kind": "process", "value": "c:\\windows\\powershell.exe"},
        ],
        "evidence": [
            {
                "field": "CommandLine",
                "value": "powershell -enc AAAA",
                "start": 11,
                "end": 15,
                "selection": "selection",
            }
        ],
        "event_ref": {"source": "events.ndjson", "place": "line 1", "key": "k0"},
    }


def test_optional_keys_appear_where_they_say_something() -> None:
    import msgspec

    full = msgspec.structs.replace(
        finding(), related=(EventRef("s", "p", "k"),), probability=0.5, message="m"
    )
    written = json.loads(line(full))
    assert written["related"] == [{"source": "s", "place": "p", "key": "k"}]
    assert (written["probability"], written["message"]) == (0.5, "m")


@pytest.mark.parametrize("bad", [b"", b"{}", b"[]", b'{"id":1}', b"\xff", b"{" * 5000])
def test_what_is_no_finding_is_refused(bad: bytes) -> None:
    with pytest.raises(ValueError, match="not a finding"):
        read(bad)


def test_a_time_must_be_one() -> None:
    with pytest.raises(ValueError, match="RFC 3339"):
        read(line(finding()).replace(b"2026-03-02T09:14:07.123456Z", b"soon"))
