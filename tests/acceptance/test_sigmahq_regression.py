"""SigmaHQ's own regression recordings: each fires its rule, as often as is stated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import corpora
from acceptance.judges import WINDOWS, Judges, rows_of
from acceptance.recordings import evtx_records

pytestmark = pytest.mark.corpus

OTHER_COUNTS = {
    # Each recording holds more events that fit the rule word for word than the one match stated;
    # the oracle, which knows nothing of the compiled plan, counts the same.
    "0b9ad457-2554-44c1-82c2-d56a99c42377": (
        3,
        "three files whose path contains AnyDesk\\user.conf: user.conf.new twice, a .TMP once",
    ),
    "8fbf3271-1ef6-4e94-8210-03c2317947f6": (
        3,
        "procdump.exe, procdump64.exe and procdump64a.exe were dropped; the rule lists all three",
    ),
    "45e112d0-7759-4c2a-aa36-9f8fb79d3393": (
        3,
        "one domain was put into zone 2 for https, for http and for *: three registry values",
    ),
    "c7dcacd0-cc59-4004-b0a4-1d6cdebe6f3e": (
        2,
        "AutoShareServer and AutoShareWks were both set to 0; the rule lists both",
    ),
}


def recordings() -> list[tuple[str, Path, int | None]]:
    """Rule id, recording and the stated count of matches."""
    root = corpora.sigmahq()
    found: list[tuple[str, Path, int | None]] = []
    for info in sorted(root.glob("regression_data/**/info.yml")):
        about: dict[str, Any] = yaml.safe_load(info.read_text("utf-8"))
        for test in about.get("regression_tests_info") or []:
            recording, stated = root / test["path"], test.get("match_count")
            found.extend((rule["id"], recording, stated) for rule in about["rule_metadata"])
    return found


def test_what_the_oracle_can_read_is_what_compiles(judges: Judges) -> None:
    states = {verdict.id: verdict.state for verdict in judges.rules.verdicts}
    assert len(states) >= 3780
    assert {id_ for id_, state in states.items() if state != "compiled"} == judges.unread
    assert {state for id_, state in states.items() if id_ in judges.unread} == {"needs value"}
    assert len(judges.unread) <= 25


def test_every_recording_fires_its_rule_as_often_as_stated(judges: Judges) -> None:
    ids = [rule.id for rule in judges.rules.rules]
    found = recordings()
    assert len(found) >= 202
    wrong: list[str] = []
    for rule_id, path, stated in found:
        fired, refused = judges.fast(rows_of(evtx_records([path])), "windows", WINDOWS)
        count = sum(rule_id in {ids[position] for position in row} for row in fired)
        expected = OTHER_COUNTS[rule_id][0] if rule_id in OTHER_COUNTS else stated
        if refused or not count or (expected is not None and count != expected):
            wrong.append(f"{path.name}: {count} times, stated {stated}, {refused} rows refused")
    assert wrong == []


def test_no_rule_fires_without_the_oracle(judges: Judges) -> None:
    """The cross product: all rules on all recordings, of whatever rule they are."""
    records = evtx_records(path for _, path, _ in recordings())
    assert len(records) >= 238
    assert judges.differences(records, "windows", WINDOWS) == []
