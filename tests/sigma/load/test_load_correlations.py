"""Correlations: every kind, references across files, and what makes them invalid."""

from __future__ import annotations

from pathlib import Path

import pytest

from sigma.load.rule_text import HEAD, correlations, load, verdict, write
from vedette.sigma.ir import And, Correlation, CorrelationCondition, Not, Or, Selection
from vedette.sigma.load import load_rules
from vedette.sigma.load.timespans import timespan

RULES = "".join(
    f"id: {n}-id\nname: {n}\nlevel: {level}\n{HEAD}"
    f"detection:\n  sel: {{F: {n}}}\n  condition: sel\n---\n"
    for n, level in (("a", "low"), ("b", "high"), ("c", "medium"))
)


def _text(body: str, extra: str = "") -> str:
    indented = "".join(f"  {line}\n" for line in body.strip().splitlines())
    return f"{RULES}title: C\nid: c1\n{extra}correlation:\n{indented}"


def _one(folder: Path, body: str, extra: str = "") -> Correlation:
    (found,) = correlations(folder, _text(body, extra))
    return found


def _why(folder: Path, body: str) -> list[str]:
    """The errors of a correlation; its section begins in line 31 of the file."""
    found = load(folder, _text(body)).verdicts[-1]
    assert found.state == "invalid", found
    return [line.removeprefix(f"{found.path}:") for line in found.why.splitlines()]


BASE = "type: event_count\nrules: [a]\ntimespan: 1h\n"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("15s", 15), ("5m", 300), ("1h", 3600), ("2d", 172_800), ("1w", 604_800), ("1M", 2_629_746)],
)
def test_timespans(text: str, seconds: int) -> None:
    assert timespan(text) == seconds * 1_000_000


@pytest.mark.parametrize(
    "text", ["", "5", "m", "5 m x", "0s", "-5m", "1.5h", "5H", "99999999d", "٣m"]
)
def test_wrong_timespans(text: str) -> None:
    with pytest.raises(ValueError, match="time span"):
        timespan(text)


def test_a_whole_correlation(tmp_path: Path) -> None:
    found = _one(
        tmp_path,
        "type: event_count\nrules: [a, b-id]\ngroup-by: [Host, User]\ntimespan: 1h\n"
        "condition: {gt: 100, lte: 200}",
        "name: many\nstatus: test\nauthor: S\nlicense: CC0-1.0\ntags: [attack.t1110]\n",
    )
    assert found == Correlation(
        id="c1",
        title="C",
        level="high",
        status="test",
        author="S",
        licence="CC0-1.0",
        path=str(tmp_path / "r.yml"),
        line=28,
        kind="event_count",
        rules=("a-id", "b-id"),
        group_by=("Host", "User"),
        timespan=3_600_000_000,
        condition=CorrelationCondition((("gt", 100.0), ("lte", 200.0))),
        tags=("attack.t1110",),
        name="many",
    )
    assert _one(tmp_path, BASE + "condition: {gte: 1}", "level: critical\n").level == "critical"


@pytest.mark.parametrize(
    ("kind", "condition", "expected"),
    [
        ("value_count", "{field: U, gte: 3}", ((("gte", 3.0),), ("U",), None)),
        ("value_count", "{field: [U, V], eq: 3}", ((("eq", 3.0),), ("U", "V"), None)),
        ("value_sum", "{field: U, gt: 1.5}", ((("gt", 1.5),), ("U",), None)),
        ("value_avg", "{field: U, lt: 3}", ((("lt", 3.0),), ("U",), None)),
        ("value_percentile", "{field: U, lte: 1}", ((("lte", 1.0),), ("U",), None)),
        ("value_percentile", "{field: U, gte: 1, percentile: 95}", ((("gte", 1.0),), ("U",), 95.0)),
        ("event_count", "{neq: 7}", ((("neq", 7.0),), (), None)),
    ],
)
def test_conditions_that_count(
    tmp_path: Path, kind: str, condition: str, expected: tuple[object, ...]
) -> None:
    found = _one(tmp_path, f"type: {kind}\nrules: [a]\ntimespan: 1h\ncondition: {condition}")
    condition_ = found.condition
    assert found.kind == kind
    assert (condition_.compare, condition_.field, condition_.percentile) == expected


@pytest.mark.parametrize(
    ("kind", "percentile"), [("value_median", 50.0), ("value_min", 0.0), ("value_max", 100.0)]
)
def test_kinds_that_are_percentiles(tmp_path: Path, kind: str, percentile: float) -> None:
    body = f"type: {kind}\nrules: [a]\ntimespan: 1h\ncondition: {{field: U, gte: 3}}"
    found = _one(tmp_path, body)
    assert (found.kind, found.condition.percentile) == ("value_percentile", percentile)


@pytest.mark.parametrize("kind", ["temporal", "temporal_ordered", "chained"])
def test_temporal_kinds_want_all_rules(tmp_path: Path, kind: str) -> None:
    body = f"type: {kind}\nrules: [a, b, c]\ngroup-by: Host\ntimespan: 5m"
    found = _one(tmp_path, body)
    assert found.condition == CorrelationCondition((("gte", 3.0),))
    assert (found.kind, found.group_by) == (kind, ("Host",))
    two = _one(tmp_path, f"{body}\ncondition: {{gte: 2}}")
    assert two.condition == CorrelationCondition((("gte", 2.0),))


def test_extended_temporal_conditions(tmp_path: Path) -> None:
    body = "type: temporal\nrules: [a, b, c]\ntimespan: 5m\ncondition: a AND (b or not c)"
    found = _one(tmp_path, body)
    a, b, c = (Selection(f"{name}-id") for name in "abc")
    assert found.condition == CorrelationCondition(expression=And((a, Or((b, Not(c))))))
    short = _one(tmp_path, "type: temporal\ntimespan: 5m\ncondition: c and a")
    assert short.rules == ("c-id", "a-id")
    assert short.condition.expression == And((c, a))


def test_aliases_of_the_specification(tmp_path: Path) -> None:
    found = _one(
        tmp_path,
        "type: temporal\nrules: [a, b]\ngroup-by: [internal, remote]\ntimespan: 10s\n"
        "aliases:\n  internal: {a: destination.ip, b: source.ip}\n"
        "  remote: {a-id: source.ip, b: destination.ip}",
    )
    assert found.aliases == {
        "internal": {"a-id": "destination.ip", "b-id": "source.ip"},
        "remote": {"a-id": "source.ip", "b-id": "destination.ip"},
    }


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (BASE, "31:3: no condition; add one, like `gte: 10`"),
        (BASE + "condition: {}", "34:14: a condition without a comparison; add one"),
        (BASE + "condition: [1]", "34:14: the condition is a list; write a map"),
        (BASE + "condition: {gte: many}", "34:20: gte is no number; write a number"),
        (BASE + "condition: {gte: 1, field: U}", "34:23: event_count counts no field; remove it"),
        (BASE + "condition: {gte: 1, le: 2}", "34:23: 'le' in the condition of event_count; use"),
        (BASE + "condition: a and b", "34:14: an expression as the condition of event_count"),
        (BASE + "condition: {gte: 1}\ntimeframe: 1h", "35:3: the key 'timeframe' is not known in a "
         "correlation; use timespan"),
        (BASE.replace("event_count", "sum"), "31:9: the correlation type 'sum' is not known; use"),
        (BASE.replace("1h", "1 hour"), "33:13: '1 hour' is no time span; write a number and s, m"),
        (BASE.replace("timespan: 1h\n", ""), "31:3: no timespan; write a number and s, m, h or d"),
        (BASE.replace("[a]", "[]"), "31:3: no rules; name the rules to correlate by id or name"),
        (BASE.replace("[a]", "[zzz]") + "condition: {gte: 1}",
         "32:11: no rule has the id or name 'zzz'; load the file that defines it"),
        (BASE.replace("[a]", "[a, a-id]") + "condition: {gte: 1}",
         "32:14: 'a-id' is the same rule as 'a'; name each rule once"),
        ("type: value_count\nrules: a\ntimespan: 1h\ncondition: {gte: 1}",
         "34:14: value_count needs a field; add `field:` to the condition"),
        ("type: value_sum\nrules: a\ntimespan: 1h\ncondition: {gte: 1, field: [U, V]}",
         "34:23: value_sum takes one field; write a correlation for each"),
        ("type: value_percentile\nrules: a\ntimespan: 1h\n"
         "condition: {gte: 1, field: U, percentile: 101}",
         "34:45: a percentile outside of 0 to 100; write one inside"),
        ("type: temporal\nrules: [a, b]\ntimespan: 1h\ncondition: a and x",
         "34:20: no rule is named 'x' (column 7 of the condition); define it, or use one of: a, b"),
        (BASE + "condition: {gte: 1}\ngroup-by: [x]\naliases: {x: {b: F}}",
         "36:17: the alias 'x' speaks of 'b', which is none of the rules; name one of `rules`"),
        ("type: temporal\nrules: [a, b]\ntimespan: 1h\ngroup-by: x\naliases: {x: {a: F}}",
         "35:13: the alias 'x' names no field for 'b'; add one, since group-by uses the alias"),
        (BASE + "condition: {gte: 1}\naliases: {x: 1}", "35:13: the alias 'x' is a number; write"),
        (BASE + "condition: {gte: 1}\ngenerate: maybe", "35:13: generate is text; write true or"),
    ],
)  # fmt: skip
def test_what_is_refused_and_where(tmp_path: Path, body: str, expected: str) -> None:
    assert any(told.startswith(expected) for told in _why(tmp_path, body)), _why(tmp_path, body)


def test_what_the_engine_can_not_run_is_unsupported(tmp_path: Path) -> None:
    body = "type: temporal_ordered\nrules: [a, b]\ntimespan: 1h\ncondition: {lte: 1}"
    found = load(tmp_path, _text(body)).verdicts[-1]
    assert found.state == "unsupported"
    assert found.why.startswith(f"{found.path}:28: temporal_ordered can't have an upper bound; ")


def _correlation(name: str, rules: str, extra: str = "") -> str:
    return (
        f"title: {name}\nid: {name}\nname: {name}_name\ncorrelation:\n  type: event_count\n"
        f"  rules: {rules}\n  timespan: 1h\n  condition: {{gte: 1}}\n{extra}---\n"
    )


def _generating(folder: Path, text: str) -> set[str]:
    loaded = load(folder, text)
    assert {v.state for v in loaded.verdicts} == {"compiled"}
    found = {rule.id for rule in loaded.rules if rule.generate}
    return found | {rule.id for rule in loaded.correlations if rule.generate}


def test_rules_of_a_correlation_fall_silent_unless_it_asks(tmp_path: Path) -> None:
    assert _generating(tmp_path, RULES + _correlation("x", "[a, b]")) == {"c-id", "x"}
    asking = _correlation("y", "[a]", "  generate: true\n")
    assert _generating(tmp_path, RULES + _correlation("x", "[a, b]") + asking) == {
        *("a-id", "c-id", "x", "y")
    }
    outer = _correlation("z", "[x_name]")
    assert _generating(tmp_path, RULES + outer + _correlation("x", "[a]")) == {
        *("b-id", "c-id", "z")
    }


def test_an_invalid_correlation_silences_nothing(tmp_path: Path) -> None:
    loaded = load(tmp_path, RULES + _correlation("x", "[a, missing]"))
    assert all(rule.generate for rule in loaded.rules)


def test_circles_are_refused(tmp_path: Path) -> None:
    text = RULES + _correlation("x", "[a, y]") + _correlation("y", "[x]") + _correlation("z", "[y]")
    loaded = load(tmp_path, text)
    told = {v.id: v.why.removeprefix(v.path) for v in loaded.verdicts if v.state == "invalid"}
    assert set(told) == {"x", "y", "z"}
    what = "correlations refer to each other in a circle: x_name -> y_name -> x_name; "
    assert told["x"].startswith(f":28:1: {what}")
    assert loaded.correlations == ()
    (own,) = load(tmp_path, _correlation("x", "[x]")).verdicts
    assert "in a circle: x_name -> x_name" in own.why


def test_chains_of_correlations_are_limited(tmp_path: Path) -> None:
    text = RULES + _correlation("k0", "[a]")
    text += "".join(_correlation(f"k{n}", f"[k{n - 1}]") for n in range(1, 20))
    loaded = load(tmp_path, text)
    assert len(loaded.correlations) == 16
    assert "nested deeper than 16" in loaded.verdicts[3 + 16].why


def test_a_correlation_is_as_complete_as_its_rules(tmp_path: Path) -> None:
    needing = f"id: n\n{HEAD}detection:\n  s: {{F|expand: '%v%'}}\n  condition: s\n---\n"
    broken = "id: k\ntitle: K\nname: k\n---\n"
    old = f"id: o\n{HEAD}detection:\n  s: {{F: 1}}\n  condition: s | count() > 1\n---\n"
    text = needing + broken + old
    text += _correlation("x", "[n]") + _correlation("y", "[k]") + _correlation("z", "[o]")
    found = {v.id: v for v in load(tmp_path, text).verdicts}
    assert (found["x"].state, found["x"].why) == (
        "needs value",
        "needs a value for %v%; set it under `expand`",
    )
    assert found["y"].state == "invalid"
    assert "the rule 'k' (" in found["y"].why and "is invalid" in found["y"].why
    assert found["z"].state == "unsupported"


def test_names_are_looked_for_in_the_same_file_first(tmp_path: Path) -> None:
    other = RULES.replace("a-id", "a2").replace("b-id", "b2").replace("c-id", "c2")
    write(tmp_path, other, "0.yml")
    write(tmp_path, RULES + _correlation("x", "[a]"), "1.yml")
    write(tmp_path, _correlation("y", "[a]") + _correlation("z", "[a2]"), "2.yml")
    loaded = load_rules([tmp_path])
    assert [(c.id, c.rules) for c in loaded.correlations] == [("x", ("a-id",)), ("z", ("a2",))]
    (wrong,) = (v for v in loaded.verdicts if v.state == "invalid")
    assert wrong.id == "y"
    first, second = f"{tmp_path / '0.yml'}:1", f"{tmp_path / '1.yml'}:1"
    assert f"the name 'a' is taken several times: {first}, {second}; refer to" in wrong.why


def test_the_example_of_the_specification(tmp_path: Path) -> None:
    text = """\
title: Correlation - Multiple Failed Logins Followed by Successful Login
id: b180ead8-d58f-40b2-ae54-c8940995b9b6
correlation:
    type: temporal_ordered
    rules:
        - multiple_failed_login
        - successful_login
    group-by:
        - User
    timespan: 10m
level: high
---
title: Multiple failed logons
id: a8418a5a-5fc4-46b5-b23b-6c73beb19d41
name: multiple_failed_login
correlation:
    type: event_count
    rules:
        - failed_login
    group-by:
        - User
    timespan: 10m
    condition:
        gte: 10
---
title: Single failed login
id: 53ba33fd-3a50-4468-a5ef-c583635cfa92
name: failed_login
logsource: {product: windows, service: security}
detection:
    selection:
        EventID: [4625, 4771]
    condition: selection
---
title: Successful login
id: 4d0a2c83-c62c-4ed4-b475-c7e23a9269b8
name: successful_login
logsource: {product: windows, service: security}
detection:
    selection:
        EventID: [528, 4624]
    condition: selection
"""
    outer, inner = correlations(tmp_path, text)
    assert outer.rules == (inner.id, "4d0a2c83-c62c-4ed4-b475-c7e23a9269b8")
    assert (outer.generate, inner.generate) == (True, False)
    assert not any(rule.generate for rule in load(tmp_path, text).rules)


def test_a_correlation_without_section(tmp_path: Path) -> None:
    found = verdict(tmp_path, "title: C\ncorrelation: 5\n")
    assert "2:14: the correlation is a number; write type, rules" in found.why
