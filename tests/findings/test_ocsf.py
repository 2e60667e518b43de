"""OCSF events, held against an independent model of the schema."""

from __future__ import annotations

import json

from hypothesis import given
from py_ocsf_models import OCSF_VERSION
from py_ocsf_models.events.findings.detection_finding import DetectionFinding

from finding_shapes import any_texts, finding, findings
from vedette.findings import ocsf
from vedette.model.finding import Entity, Finding


def test_the_version_is_the_one_that_is_checked_here() -> None:
    assert ocsf.VERSION == OCSF_VERSION


@given(findings(any_texts))
def test_every_finding_is_a_detection_finding(finding: Finding) -> None:
    written = ocsf.line(finding)
    assert b"\n" not in written
    event = json.loads(written)
    parsed = DetectionFinding.model_validate(event)
    kept = parsed.model_dump(mode="json", exclude_none=True)
    assert _unknown(event, kept, "") == []
    assert event["time"] == finding.time // 1000


def _unknown(written: object, kept: object, path: str) -> list[str]:
    """Keys that were written but that the schema's model does not know."""
    if isinstance(written, dict) and isinstance(kept, dict):
        found = [f"{path}.{key}" for key in written if key not in kept]
        for key in written.keys() & kept.keys():
            found += _unknown(written[key], kept[key], f"{path}.{key}")
        return found
    if isinstance(written, list) and isinstance(kept, list):
        return [u for w, k in zip(written, kept, strict=True) for u in _unknown(w, k, path + "[]")]
    return []


def test_one_event() -> None:
    event = ocsf.event(finding())
    assert (event["class_uid"], event["category_uid"], event["type_uid"]) == (2004, 2, 200401)
    assert (event["severity_id"], event["severity"], event["status_id"]) == (4, "High", 1)
    assert event["time"] == 1_772_442_847_123
    info = event["finding_info"]
    assert info["analytic"] == {
        "type_id": 1,
        "type": "Rule",
        "uid": "r-1",
        "name": "Encoded PowerShell",
    }
    assert info["attacks"] == [
        {
            "technique": {"uid": "T1059", "name": "T1059"},
            "sub_technique": {"uid": "T1059.001", "name": "T1059.001"},
        }
    ]
    assert [(o["type_id"], o["value"]) for o in event["observables"]] == [
        (4, "harrow\\m.okafor"),
        (1, "ws-eng-07.harrow.example"),
        (9, "c:\\windows\\powershell.exe"),
    ]
    assert event["unmapped"]["event_ref"]["place"] == "line 1"
    assert event["unmapped"]["rule"]["licence"] == "Apache-2.0"


def test_observables_point_into_the_event() -> None:
    event = ocsf.event(finding())
    for observable in event["observables"]:
        value = event
        for key in observable["name"].split("."):
            value = value[key]
        assert observable["value"] in value


def test_a_mailbox_without_an_address_is_a_user_name() -> None:
    import msgspec

    one = msgspec.structs.replace(
        finding(), entities=(Entity("mailbox", "finance"), Entity("mailbox", "a@b.example"))
    )
    assert [o["type_id"] for o in ocsf.event(one)["observables"]] == [4, 5]
