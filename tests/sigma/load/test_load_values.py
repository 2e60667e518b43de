"""Values and wildcards: what a line of a selection is compared with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigma.load.rule_text import HEAD, line, one, patterns, why
from vedette.scan.patterns import Glob, glob_span
from vedette.sigma.ir import ANY, ONE, And, Expr, Item, Null, Or, Text
from vedette.sigma.load.patterns import parse


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("plain", ("plain",)),
        ("", ()),
        ("*", (ANY,)),
        ("?", (ONE,)),
        ("**", (ANY,)),
        ("a*b?c", ("a", ANY, "b", ONE, "c")),
        (r"a\b", (r"a\b",)),
        (r"a\\b", (r"a\b",)),
        (r"C:\Windows\*", ("C:\\Windows*",)),
        (r"C:\Windows\\*", ("C:\\Windows\\", ANY)),
        (r"\*", ("*",)),
        (r"\?", ("?",)),
        (r"\\\*", ("\\*",)),
        (r"\\\\", ("\\\\",)),
        ("\\\\\\", ("\\\\",)),
        ("\\", ("\\",)),
        (r"\\server\share", (r"\server\share",)),
        (r"\\\\server\share", ("\\\\server\\share",)),
    ],
)
def test_wildcards_and_escapes_as_the_specification_lists_them(
    text: str, parts: tuple[str | int, ...]
) -> None:
    assert parse(text) == parts


def _naive(text: str) -> str:
    """A Sigma string as a regular expression, one character at a time."""
    out, index = "", 0
    while index < len(text):
        char = text[index]
        if char == "\\" and text[index + 1 : index + 2] in ("\\", "*", "?"):
            out += re.escape(text[index + 1])
            index += 2
            continue
        out += {"*": ".*", "?": "."}.get(char) or re.escape(char)
        index += 1
    return out


@given(st.text("ab\\*?", max_size=8), st.text("ab\\*?", max_size=8))
def test_parts_mean_what_a_naive_reading_of_the_string_means(pattern: str, value: str) -> None:
    expected = re.fullmatch(_naive(pattern), value, re.DOTALL) is not None
    found = glob_span(Glob(parse(pattern), cased=True), value)  # type: ignore[arg-type]  # no bytes here
    assert (found is not None) == expected


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("F: text", (Text(("text",)),)),
        ("F: ''", (Text(()),)),
        ("F: 4625", (Text(("4625",)),)),
        ("F: '4625'", (Text(("4625",)),)),
        ("F: -1", (Text(("-1",)),)),
        ("F: 0x17", (Text(("23",)),)),
        ("F: 0o17", (Text(("15",)),)),
        ("F: 1.5", (Text(("1.5",)),)),
        ("F: 10.0", (Text(("10.0",)),)),
        ("F: true", (Text(("true",)),)),
        ("F: False", (Text(("false",)),)),
        ("F: yes", (Text(("yes",)),)),
        ("F: 12:30", (Text(("12:30",)),)),
        ("F: 2024-01-02", (Text(("2024-01-02",)),)),
        ("F: !!str 12", (Text(("12",)),)),
        ("F: null", (Null(),)),
        ("F:", (Null(),)),
        ("F: ~", (Null(),)),
        ("F: [a, null, '']", (Text(("a",)), Null(), Text(()))),
        ("F: [a, [b, [c]]]", (Text(("a",)), Text(("b",)), Text(("c",)))),
        ("F: [1, x*, true]", (Text(("1",)), Text(("x", ANY)), Text(("true",)))),
        (f"F: {'9' * 400}", (Text(("9" * 400,)),)),
    ],
)
def test_value_types(tmp_path: Path, yaml: str, expected: tuple[Text, ...]) -> None:
    assert patterns(tmp_path, yaml) == expected


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("F: {a: b}", "5:8: a field's value is a map; write nested fields as outer.inner"),
        ("F: []", "5:8: an empty list of values; write a value, or '' for an empty text"),
        ("F: [a, {b: c}]", "5:12: a field's value is a map; write nested fields as outer.inner"),
        ("F: !!int x", "5:8: 'x' is not of the tag tag:yaml.org,2002:int; remove the tag"),
        (
            "F: !!python/none x",
            "5:8: the tag tag:yaml.org,2002:python/none is not supported; remove the tag",
        ),
        ("'': x", "5:6: a line without a field name; write the field before the colon"),
    ],
)
def test_wrong_values_are_told_with_their_place(tmp_path: Path, yaml: str, expected: str) -> None:
    assert why(tmp_path, yaml) == [expected]


def _selection(folder: Path, yaml: str) -> Expr:
    return one(folder, f"{HEAD}detection:\n  sel:{yaml}\n  condition: sel\n").selections["sel"]


def test_a_map_is_a_conjunction_and_a_list_of_maps_a_disjunction(tmp_path: Path) -> None:
    a, b = Item("A", (Text(("1",)),), line=5), Item("B", (Text(("2",)), Text(("3",))), line=6)
    assert _selection(tmp_path, "\n    A: 1\n    B: [2, 3]") == And((a, b))
    assert _selection(tmp_path, "\n    - A: 1\n    - B: [2, 3]") == Or((a, b))


def test_keywords(tmp_path: Path) -> None:
    def word(text: str) -> Text:
        return Text((ANY, text, ANY))

    assert _selection(tmp_path, " evil") == Item(None, (word("evil"),), line=4)
    assert _selection(tmp_path, " [evil, 42]") == Item(None, (word("evil"), word("42")), line=4)
    assert _selection(tmp_path, " ['*a*b']") == Item(
        None, (Text((ANY, "a", ANY, "b", ANY)),), line=4
    )
    assert _selection(tmp_path, " {'|all': [a, b]}") == Item(
        None, (word("a"), word("b")), True, ("all",), 4
    )
    assert _selection(tmp_path, " [a, {F: x}]") == Or(
        (Item("F", (Text(("x",)),), line=4), Item(None, (word("a"),), line=4))
    )
    assert _selection(tmp_path, " [[a], [b]]") == Or(
        (Item(None, (word("a"),), line=4), Item(None, (word("b"),), line=4))
    )


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("", "4:3: the selection 'sel' is empty; write a field or remove it"),
        (" {}", "4:3: the selection 'sel' is empty; write a field or remove it"),
        (" []", "4:8: an empty list; write a field or a keyword"),
        (" ['']", "4:9: an empty keyword is in every event; write the text to look for"),
        (" [null]", "4:9: a keyword is null; write the text to look for"),
        (" {'|startswith': a}", "4:11: startswith without a field; a keyword is looked for "
         "anywhere; name the field"),
        (" {'|gt': 1}", "4:11: gt without a field; name the field before the first |"),
    ],
)  # fmt: skip
def test_wrong_selections(tmp_path: Path, yaml: str, expected: str) -> None:
    from sigma.load.rule_text import verdict

    found = verdict(tmp_path, f"{HEAD}detection:\n  sel:{yaml}\n  condition: sel\n")
    assert found.state == "invalid"
    assert found.why == f"{found.path}:{expected}"


def test_a_line_knows_its_line_in_the_file(tmp_path: Path) -> None:
    found = line(tmp_path, "F|contains|all: [a, b]")
    assert found == Item(
        "F", (Text((ANY, "a", ANY)), Text((ANY, "b", ANY))), True, ("contains", "all"), 5
    )
