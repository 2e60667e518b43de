"""The line of a search: what people write, and what pivots write for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.console.search_line import Part, condition, parse, parts, quoted
from vedette.store.query import Filter, QueryError


def resolve(name: str) -> tuple[str, ...]:
    return (name,)


def sources(name: str) -> list[str]:
    return [f"file:{name}"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", []),
        ("a  b\tc", [Part("a", False), Part("b", False), Part("c", False)]),
        ('"two words" x', [Part("two words", True), Part("x", False)]),
        ('say ""hi""', [Part("say", False), Part("hi", True)]),
        ('"a ""b"" c"', [Part('a "b" c', True)]),
        ('Image="C:\\Program Files\\x.exe"', [Part("Image=C:\\Program Files\\x.exe", False)]),
        ('never "closed', [Part("never", False), Part('"closed', False)]),
    ],
)
def test_parts(line: str, expected: list[Part]) -> None:
    assert list(parts(line)) == expected


@pytest.mark.parametrize(
    ("line", "texts", "filters"),
    [
        ("https://x.example/?a=b", ["https://x.example/?a=b"], []),
        ("a=b", [], [Filter(("a",), "=", "b")]),
        ('"a=b"', ["a=b"], []),
        ("Event.System.EventID>=4000", [], [Filter(("Event.System.EventID",), ">=", "4000")]),
        ("[a.b].c!=x", [], [Filter(("[a.b].c",), "!=", "x")]),
        ("cs-uri-query~shell", [], [Filter(("cs-uri-query",), "~", "shell")]),
        ("C:\\a=b", ["C:\\a=b"], []),
    ],
)
def test_words_and_conditions(line: str, texts: list[str], filters: list[Filter]) -> None:
    asked = parse(line, resolve, sources).query
    assert (list(asked.texts), list(asked.filters)) == (texts, filters)


def test_noted_names() -> None:
    asked = parse("host=a* host=b source=web format=json host!=c", resolve, sources)
    query = asked.query
    assert (query.hosts, query.sources, query.formats) == (("a*", "b"), ("file:web",), ("json",))
    assert query.filters == (Filter(("host",), "!=", "c"),)


def test_too_many_expressions() -> None:
    with pytest.raises(QueryError, match="expressions"):
        parse("a~1 b~2 c!~3 d~4 e~5", resolve, sources)


def test_too_many_parts() -> None:
    with pytest.raises(QueryError, match="fewer"):
        parse("a " * 41, resolve, sources)


values = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(
    lambda text: bool(text.strip())
)


@given(st.lists(values, max_size=5))
def test_quoted_texts_are_looked_for_as_they_stand(texts: list[str]) -> None:
    line = " ".join(quoted(text) for text in texts)
    asked = parse(line, resolve, sources).query
    assert (list(asked.texts), asked.filters, asked.hosts) == (texts, (), ())


@given(values)
def test_conditions_hold_their_value(value: str) -> None:
    asked = parse(condition("a.b-c", value), resolve, sources).query
    assert asked.filters == (Filter(("a.b-c",), "=", value),)


@given(st.text(max_size=60))
def test_any_line_is_understood_or_said_why(line: str) -> None:
    try:
        parse(line, resolve, sources)
    except QueryError as error:
        assert str(error)
