"""The oracle itself, on cases worked out by hand from the Sigma specification 2.1."""

from __future__ import annotations

from typing import Any

import pytest

from oracle import NeedsValue, matches, read_rule
from oracle.condition import parse_condition
from oracle.text import lower
from vedette.model.logsource import Logsource
from vedette.sigma.mapping import Mapping, Route

PLAIN = {"flat": Mapping(format="flat", routes=(Route(Logsource()),))}


def fires(detection: dict[str, Any], event: dict[str, Any]) -> bool:
    rule = {"detection": {"condition": "sel", **detection}}
    return matches(rule, "flat", event, PLAIN)


CASES: list[tuple[str, Any, Any, bool]] = [
    # key, values of the rule, value of the event, expected
    ("f", "abc", "ABC", True),
    ("f", "abc", "abcd", False),
    ("f", "", "", True),
    ("f", "", "x", False),
    ("f", "a*c", "a\nXc", True),
    ("f", "a?c", "abc", True),
    ("f", "a?c", "ac", False),
    ("f", r"a\*c", "a*c", True),
    ("f", r"a\*c", "abc", False),
    ("f", r"a\\*", "a\\bc", True),
    ("f", r"a\\*", "abc", False),
    ("f", r"C:\Windows\a", r"c:\windows\A", True),
    ("f", r"\\\\host", r"\\host", True),
    ("f", "straße", "STRASSE", False),
    ("f", "Ärger", "äRGER", True),
    ("f", ["x", "y"], "Y", True),
    ("f", ["x", "y"], "z", False),
    ("f", 5, 5, True),
    ("f", 5, "5", True),
    ("f", True, True, True),
    ("f", "true", True, True),
    ("f", None, None, True),
    ("f", None, "x", False),
    ("f", None, "", False),
    ("f", "x", ["a", "X"], True),
    ("f|contains", "b", "abc", True),
    ("f|startswith", "a", "ABC", True),
    ("f|startswith", "b", "abc", False),
    ("f|endswith", "C", "abc", True),
    ("f|contains|all", ["a", "c"], "abc", True),
    ("f|contains|all", ["a", "d"], "abc", False),
    ("f|contains|all", ["a", "d"], ["xa", "xd"], True),
    ("f|cased", "abc", "ABC", False),
    ("f|contains|cased", "b", "aBc", False),
    ("f|contains|windash", " -foo", "x /foo", True),
    ("f|contains|windash", " -foo", "x \u2014foo", True),
    ("f|contains|windash", "a-b", "a/b", False),
    ("f|contains|windash", "-a -b", "/a -b", True),
    ("f|base64", "foobar", "Zm9vYmFy", True),
    ("f|base64", "foobar", "xZm9vYmFy", False),
    ("f|base64offset|contains", "foobar", "AGZvb2Jhcg==", True),
    ("f|base64offset|contains", "foobar", "Zm9vYmF5", False),
    ("f|utf16le|base64offset|contains", "foo", "ZgBvAG8A", True),
    ("f|wide|base64offset|contains", "foo", "AGYAbwBvAA==", True),
    ("f|re", "b+$", "abb", True),
    ("f|re", "B", "abc", False),
    ("f|re|i", "B", "abc", True),
    ("f|re", "^b", "a\nb", False),
    ("f|re|m", "^b", "a\nb", True),
    ("f|re", "a.b", "a\nb", False),
    ("f|re|s", "a.b", "a\nb", True),
    ("f|re", r"^\d$", "٣", False),
    ("f|re", r"x$", "x\n", True),
    ("f|re", r"[\w]{3}$", "äbc", False),
    ("f|cidr", "10.0.0.0/8", "10.1.2.3", True),
    ("f|cidr", "10.0.0.0/8", "11.1.2.3", False),
    ("f|cidr", "10.0.0.0/8", "no address", False),
    ("f|cidr", "fe80::/10", "fe80::1", True),
    ("f|cidr", ["10.0.0.0/8", "fe80::/10"], "fe80::1", True),
    ("f|lt", 5, 4, True),
    ("f|lte", 5, "5", True),
    ("f|gt", 5, 5, False),
    ("f|gte", 5, "5.0", True),
    ("f|gt", 5, "many", False),
    ("f|exists", True, "", True),
    ("f|exists", True, None, False),
    ("f|exists", False, None, True),
    ("f|neq", "x", "y", True),
    ("f|neq", ["x", "y"], "y", False),
    ("f|neq", "x", None, True),
    ("f|hour", 13, "2026-03-01T14:30:00+01:00", True),
    ("f|month", 3, "2026-03-01T14:30:00Z", True),
    ("f|week", 9, "2026-03-01T14:30:00Z", True),
    ("f|day", 2, "2026-03-01T14:30:00Z", False),
]


@pytest.mark.parametrize(("key", "wanted", "value", "expected"), CASES)
def test_one_line(key: str, wanted: Any, value: Any, expected: bool) -> None:
    assert fires({"sel": {key: wanted}}, {"f": value}) is expected


def test_an_absent_field_matches_only_null_absence_and_negation() -> None:
    assert not fires({"sel": {"f": "*"}}, {})
    assert not fires({"sel": {"f|re": ".*"}}, {})
    assert fires({"sel": {"f": None}}, {})
    assert fires({"sel": {"f|exists": False}}, {})
    assert fires({"sel": {"f": "x"}, "condition": "not sel"}, {})


def test_fields_are_compared_with_each_other() -> None:
    event = {"f": "Abc", "g": "aBC", "h": "b"}
    assert fires({"sel": {"f|fieldref": "g"}}, event)
    assert not fires({"sel": {"f|fieldref|cased": "g"}}, event)
    assert fires({"sel": {"f|fieldref|contains": "h"}}, event)
    assert not fires({"sel": {"f|fieldref|startswith": "h"}}, event)
    assert not fires({"sel": {"f|fieldref": "gone"}}, event)


def test_keywords_are_found_in_values_at_any_depth_but_not_in_names() -> None:
    event = {"name": {"deep": ["one Two", {"x": 3}]}}
    assert fires({"sel": ["two"]}, event)
    assert fires({"sel": ["o?e*tw"]}, event)
    assert fires({"sel": [3]}, event)
    assert not fires({"sel": ["deep"]}, event)
    assert fires({"sel": {"|all": ["one", 3]}}, event)
    assert not fires({"sel": {"|all": ["one", 4]}}, event)
    assert not fires({"sel": ["two3"]}, event)


def test_a_list_of_maps_is_any_a_map_is_all() -> None:
    maps = {"sel": [{"a": 1, "b": 2}, {"c": 3}]}
    assert fires(maps, {"a": 1, "b": 2})
    assert fires(maps, {"c": 3})
    assert not fires(maps, {"a": 1})


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("a and b", False),
        ("a or b and b", True),
        ("(a or b) and b", False),
        ("not b", True),
        ("not not a", True),
        ("1 of them", True),
        ("all of them", False),
        ("all of a*", True),
        ("2 of *", True),
        ("3 of *", False),
        ("any of b*", False),
        ("not 1 of b*", True),
    ],
)
def test_conditions(condition: str, expected: bool) -> None:
    searches = {"a": {"x": 1}, "a2": {"x": 1}, "b": {"x": 2}, "_b": {"x": 2}}
    assert matches(
        {"detection": {**searches, "condition": condition}}, "flat", {"x": 1}, PLAIN
    ) is (expected)


def test_them_leaves_out_names_with_an_underscore() -> None:
    assert parse_condition("all of them", ["a", "_b"]) == ("count", 1, ["a"])


def test_a_condition_must_make_sense() -> None:
    for wrong in ("a and", "(a", "a b", "nobody", ""):
        with pytest.raises(ValueError, match="condition"):
            parse_condition(wrong, ["a", "b"])


def test_placeholders_need_values() -> None:
    with pytest.raises(NeedsValue):
        read_rule({"detection": {"sel": {"f|expand": "%x%"}, "condition": "sel"}})


def test_routes_decide_which_rules_and_which_paths() -> None:
    mapping = Mapping(
        format="m",
        discriminators=("id", "present"),
        fields={"id": ("sys.id",)},
        routes=(
            Route(Logsource(product="p", category="one"), {"id": ("1",)}, {"f": ("deep.f",)}),
            Route(Logsource(product="p", category="two"), {"id": ("2", "x"), "present": ("*",)}),
        ),
    )
    mappings = {"m": mapping}
    detection = {"sel": {"f": "v"}, "condition": "sel"}
    one = {"logsource": {"product": "p", "category": "one"}, "detection": detection}
    two = {"logsource": {"category": "two"}, "detection": detection}
    assert matches(one, "m", {"sys": {"id": 1}, "deep": {"f": "V"}}, mappings)
    assert not matches(one, "m", {"sys": {"id": 1}, "f": "v"}, mappings)
    assert not matches(one, "m", {"sys": {"id": 2}, "deep": {"f": "v"}}, mappings)
    assert matches(two, "m", {"sys": {"id": ["y", "X"]}, "present": 0, "f": "v"}, mappings)
    assert not matches(two, "m", {"sys": {"id": "x"}, "f": "v"}, mappings)
    own = Logsource(category="two")
    assert matches(two, "m", {"f": "v"}, mappings, own)


def test_lower_case_never_changes_the_length() -> None:
    assert lower("İIſKΣς") == "İiskσς"
