"""The correlator in operation: late matches, idle sources, overflow, restart, reload."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sigma.correlation.cases import EVERY_KIND, MINUTE, SECOND, T0, correlation, match
from vedette.model.errors import UnreadableError
from vedette.model.finding import Entity, Evidence
from vedette.sigma.correlation import OVERFLOW_RULE, Bounds, Correlator, Match

COUNT_TWO = correlation("event_count", gte=2, timespan=60)


def fed(*found: Match, seen: float | None = None, **given: Any) -> Correlator:
    correlator = Correlator([COUNT_TWO], lateness_us=5 * SECOND, **given)
    newest = max(m.time for m in found) if seen is None else T0 + round(seen * SECOND)
    correlator.feed("log", found, newest)
    return correlator


def test_findings_wait_for_the_watermark() -> None:
    correlator = fed(match("a", 0), match("a", 1))
    assert correlator.advance() == []
    correlator.feed("log", [], T0 + 6 * SECOND)
    assert correlator.advance() == []  # 1 s is the watermark itself, an equal one may still come
    correlator.feed("log", [], T0 + 6 * SECOND + 1)
    assert len(correlator.advance()) == 1
    assert correlator.watermark == T0 + SECOND + 1


def test_the_slowest_source_holds_the_watermark() -> None:
    correlator = fed(match("a", 0), match("a", 1), seen=100)
    correlator.register("slow")
    assert correlator.advance() == []
    correlator.feed("slow", [match("a", 0.5)], T0)
    assert correlator.advance() == []
    assert [f.time - T0 for f in correlator.advance(idle_sources=["slow"])] == [SECOND // 2]
    correlator.feed("slow", [match("a", 99)], T0 + 99 * SECOND)  # active again
    assert correlator.advance() == []
    assert correlator.watermark == T0 + 95 * SECOND


def test_when_all_are_idle_what_came_is_final() -> None:
    few = correlation("event_count", id="few", lt=3, timespan=60)
    correlator = Correlator([COUNT_TWO, few])
    correlator.feed("log", [match("a", 0), match("a", 1)], T0 + SECOND)
    assert [f.rule.id for f in correlator.advance(["log"])] == ["event_count"]
    assert correlator.advance(["log"], now=T0 + 6 * MINUTE) == []
    assert [f.rule.id for f in correlator.advance(["log"], now=T0 + 7 * MINUTE)] == ["few"]


def test_late_matches_are_counted_and_told() -> None:
    correlator = fed(match("a", 0), seen=20)
    correlator.advance()
    late = [match("a", 1), match("a", 14.9), match("a", 15)]
    correlator.feed("log", late, T0)
    (problem,) = correlator.problems()
    assert problem.where == "log"
    assert problem.what.startswith("2 matches came later than the allowed lateness")
    assert "line 14.9, 2026-11-18T11:06:54.900000Z" in problem.what
    assert (correlator.counts.late, correlator.counts.matches) == (2, 2)
    assert correlator.problems() == []
    assert [f.time - T0 for f in correlator.flush()] == [15 * SECOND]


def test_one_event_from_the_future_does_not_make_the_rest_late() -> None:
    correlator = Correlator([COUNT_TWO])
    wild = [match("a", 10**7), match("a", 3 * 3600)]
    correlator.feed("log", wild, wild[0].time, arrival=T0)
    correlator.advance()
    correlator.feed("log", [match("a", 0), match("a", 1)], T0 + SECOND, arrival=T0 + SECOND)
    correlator.advance()
    assert (correlator.counts.ahead, correlator.counts.late) == (1, 0)
    (problem,) = correlator.problems()
    assert problem.what.startswith("1 match stamped in the future")
    assert [f.time - T0 for f in correlator.flush()] == [SECOND]


def test_a_second_delivery_counts_once() -> None:
    found = [match("a", 0), match("a", 0)]
    assert fed(*found, *found).flush() == []


def test_an_absent_group_field_is_counted_and_told_once() -> None:
    correlator = fed(match("a", 0, ""), match("a", 1, ""))
    assert correlator.flush() == []
    assert correlator.counts.ungrouped == 2
    (problem,) = correlator.problems()
    assert (problem.where, problem.what) == (
        "rule.yml:1",
        "Test: no group-by field User in matches of rule a",
    )


def test_values_that_are_no_numbers_are_counted_and_told_once() -> None:
    rule = correlation("value_sum", gte=1, field=("n",))
    correlator = Correlator([rule])
    texts = ["many", "0x10", "1e999", "1" * 40, "\u0661", ""]
    found = [match("a", at, n=text) for at, text in enumerate(texts)]
    correlator.feed("log", found, T0)
    assert correlator.flush() == []
    assert correlator.counts.valueless == 6
    assert len(correlator.problems()) == 1


def test_too_many_groups_give_up_the_oldest_and_say_so_once() -> None:
    found = [match("a", at, f"u{at % 4}", str(at)) for at in range(8)]  # u0 u1 u2 u3 u0 u1 ...
    correlator = fed(*found, bounds=Bounds(groups=3))
    (overflow,) = correlator.flush()
    assert overflow.rule.id == OVERFLOW_RULE
    assert overflow.event_ref == found[3].ref
    assert overflow.message == "Test: more than 3 groups; the oldest was given up"
    assert correlator.counts.overflows == 5
    later = [match("a", at, f"u{at}", str(at)) for at in (100, 101, 102, 103)]
    again = fed(*found, *later, bounds=Bounds(groups=3)).flush()
    assert [f.event_ref for f in again] == [found[3].ref, later[3].ref]


def test_too_many_matches_in_a_group() -> None:
    rule = correlation("value_sum", gte=1000, field=("n",), timespan=60)
    correlator = Correlator([rule], bounds=Bounds(group_matches=10))
    correlator.feed("log", [match("a", at, n="1") for at in range(40)], T0)
    (overflow,) = correlator.flush()
    assert overflow.message == "Test: more than 10 matches in a group; some were given up"


def test_a_rule_may_count_to_more_than_the_bound_of_a_group() -> None:
    correlator = Correlator(
        [correlation("event_count", gte=30, timespan=60)], bounds=Bounds(group_matches=10)
    )
    correlator.feed("log", [match("a", at) for at in range(40)], T0)
    assert [f.rule.id for f in correlator.flush()] == ["event_count"]


def test_too_many_matches_in_all_give_up_where_most_are_held() -> None:
    flooded = correlation("event_count", id="flooded", gte=500, timespan=60)
    small = correlation("event_count", "b", id="small", gte=2, timespan=60)
    correlator = Correlator([flooded, small], bounds=Bounds(matches=50))
    flood = [match("a", 1 + at / 100, f"u{at % 10}", str(at)) for at in range(400)]
    correlator.feed("log", [match("b", 0), *flood, match("b", 50)], T0)
    findings = correlator.flush()
    assert [f.rule.id for f in findings] == [OVERFLOW_RULE, "small"]
    assert findings[0].message.startswith("Test: more than 50 matches held")
    (problem,) = correlator.problems()
    assert "counts to 500, but 50 matches may be held" in problem.what


def test_a_flood_of_waiting_matches_is_handled_before_its_time() -> None:
    correlator = Correlator([COUNT_TWO], bounds=Bounds(pending=100))
    for at in range(300):
        correlator.feed("log", [match("a", at, f"u{at}", str(at))], T0)
        assert correlator.counts.waiting <= 100
    correlator.feed("log", [match("a", 299.5, "u299")], T0)
    saved = dict(correlator.delta().puts)
    restored = Correlator([COUNT_TWO], bounds=Bounds(pending=100))
    restored.restore(saved)
    for running in (correlator, restored):
        findings = [*running.advance(), *running.flush()]
        rules = [f.rule.id for f in findings]
        assert (set(rules[:-1]), rules[-1]) == ({OVERFLOW_RULE}, "event_count")
        assert len({f.id for f in findings}) == len(findings)


def test_a_match_weighs_little_whatever_its_event_holds() -> None:
    huge = match("a", 0, User="u" * 10**6, n=tuple(map(str, range(1000))))
    huge = msgspec.structs.replace(
        huge,
        entities=tuple(Entity("host", "h" * 10**4) for _ in range(100)),
        evidence=(Evidence("CommandLine", "x" * 10**6, 500_000, 500_010, "s"),) * 100,
    )
    rule = correlation("event_count", gte=2)
    correlator = Correlator([rule])
    other = match("a", 2, User="u" * (10**6 - 1) + "v")
    same = msgspec.structs.replace(huge, time=T0 + SECOND, ref=match("a", 1).ref)
    correlator.feed("log", [huge, same, other], T0)
    assert sum(map(len, correlator.delta().puts.values())) < 3 * 10_000
    (finding,) = correlator.flush()  # long values that differ stay different
    assert finding.time == T0 + SECOND
    shown = finding.evidence[-1]
    assert shown.value[shown.start : shown.end] == "x" * 10
    assert correlator.counts.trimmed == 2
    assert len(correlator.problems()) == 1


def test_hostile_texts_survive_a_restart() -> None:
    rule = correlation("event_count", gte=2)
    texts = ["\ud800", "\x00", "\ufffd/g/", "\u0130\u017f" * 40, "n" * 300]
    for text in texts:
        found = [match("a", at, User=text) for at in (0, 1)]
        found = [
            msgspec.structs.replace(m, ref=msgspec.structs.replace(m.ref, source="\udcff.log"))
            for m in found
        ]
        before = Correlator([rule], lateness_us=0)
        before.feed("\udcff", found[:1], T0 + SECOND // 2)
        assert before.advance() == []
        after = Correlator([rule], lateness_us=0)
        after.restore(before.delta().puts)
        for correlator in (before, after):
            correlator.feed("\udcff", found[1:], T0 + SECOND)
        assert after.flush() == before.flush() != []


def test_damaged_state_is_refused() -> None:
    for records in ({"w": b"Mnonsense"}, {"w": b""}, {"p/x": b"M\x90"}, {"w": b"M\x90"}):
        with pytest.raises(UnreadableError, match="correlation state"):
            Correlator([COUNT_TWO]).restore(records)


def test_a_delta_is_as_large_as_the_change() -> None:
    rule = correlation("value_sum", gt=10**9, field=("n",), timespan=10**5)
    correlator = Correlator([rule], lateness_us=0)
    for at in range(2000):
        correlator.feed("log", [match("a", at, n="1")], T0 + at * SECOND)
        correlator.advance()
        delta = correlator.delta()
        assert len(delta.puts) <= 5
        assert len(delta.deletes) <= 1
    assert correlator.counts.held == 1999


def test_what_expires_is_deleted() -> None:
    correlator = Correlator(EVERY_KIND, lateness_us=0)
    saved: dict[str, bytes] = {}
    for at in range(60):
        rule = "abc"[at % 3]
        found = match(rule, at, f"u{at % 5}", Target=f"t{at % 7}", Bytes=str(at % 4))
        correlator.feed("log", [found], found.time)
        correlator.advance()
        delta = correlator.delta()
        saved = {key: blob for key, blob in saved.items() if key not in delta.deletes}
        saved.update(delta.puts)
    assert len(saved) > 30
    correlator.feed("log", [], T0 + 3600 * SECOND)
    correlator.advance()
    left = saved.keys() - correlator.delta().deletes
    assert {key[0] for key in left} == {"w", "s"}
    assert (correlator.counts.groups, correlator.counts.held) == (0, 0)


def test_reload_keeps_the_state_of_unchanged_rules() -> None:
    kept = correlation("event_count", id="kept", gte=3, timespan=60)
    changed = correlation("event_count", id="changed", gte=3, timespan=60)
    gone = correlation("temporal", "abc", id="gone", timespan=60)
    old = Correlator([gone, changed, kept], lateness_us=0)
    old.feed("log", [match("a", 0), match("a", 1), match("b", 2)], T0 + round(1.5 * SECOND))
    old.advance()
    saved = dict(old.delta().puts)

    retitled = msgspec.structs.replace(kept, title="New title", level="low")
    faster = correlation("event_count", id="changed", gte=2, timespan=60)
    new = Correlator([retitled, faster], lateness_us=0)
    new.adopt(old)
    delta = new.delta()
    saved = {key: blob for key, blob in saved.items() if key not in delta.deletes}
    saved.update(delta.puts)
    restored = Correlator([retitled, faster], lateness_us=0)
    restored.restore(saved)
    for correlator in (new, restored):
        assert (correlator.counts.groups, correlator.counts.waiting) == (1, 0)  # b waits no more
        correlator.feed("log", [match("a", 0.5), match("a", 3)], T0 + 3 * SECOND)
        assert correlator.counts.late == 1
        (finding,) = correlator.flush()
        assert (finding.rule.id, finding.rule.title) == ("kept", "New title")
        assert len(finding.related) == 2


def test_restore_drops_the_state_of_rules_that_are_gone() -> None:
    old = fed(match("a", 0), seen=10)
    old.advance()
    saved = old.delta().puts
    other = Correlator([correlation("event_count", gte=2, timespan=61)])
    other.restore(saved)
    assert {key for key in saved if key[0] == "g"} <= other.delta().deletes


def test_flush_leaves_an_empty_correlator() -> None:
    correlator = fed(match("a", 0), match("a", 1))
    assert len(correlator.flush()) == 1
    correlator.feed("log", [match("a", -100), match("a", -99)], T0)
    assert len(correlator.flush()) == 1
    assert correlator.counts.late == 0
