"""Files to documents: places, limits, damaged YAML, and Sigma 1's actions."""

from __future__ import annotations

import pytest

from vedette.sigma.load import documents as module
from vedette.sigma.load.documents import Document, documents
from vedette.sigma.load.nodes import Map, to_python


def _read(text: str | bytes) -> list[Document]:
    return documents(text if isinstance(text, bytes) else text.encode(), "r.yml")


def _values(text: str | bytes) -> list[object]:
    found = []
    for document in _read(text):
        assert not document.faults, str(document.faults)
        assert document.root is not None
        found.append(to_python(document.root))
    return found


def _faults(text: str | bytes) -> list[str]:
    return [line for document in _read(text) for line in document.faults.lines()]


def test_values_are_those_of_yaml_1_2() -> None:
    text = "{a: yes, b: 12:30, c: 0x10, d: 0o10, e: 010, f: 1e3, g: .5, h: null, i: TRUE, j: 1_0}"
    assert _values(text) == [
        {
            "a": "yes",
            "b": "12:30",
            "c": 16,
            "d": 8,
            "e": 10,
            "f": 1000.0,
            "g": 0.5,
            "h": None,
            "i": True,
            "j": "1_0",
        }
    ]


def test_documents_know_their_lines() -> None:
    text = "# c\n%YAML 1.2\n---\na: 1\n---\n# only a comment\n---\n\nb: 2\n...\n--- # x\nc: 3\n"
    assert [(d.line, to_python(d.root)) for d in _read(text) if d.root] == [
        (4, {"a": 1}),
        (9, {"b": 2}),
        (12, {"c": 3}),
    ]
    assert _faults(text) == []


def test_text_after_the_end_of_a_document_is_told() -> None:
    assert [d.root is not None for d in _read("a: 1\n...\nb: 2\n")] == [True, False]
    assert _faults("a: 1\n...\nb: 2\n")[0].startswith("r.yml:3:1: not YAML: ")


def test_a_damaged_document_costs_only_itself() -> None:
    text = "a: 1\n---\nb: [1\n---\nc: 3\n---\nd: 'x\n"
    found = _read(text)
    assert [d.root is not None for d in found] == [True, False, True, False]
    assert _faults(text)[0].startswith("r.yml:4:1: not YAML: ") or "r.yml:3:" in _faults(text)[0]
    assert [d.line for d in found if d.root] == [1, 5]


def test_a_marker_inside_a_block_text_is_none() -> None:
    assert _values("a: |\n  x\n  ---\n  y\n") == [{"a": "x\n---\ny\n"}]


def test_byte_order_mark_and_windows_line_ends() -> None:
    assert _values(b"\xef\xbb\xbfa: 1\r\n---\r\nb: 2\r\n") == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"a: 1\nb: \xff", "2:4: not UTF-8; save the file as UTF-8"),
        ("a: 1\nbc: \x01",
         "2:5: the character U+0001 is not allowed in YAML; write it as an escape"),
        ("", "1:1: the file is empty; write a rule or remove the file"),
        ("# nothing\n", "1:1: the file is empty; write a rule or remove the file"),
        ("a: 1\nb: 2\na: 3",
         "3:1: the key 'a' is there twice, first in line 1; remove one of them"),
        ("x:\n  a: 1\n  a: 2",
         "3:3: the key 'a' is there twice, first in line 2; remove one of them"),
        ("? [a]\n: 1", "1:3: a key that is a list or a map; write the key as text"),
        ("a: *x", "1:4: the alias *x has no finished anchor before it; define &x above, outside of"
         " itself"),
        ("a: &x [*x]", "1:8: the alias *x has no finished anchor before it; define &x above,"
         " outside of itself"),
        ("<<: 1", "1:1: << merges something that is no map; refer to a map"),
        ("a:\n\tb: 1",
         "2:1: not YAML: found character that cannot start any token; correct the YAML"),
        ("[" * 1_000_000, "1:65: nested deeper than 64 levels; flatten the document"),
        ("- " * 500_000, "1:129: nested deeper than 64 levels; flatten the document"),
        ("{a: " * 200_000, "1:257: nested deeper than 64 levels; flatten the document"),
        ("? " * 500_000, "1:129: nested deeper than 64 levels; flatten the document"),
        ("a" * ((1 << 20) + 1), "1:1: larger than 1048576 bytes; split the file"),
        ("[" + "1," * 250_000 + "1]", "1:400000: more than 200000 values; split the file"),
    ],
)  # fmt: skip
def test_faults_have_their_place(text: str | bytes, expected: str) -> None:
    assert _faults(text) == [f"r.yml:{expected}"]


def test_aliases_may_not_multiply() -> None:
    levels = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 9)
    )
    (told,) = _faults(levels)
    assert "aliases grow to over 200000 values" in told


def test_aliases_may_not_nest_beyond_the_depth() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 80)]
    (told,) = _faults("\n".join(lines))
    assert "aliases nest deeper than 64 levels" in told


def test_merge_keys() -> None:
    text = "base: &b {a: 1, b: 2}\nx:\n  <<: *b\n  b: 3\ny:\n  <<: [*b, {c: 4}]\n"
    (found,) = _read(text)
    assert isinstance(found.root, Map)
    assert to_python(found.root)["x"] == {"b": 3, "a": 1}
    assert to_python(found.root)["y"] == {"a": 1, "b": 2, "c": 4}


def test_too_many_documents() -> None:
    found = _read("---\na: 1\n" * (module.MAX_DOCUMENTS + 5))
    assert len(found) == module.MAX_DOCUMENTS + 1
    assert "more than 2000 documents; the rest is not read" in str(found[-1].faults)
