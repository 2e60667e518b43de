"""Any rule on any event: every front end of the compiled plan says what the naive oracle says."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle import matches
from vedette.model.batch import ArrowRows, Batch, DictRows, JsonLines, Rows
from vedette.model.logsource import Logsource
from vedette.scan.compiled import VARIABLE
from vedette.sigma.detector import SigmaDetector
from vedette.sigma.ir import RuleSet
from vedette.sigma.load import load_rules
from vedette.sigma.mapping import Mapping, Route

MAPPINGS = {
    "m": Mapping(
        format="m",
        discriminators=("id", "kind"),
        roots=("", "deep"),
        fields={"id": ("sys.id", "id"), "b": ("B", "b")},
        routes=(
            Route(Logsource(product="p")),
            Route(Logsource(product="p", category="c"), {"id": ("1", "x")}, {"a": ("deep.a", "a")}),
            Route(Logsource(product="p", category="d"), {"id": ("1",), "kind": ("*",)}),
            Route(Logsource(product="p", service="s"), {"kind": ("k", "2")}),
        ),
    )
}
SOURCES = [
    {"product": "p"},
    {"category": "c"},
    {"product": "p", "category": "d"},
    {"service": "s"},
    {"product": "q"},
]
FIELDS = ["a", "b", "c", "id", "kind", "deep.a"]
LETTERS = "aAbB1 -/\\.éÉİsſ\n"
WORDS = st.one_of(
    st.sampled_from(["a", "ab", "1", "x", "k", "true", "10.1.2.3", "a -b", "YWI=", ""]),
    st.text(st.sampled_from(LETTERS), max_size=6),
)
SCALARS = st.one_of(WORDS, st.integers(-3, 12), st.booleans(), st.just(1.5))
VALUES = st.one_of(SCALARS, st.none(), st.lists(st.one_of(SCALARS, st.none()), max_size=3))
EVENTS = st.fixed_dictionaries(
    {"there": st.just("z")},  # an empty object is a blank row, not an event
    optional={
        **dict.fromkeys(("a", "b", "B", "c", "id", "kind"), VALUES),
        "sys": st.fixed_dictionaries({}, optional={"id": VALUES}),
        "deep": st.fixed_dictionaries({}, optional={"a": VALUES, "c": VALUES}),
        "other": st.lists(st.fixed_dictionaries({"x": VALUES}), max_size=2),
    },
)
PATTERNS = st.builds(
    lambda parts: "".join(parts),
    st.lists(st.one_of(WORDS, st.sampled_from(["*", "?", "\\*", "\\\\"])), max_size=4),
)


def lines(modifiers: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda field, given: {f"{field}{modifiers}": given}, st.sampled_from(FIELDS), values
    )


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(values, st.lists(values, min_size=1, max_size=3))


TEXT = st.one_of(PATTERNS, st.integers(-3, 12), st.booleans())
LINES = st.one_of(
    *(
        lines(modifiers, some(TEXT))
        for modifiers in (
            *("|contains", "|startswith", "|endswith", "|cased", "|contains|cased"),
            *("|neq", "|contains|neq", "|contains|windash"),
        )
    ),
    lines("", some(st.one_of(TEXT, st.none()))),
    lines("|contains|all", st.lists(TEXT, min_size=2, max_size=3)),
    lines("|re", st.sampled_from(["a+b", "^a", "b$", "[aA]b?1", r"\ba", "a|1", "(?i)AB", r"\d\d"])),
    lines("|re|i", st.sampled_from(["AB", "^É", "[b-z]$", "S"])),
    lines("|cidr", some(st.sampled_from(["10.0.0.0/8", "10.1.2.3/32", "::/0"]))),
    *(lines(f"|{name}", st.integers(-3, 12)) for name in ("lt", "lte", "gt", "gte")),
    lines("|exists", st.booleans()),
    *(
        lines(f"|fieldref{how}", st.sampled_from(FIELDS))
        for how in ("", "|contains", "|startswith", "|endswith|cased", "|neq")
    ),
    lines("|base64", st.sampled_from(["ab", "abc"])),
    lines("|base64offset|contains", st.sampled_from(["abc", "abcd"])),
)
KEYWORDS = st.lists(
    st.one_of(PATTERNS.filter(lambda text: text.strip("*")), st.integers(0, 12)),
    min_size=1,
    max_size=3,
)
MAPS = st.lists(LINES, min_size=1, max_size=3).map(
    lambda given: {key: value for line in given for key, value in line.items()}
)
SEARCHES = st.one_of(
    MAPS,
    MAPS,
    st.lists(MAPS, min_size=1, max_size=2),
    KEYWORDS,
    KEYWORDS.map(lambda words: {"|all": words}),
)
CONDITIONS = st.sampled_from(
    [
        *("s1", "s1 and s2", "s1 or s2", "not s1", "s1 and not s2", "not (s1 or s2)"),
        *("1 of s*", "all of them", "not 1 of s*", "2 of them", "s1 or s1 and s2"),
    ]
)
RULES = st.builds(
    lambda source, one, two, condition: {
        "title": "t",
        "level": "low",
        "logsource": source,
        "detection": {"s1": one, "s2": two, "condition": condition},
    },
    st.sampled_from(SOURCES),
    SEARCHES,
    SEARCHES,
    CONDITIONS,
)


def load(rules: list[dict[str, Any]]) -> RuleSet:
    documents = [
        {**rule, "id": f"00000000-0000-4000-8000-{number:012d}"}
        for number, rule in enumerate(rules)
    ]
    with tempfile.TemporaryDirectory() as folder:
        text = yaml.safe_dump_all(documents, allow_unicode=True)
        Path(folder, "rules.yml").write_text(text, "utf-8")
        return load_rules([folder])


def front_ends(events: list[dict[str, Any]]) -> dict[str, Rows]:
    raws = [json.dumps(event).encode() for event in events]
    places = [f"record {index}" for index in range(len(events))]
    return {
        "dictionaries": DictRows(events, raws, places),
        "lines": JsonLines(raws),
    }


@settings(max_examples=150, deadline=None)
@given(
    rules=st.lists(RULES, min_size=1, max_size=4),
    events=st.lists(EVENTS, max_size=4),
    native=st.booleans(),
)
def test_every_front_end_agrees_with_the_oracle(
    rules: list[dict[str, Any]], events: list[dict[str, Any]], native: bool
) -> None:
    loaded = load(rules)
    compiled = {int(rule.id[-12:]): rules[int(rule.id[-12:])] for rule in loaded.rules}
    with in_c(native):
        detector = SigmaDetector(loaded.rules, MAPPINGS)
    for source in (Logsource(), Logsource(product="q")):
        expected = [
            {
                number
                for number, rule in compiled.items()
                if matches(rule, "m", event, MAPPINGS, source)
            }
            for event in events
        ]
        for name, rows in front_ends(events).items():
            with in_c(native):
                assert fired(detector, rows, source) == expected, name


@settings(max_examples=80, deadline=None)
@given(
    rules=st.lists(RULES, min_size=1, max_size=4),
    column=st.lists(st.one_of(st.none(), WORDS), min_size=1, max_size=6),
    other=st.lists(st.one_of(st.none(), st.integers(-3, 12)), min_size=6, max_size=6),
    nested=st.lists(st.one_of(st.none(), st.lists(WORDS, max_size=2)), min_size=6, max_size=6),
)
def test_arrow_batches_agree_with_the_oracle(
    rules: list[dict[str, Any]],
    column: list[str | None],
    other: list[int | None],
    nested: list[list[str] | None],
) -> None:
    loaded = load(rules)
    compiled = {int(rule.id[-12:]): rules[int(rule.id[-12:])] for rule in loaded.rules}
    size = len(column)
    events = [
        {"a": column[i], "id": other[i], "kind": column[-1 - i], "deep": {"a": nested[i]}}
        for i in range(size)
    ]
    schema = pa.schema(
        [
            ("a", pa.string()),
            ("id", pa.int64()),
            ("kind", pa.string()),
            ("deep", pa.struct([("a", pa.list_(pa.string()))])),
        ]
    )
    rows = ArrowRows(pa.RecordBatch.from_pylist(events, schema=schema))
    expected = [
        {n for n, rule in compiled.items() if matches(rule, "m", rows.record(i), MAPPINGS)}
        for i in range(size)
    ]
    assert fired(SigmaDetector(loaded.rules, MAPPINGS), rows, Logsource()) == expected


@contextmanager
def in_c(allowed: bool) -> Iterator[None]:
    """With or without what is written in C."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = "1" if allowed else "0"
    try:
        yield
    finally:
        del os.environ[VARIABLE]
        if before is not None:
            os.environ[VARIABLE] = before


def fired(detector: SigmaDetector, rows: Rows, source: Logsource) -> list[set[int]]:
    """The numbers of the rules that fire on each row."""
    found: list[set[int]] = [set() for _ in range(len(rows))]
    rules = detector.plan.rules
    for index, _, hits in detector.hits(Batch("test", "m", rows, source), []):
        found[index] = {int(rules[position].id[-12:]) for position, _ in hits}
    return found
