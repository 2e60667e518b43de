"""The native reader against what it stands in for: the same hits and problems for any bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import corpora
from json_text import LINES, damaged
from vedette.engine.assemble import make_mappings
from vedette.model.batch import JsonLines, json_object
from vedette.model.logsource import Logsource
from vedette.model.problem import Problem
from vedette.sigma import ir
from vedette.sigma.load import load_rules
from vedette.sigma.mapping import Mapping, Route
from vedette.sigma.plan.dicts import DictFront
from vedette.sigma.plan.judge import Fired
from vedette.sigma.plan.lines import LineFront
from vedette.sigma.plan.native_lines import NativeLines, native_lines, reader_type
from vedette.sigma.plan.plan import Plan

READER = reader_type()
pytestmark = pytest.mark.skipif(
    READER is None, reason="the native reader was not built (no C compiler) or is turned off"
)

MAPPING = Mapping(
    format="m",
    discriminators=("id", "kind"),
    fields={"id": ("sys.id", "id"), "kind": ("kind",), "b": ("deep.b", "b")},
    routes=(
        Route(Logsource(product="p")),
        Route(Logsource(product="p", category="c"), {"id": ("1", "true")}, {"a": ("deep.a", "a")}),
        Route(Logsource(product="p", category="d"), {"kind": ("*",)}),
    ),
)
DETECTIONS: list[tuple[dict[str, str], dict[str, Any]]] = [
    ({"product": "p"}, {"s": {"a": "evil"}}),
    ({"product": "p"}, {"s": {"a|endswith": "0"}}),
    ({"product": "p"}, {"s": {"id": 1}}),
    ({"product": "p"}, {"s": {"b": None}}),
    ({"product": "p"}, {"s": {"b|gt": 5}}),
    ({"product": "p"}, {"s": {'a"\\b': "x"}}),
    ({"product": "p"}, {"s": {"deep.a|re": "ev[i1]l$"}}),
    ({"product": "p"}, {"s": {"a|fieldref": "b"}}),
    ({"product": "p"}, {"s": ["mimikatz kiwi", "long s?cret word"]}),
    ({"product": "p", "category": "c"}, {"s": {"a|contains": "e"}}),
    ({"product": "p", "category": "c"}, {"s": ["wat"]}),
    ({"product": "p", "category": "d"}, {"s": {"b|exists": True}}),
]


def rules_of(
    detections: Iterable[tuple[dict[str, str], dict[str, Any]]], folder: Path
) -> list[ir.Rule]:
    documents = [
        {
            "title": f"rule {number}",
            "id": f"00000000-0000-4000-8000-{number:012d}",
            "level": "low",
            "logsource": source,
            "detection": {**detection, "condition": "s"},
        }
        for number, (source, detection) in enumerate(detections)
    ]
    (folder / "rules.yml").write_text(yaml.safe_dump_all(documents), "utf-8")
    loaded = load_rules([folder])
    assert len(loaded.rules) == len(documents), loaded.verdicts
    return list(loaded.rules)


Answer = tuple[list[tuple[int, Fired]], list[Problem]]


class Fronts(NamedTuple):
    """One plan behind every reader of lines."""

    dicts: DictFront
    pure: LineFront
    native: LineFront
    small: LineFront
    """Native, with room for so little that it forgets all the time."""

    def judged(self, lines: list[bytes]) -> Answer:
        """What the native readers say, which must be what the pure one says."""
        expected = answer(self.pure, lines)
        for front in (self.native, self.small, self.native):
            assert answer(front, lines) == expected
        return expected


def answer(front: LineFront | DictFront, lines: list[bytes]) -> Answer:
    problems: list[Problem] = []
    hits = [(index, fired) for index, _, fired in front.rows(JsonLines(lines), problems)]
    return hits, problems


def fronts_of(rules: list[ir.Rule], mapping: Mapping, logsource: Logsource) -> Fronts:
    assert READER is not None
    plan = Plan(rules, {mapping.format: mapping}).format_plan(mapping.format, logsource)
    dicts = DictFront(plan)
    small = LineFront(plan, dicts)
    small.native = NativeLines(plan, READER, entries=3, chars=100)
    return Fronts(dicts, LineFront(plan, dicts, native=False), LineFront(plan, dicts), small)


@pytest.fixture(scope="module")
def fronts(tmp_path_factory: pytest.TempPathFactory) -> Fronts:
    rules = rules_of(DETECTIONS, tmp_path_factory.mktemp("rules"))
    return fronts_of(rules, MAPPING, Logsource())


@settings(max_examples=300)
@given(lines=st.lists(LINES, max_size=6))
def test_sound_lines_are_judged_as_dictionaries_are(fronts: Fronts, lines: list[bytes]) -> None:
    assert fronts.judged(lines) == answer(fronts.dicts, lines)


@pytest.mark.parametrize(
    ("lines", "hits"),
    [
        (['{"deep":{"b":null},"b":7}', '{"deep":{},"b":7}', '{"deep":5,"b":7}'], [0, 1, 2]),
        (['{"deep":[{"b":7}]}', '{"deep":[],"b":7}', '{"deep":[{"b":[7]}],"b":1}'], [0, 1, 2]),
        (['{"a":"x","b":"y"}', '{"a":"x","b":"x"}', '{"a":"x","b":"y"}'], [1]),
        (['{"a":1,"b":1,"a":"evil"}', '{"a":"evil","b":1,"a":1}'], [0, 1]),
        (['{"deep":{"a":"evil"},"deep":{"b":1}}', '{"sys":{"id":1},"id":null,"b":1}'], [1]),
        (
            ['{"id":1,"kind":"k","b":1}', '{"id":"1","kind":"k"}', '{"id":1.0,"kind":["k"]}'],
            [0, 1, 2],
        ),
        (['{"b":1,"z":"mimikatz Kiwi"}', '{"b":1,"z":"long ſecret word"}'], [0, 1]),
        (['{"b":1,"z":"\\u006dimikatz \\u212Aiwi"}', '{"b":1,"z":"\\\\u006dimikatz kiwi"}'], [0]),
        (['{"id":1,"b":1,"z":"\\u0077AT"}', '{"id":"2","b":1,"z":"wat"}'], [0]),
        (['{"b":1,"\\u0061":"evil"}', '{"b":1,"z":{"\\u0061":"evil"}}'], [0]),
    ],
)
def test_what_random_lines_seldom_hold(fronts: Fronts, lines: list[str], hits: list[int]) -> None:
    encoded = [line.encode() for line in lines]
    found = fronts.judged(encoded)
    assert found == answer(fronts.dicts, encoded)
    assert [index for index, _ in found[0]] == hits


@settings(max_examples=400)
@given(lines=st.lists(st.one_of(damaged(), LINES, st.binary(max_size=12)), max_size=6))
def test_damaged_lines_cost_the_same_problems(fronts: Fronts, lines: list[bytes]) -> None:
    hits, problems = fronts.judged(lines)
    others, all_problems = answer(fronts.dicts, lines)
    sound = {index for index, line in enumerate(lines) if readable(line)}
    assert [hit for hit in hits if hit[0] in sound] == others
    # a number beyond a double in a field that no rule reads is no concern of the struct's reader
    assert {p.where.split(":")[0] for p in problems} <= {p.where for p in all_problems}


def readable(line: bytes) -> bool:
    try:
        json_object(line)
    except (ValueError, RecursionError):
        return False
    return True


INVALID = st.sampled_from(
    [
        *(
            b"\xff",
            b"\x80",
            b"\xc0\x80",
            b"\xc1\xbf",
            b"\xe0\x9f\xbf",
            b"\xed\xa0\x80",
            b"\xf0\x8f\xbf\xbf",
        ),
        *(b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xe2\x84", b"\xf0\x9f\x98", b"\xc5"),
    ]
)


@settings(max_examples=60)
@given(text=INVALID, before=st.text(max_size=20), key=st.sampled_from(["a", "unread"]))
def test_invalid_utf8_is_a_problem_in_any_field(
    fronts: Fronts, text: bytes, before: str, key: str
) -> None:
    head = json.dumps({"id": 1, key: before}, ensure_ascii=False)[:-2].encode()
    assert [len(found) for found in fronts.judged([head + text + b'"}'])] == [0, 1]


def test_values_too_long_are_judged_but_not_remembered(fronts: Fronts) -> None:
    assert fronts.native.native is not None
    fronts.judged([b'{"a":"warm"}'])
    before = fronts.native.native.remembered()
    line = b'{"a":"' + b"x" * 17_000 + b'0"}'
    hits, _ = fronts.judged([line, b'{"a":"' + b"y" * (1 << 20) + b'0"}'])
    assert [index for index, _ in hits] == [0, 1]
    assert fronts.native.native.remembered()[1] == before[1]


def test_the_environment_turns_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Plan([], {"m": MAPPING}).format_plan("m", Logsource())
    assert native_lines(plan) is not None
    monkeypatch.setenv("VEDETTE_NATIVE", "0")
    assert native_lines(plan) is None


@pytest.mark.corpus
def test_recordings_are_judged_alike() -> None:
    rules = load_rules([corpora.sigmahq() / "rules" / "windows"]).rules
    mapping = make_mappings(())["windows"]
    fronts = fronts_of(list(rules), mapping, Logsource("windows"))
    hits = asked = 0
    for archive in sorted(corpora.otrf().rglob("*.zip"))[::8]:
        with ZipFile(archive) as opened:
            for member in opened.namelist()[:1]:
                with opened.open(member) as file:
                    lines = [line.rstrip(b"\n") for line in islice(file, 400)]
        found, _ = fronts.judged(lines)
        hits += len(found)
        assert fronts.native.native is not None
        asked += sum(kind is None for _, kind, _ in fronts.native.native.judge(lines))
    assert hits > 20
    assert asked < hits
