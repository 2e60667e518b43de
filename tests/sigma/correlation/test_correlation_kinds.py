"""Each kind by the examples of the Sigma correlation specification, and its finer points."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from sigma.correlation.cases import MINUTE, SECOND, T0, A, B, correlation, match
from vedette.model.finding import Entity, EventRef, Evidence, Finding, RuleRef, finding_id
from vedette.sigma.correlation import Correlator, Match, fields_needed, unsupported
from vedette.sigma.ir import And, Correlation, Not, Selection


def run(correlations: Correlation | Sequence[Correlation], found: Sequence[Match]) -> list[Finding]:
    given = [correlations] if isinstance(correlations, Correlation) else correlations
    correlator = Correlator(given)
    correlator.feed("log", found, T0)
    findings = correlator.flush()
    assert correlator.problems() == []
    return findings


def seconds(findings: Sequence[Finding]) -> list[float]:
    return [(finding.time - T0) / SECOND for finding in findings]


def aggregate(finding: Finding) -> tuple[str, str]:
    found = next(e for e in finding.evidence if e.field not in ("User", "ComputerName"))
    return (found.field, found.value)


def test_a_finding_says_all_of_it() -> None:
    rule = correlation(
        "event_count",
        gte=3,
        tags=("attack.credential-access", "attack.t1110.003"),
        title="Guessing",
    )
    found = [match("a", at, user) for at, user in ((0, "bob"), (2, "Bob"), (3, "eve"), (4, "BOB"))]
    refs = [m.ref for m in found]
    assert run(rule, found) == [
        Finding(
            id=finding_id("event_count", [refs[3].key, f"start:{T0}", "group 0:bob"]),
            time=T0 + 4 * SECOND,
            rule=RuleRef("event_count", "Guessing", "high", "A", "Apache-2.0", "rule.yml"),
            logsource=found[3].logsource,
            techniques=("T1110.003",),
            entities=(Entity("account", "BOB"), Entity("account", "Bob"), Entity("account", "bob")),
            evidence=(
                Evidence("User", "BOB", 0, 3),
                Evidence("count", "3", 0, 1),
                Evidence("CommandLine", "cmd a", 4, 5, "selection"),
            ),
            event_ref=refs[3],
            related=(refs[0], refs[1]),
            message="count 3 over 3 events from 2026-11-18T11:06:40.000000Z to "
            "2026-11-18T11:06:44.000000Z; User=BOB",
        )
    ]


def test_many_failed_logins() -> None:
    """event_count: 100 failed logins to a host within an hour."""
    rule = correlation("event_count", gte=100, timespan=3600, group_by=("ComputerName",))
    slow = [match("a", 37 * i, f"u{i}", ComputerName="slow") for i in range(100)]
    fast = [match("a", 36 * i, f"u{i}", "f", ComputerName="fast") for i in range(100)]
    found = run(rule, [*slow, *fast])
    assert seconds(found) == [36 * 99]
    assert aggregate(found[0]) == ("count", "100")
    assert len(found[0].related) == 99


def test_a_window_includes_both_ends() -> None:
    rule = correlation("event_count", gte=2, timespan=10)
    assert seconds(run(rule, [match("a", 0), match("a", 10)])) == [10]
    assert run(rule, [match("a", 0), match("a", 10.000001)]) == []


def test_a_group_is_quiet_until_its_window_is_over() -> None:
    rule = correlation("event_count", gte=2, timespan=10)
    # 0 and 1 make a finding; what comes until 10 belongs to it; 11 and 12 are the next
    found = run(rule, [match("a", at) for at in (0, 1, 2, 3, 9, 10, 11, 12)])
    assert seconds(found) == [1, 12]


def test_an_event_counts_once_however_many_rules_it_matches() -> None:
    rule = correlation("event_count", "ab", gte=3)
    assert run(rule, [match("a", 1), match("b", 1), match("a", 2), match("b", 2)]) == []


def test_counts_below_and_between_wait_for_the_window_to_end() -> None:
    few = correlation("event_count", lt=3, timespan=10)
    some = correlation("event_count", id="some", gt=2, lte=4, timespan=10)
    found = [match("a", at) for at in (0, 5, 20, 21, 22)]
    findings = run([few, some], found)
    assert [(f.rule.id, *seconds([f])) for f in findings] == [("event_count", 5), ("some", 22)]
    correlator = Correlator([few], lateness_us=0)
    correlator.feed("log", found[:2], T0 + 10 * SECOND)
    assert correlator.advance() == []  # the watermark has come to the end, not past it
    correlator.feed("log", [], T0 + 10 * SECOND + 2)
    assert seconds(correlator.advance()) == [5]


def test_failed_login_with_many_accounts() -> None:
    """value_count: different users per source and destination; case does not matter."""
    rule = correlation(
        "value_count",
        gte=3,
        timespan=86400,
        group_by=("ComputerName", "WorkstationName"),
        field=("User",),
    )
    place = {"ComputerName": "dc", "WorkstationName": "ws"}
    found = [match("a", at, user, **place) for at, user in enumerate(("x", "X", "y", "", "y"))]
    assert run(rule, found) == []
    findings = run(rule, [*found, match("a", 9, "z", **place)])
    assert seconds(findings) == [9]
    assert Evidence("count", "3", 0, 1) in findings[0].evidence
    # of every value the latest event is shown
    assert [ref.place for ref in findings[0].related] == ["line 1", "line 4"]


def test_bytes_sent() -> None:
    """value_sum: more than a million bytes sent within an hour."""
    rule = correlation("value_sum", gt=1_000_000, field=("sent",), timespan=3600)
    found = [match("a", 60 * i, sent="100000.5") for i in range(11)]
    assert [aggregate(f) for f in run(rule, found)] == [("sum", "1000005")]


def test_sums_are_exact() -> None:
    rule = correlation("value_sum", eq=1, field=("x",))
    assert len(run(rule, [match("a", i / 10, x="0.1") for i in range(10)])) == 1


def test_average_bytes_are_judged_over_the_whole_window() -> None:
    rule = correlation("value_avg", gt=500, field=("BytesOut",), timespan=60)
    high = [match("a", 0, BytesOut="9000"), match("a", 1, BytesOut="1")]
    assert [aggregate(f) for f in run(rule, high)] == [("average", "4500.5")]
    assert run(rule, [*high, *(match("a", 2 + i, BytesOut="0") for i in range(20))]) == []


@pytest.mark.parametrize(
    ("percentile", "rank"), [(0.0, 1), (1.0, 1), (50.0, 5), (50.1, 6), (95.0, 10), (100.0, 10)]
)
def test_a_percentile_is_the_nearest_rank(percentile: float, rank: int) -> None:
    rule = correlation(
        "value_percentile", eq=rank, percentile=percentile, field=("ms",), timespan=60
    )
    found = [
        match("a", i, ms=str(value)) for i, value in enumerate((3, 1, 2, 10, 9, 8, 4, 7, 6, 5))
    ]
    assert [aggregate(f) for f in run(rule, found)] == [("percentile", str(rank))]


def test_a_process_seen_in_one_percent_of_all() -> None:
    """value_percentile without `percentile`: the specification's rare process name."""
    rule = correlation(
        "value_percentile", lte=1, field=("Image",), group_by=("ComputerName",), timespan=86400
    )
    common = [match("a", i, f"u{i}", ComputerName="h", Image="svchost.exe") for i in range(99)]
    rare = match("a", 50.5, "eve", ComputerName="h", Image="Odd.exe")
    (finding,) = run(rule, [*common, rare])
    assert finding.event_ref == rare.ref
    assert finding.evidence[1:3] == (
        Evidence("percent", "1", 0, 1),
        Evidence("Image", "Odd.exe", 0, 7),
    )
    assert run(rule, [*common[:98], rare]) == []


def test_reconnaissance_in_any_order() -> None:
    """temporal: three commands by one user on one system within five minutes."""
    rule = correlation("temporal", "abc", group_by=("ComputerName", "User"), timespan=300)

    def commands(*rules: tuple[str, float], host: str = "h") -> list[Match]:
        return [match(r, at, ComputerName=host) for r, at in rules]

    findings = run(rule, commands(("c", 0), ("c", 100), ("a", 200), ("b", 350), ("c", 390)))
    assert seconds(findings) == [350]
    assert [ref.place for ref in findings[0].related] == ["line 100", "line 200"]
    assert run(rule, commands(("c", 0), ("a", 200), ("b", 301))) == []
    apart = [*commands(("c", 0), ("a", 1)), *commands(("b", 2), host="other")]
    assert run(rule, apart) == []


def test_temporal_with_some_of_the_rules() -> None:
    assert len(run(correlation("temporal", "abc", gte=2), [match("a", 0), match("c", 1)])) == 1
    assert run(correlation("temporal", "abc", gte=2), [match("a", 0), match("a", 1)]) == []


def test_temporal_without_a_rule_waits_for_the_window_to_end() -> None:
    rule = correlation("temporal", "ab", expression=And((A, Not(B))), timespan=10)
    assert seconds(run(rule, [match("a", 0), match("b", 11)])) == [0]
    assert run(rule, [match("a", 0), match("b", 10)]) == []


def test_order_matters() -> None:
    rule = correlation("temporal_ordered", "ab", timespan=60)
    assert seconds(run(rule, [match("a", 0), match("b", 60)])) == [60]
    assert run(rule, [match("b", 0), match("a", 1)]) == []
    assert run(rule, [match("a", 0), match("b", 61)]) == []


def test_equal_times_are_ordered_either_way_but_need_two_events() -> None:
    rule = correlation("temporal_ordered", "ab", timespan=60)
    for first, second in (("1", "2"), ("2", "1"), ("3", "1"), ("1", "3")):
        assert len(run(rule, [match("a", 0, name=first), match("b", 0, name=second)])) == 1
    assert run(rule, [match("a", 0), match("b", 0)]) == []
    assert len(run(rule, [match("a", 0), match("b", 0), match("b", 1)])) == 1


def test_a_chain_counts_its_time_from_link_to_link() -> None:
    steps = [match("a", 0), match("b", 9), match("c", 18)]
    chained = correlation("chained", "abc", timespan=10)
    assert seconds(run(chained, steps)) == [18]
    assert run(correlation("temporal_ordered", "abc", timespan=10), steps) == []
    assert run(chained, [match("a", 0), match("b", 9), match("c", 19.5)]) == []
    # a later link may stand on a later one before it
    assert seconds(run(chained, [*steps[:2], match("b", 10), match("c", 20)])) == [20]


def test_addresses_that_change_sides() -> None:
    """Aliases: source and destination are exchanged between the two events."""
    rule = correlation(
        "temporal",
        ("error", "connection"),
        group_by=("internal_ip", "remote_ip"),
        aliases={
            "internal_ip": {"error": "destination.ip", "connection": "source.ip"},
            "remote_ip": {"error": "source.ip", "connection": "destination.ip"},
        },
    )

    def event(name: str, at: float, source: str, to: str) -> Match:
        return match(name, at, **{"source.ip": source, "destination.ip": to})

    error = event("error", 0, "192.0.2.1", "10.0.0.1")
    assert run(rule, [error, event("connection", 1, "192.0.2.1", "10.0.0.1")]) == []
    (finding,) = run(rule, [error, event("connection", 1, "10.0.0.1", "192.0.2.1")])
    assert finding.evidence[:2] == (
        Evidence("internal_ip", "10.0.0.1", 0, 8),
        Evidence("remote_ip", "192.0.2.1", 0, 9),
    )


def brute_force() -> list[Correlation]:
    outer = correlation(
        "temporal_ordered", ("many", "success"), id="outer", timespan=600, title="Broken in"
    )
    return [outer, correlation("event_count", id="many", gte=10, timespan=600, generate=False)]


def test_failed_logins_followed_by_a_successful_one() -> None:
    """The specification's complete example: a correlation of a correlation."""
    failed = [match("a", 10 * i) for i in range(10)]
    success = match("success", 100)
    (finding,) = run(brute_force(), [*failed, success])
    assert (finding.rule.title, finding.event_ref) == ("Broken in", success.ref)
    assert list(finding.related) == [m.ref for m in failed]
    assert run(brute_force(), [*failed[:9], success]) == []
    assert run(brute_force(), [*failed, match("success", 50)]) == []


def test_an_outer_correlation_groups_by_its_own_fields() -> None:
    """`many` counts by computer; the outer asks for the user, who is in the counted events."""
    inner = correlation("event_count", id="many", gte=2, group_by=("ComputerName",), generate=False)
    outer = correlation("temporal_ordered", ("many", "b"), id="outer")
    found = [match("a", at, user, ComputerName="h") for at, user in ((0, "bob"), (1, "eve"))]
    assert fields_needed([outer, inner]) == {"a": ("ComputerName", "User"), "b": ("User",)}
    for user, fires in (("eve", 1), ("bob", 1), ("joe", 0)):
        assert len(run([outer, inner], [*found, match("b", 2, user)])) == fires


def test_a_match_belongs_to_a_group_for_each_of_its_values() -> None:
    rule = correlation("event_count", gte=2)
    found = [match("a", 0, User=("bob", "eve")), match("a", 1, "eve"), match("a", 2, "bob")]
    assert seconds(run(rule, found)) == [1, 2]


def test_no_group_by_is_one_group() -> None:
    rule = correlation("event_count", gte=2, group_by=())
    assert len(run(rule, [match("a", 0, "bob"), match("a", 1, "eve")])) == 1


@pytest.mark.parametrize(
    "rule",
    [
        correlation("event_sum", gte=1),
        correlation("event_count"),
        correlation("value_count", gte=1),
        correlation("event_count", gte=1, timespan=0),
        correlation("event_count", (), gte=1),
        correlation("event_count", gte=float("inf")),
        correlation("temporal", "ab", expression=Selection("z")),
        correlation("temporal", "aba", gte=3),
        correlation("temporal_ordered", "ab", lt=2),
        correlation("temporal_ordered", "ab", gte=3),
        correlation("temporal_ordered", "ab", expression=Not(A)),
        correlation("temporal_ordered", "abcdefghijklmnopq"),
        correlation("temporal_ordered", "abcdefghijklmnop", gte=8),
        correlation("chained", "ab", expression=And((A, Not(B)))),
    ],
)
def test_what_can_not_run_is_said(rule: Correlation) -> None:
    assert unsupported(rule)
    (problem,) = Correlator([rule]).problems()
    assert problem.where == "rule.yml:1"
    assert unsupported(rule) in problem.what


def test_circles_and_taken_ids_are_said() -> None:
    circle = [
        correlation("event_count", "y", id="x", gte=1),
        correlation("event_count", "x", id="y", gte=1),
        correlation("event_count", "x", id="into", gte=1),
        correlation("event_count", "a", id="twice", gte=1),
        correlation("event_count", "a", id="twice", gte=2),
    ]
    correlator = Correlator(circle)
    assert len(correlator.problems()) == 4
    correlator.feed("log", [match("a", 0)], T0)
    assert [finding.rule.id for finding in correlator.flush()] == ["twice"]


def test_refs_of_a_shown_event_are_whole() -> None:
    found = run(correlation("event_count", gte=1), [match("a", MINUTE / SECOND)])
    assert found[0].event_ref == EventRef("log", "line 60.0", match("a", 60.0).ref.key)
