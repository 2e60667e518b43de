"""Whatever a rule file holds, loading ends with a verdict per document and never raises."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.sigma.ir import RuleSet
from vedette.sigma.load import load_rules
from vedette.sigma.load.documents import documents
from vedette.sigma.load.modifiers import KNOWN

SEED = """\
title: T
id: 1
name: n
logsource: {product: windows}
detection:
  sel:
    A|contains|all: ['a*', b]
    B|re: '^x[0-9]+$'
  other:
    - x
    - C: null
  condition: sel and not 1 of other*
---
title: C
correlation:
  type: temporal
  rules: [n]
  group-by: [H]
  timespan: 5m
---
title: F
logsource: {product: windows}
filter:
  rules: any
  selection: {U: a}
  condition: not selection
"""

_SIGNS = "abF01 :-|*?\\%'\"[]{}&!#,<>\n\té—\x07\u2028\U0001f600"


def _load(data: bytes) -> RuleSet:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.yml"
        path.write_bytes(data)
        found = load_rules([path])
    assert len(found.verdicts) == len(documents(data, "r.yml"))
    for verdict in found.verdicts:
        assert (verdict.state == "compiled") or verdict.why
        if verdict.state == "invalid":
            assert all(line.startswith(str(path)) for line in verdict.why.splitlines()[:1])
    return found


@given(st.binary(max_size=200))
def test_bytes(data: bytes) -> None:
    _load(data)


@given(st.text("ab:-[]{}&*!|>'\"%@`#,? \n\t0.~<", max_size=80))
def test_yaml_signs(text: str) -> None:
    _load(text.encode())


@given(st.data())
def test_a_rule_with_pieces_moved_and_replaced(data: st.DataObject) -> None:
    lines = SEED.splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(["drop", "repeat", "cut", "insert"])):
            case "drop":
                lines.pop(at)
            case "repeat":
                lines.insert(at, lines[data.draw(st.integers(0, len(lines) - 1))])
            case "cut":
                lines[at] = lines[at][: data.draw(st.integers(0, len(lines[at])))]
            case _:
                lines.insert(at, data.draw(st.text(_SIGNS, max_size=10)))
        lines = lines or [""]
    _load("\n".join(lines).encode())


_LEAF: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(_SIGNS, max_size=6)
    | st.sampled_from(["sel", "1 of them", "%x%", "10.0.0.0/8", "any", "n", "5m", "gte", "(", "*"])
)
_VALUE = st.recursive(
    _LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_LEAF, inner, max_size=3)
)
_MODIFIERS = st.lists(st.sampled_from(KNOWN), max_size=3).map(lambda names: "|".join(["F", *names]))
_LINE = st.dictionaries(_MODIFIERS, _VALUE, max_size=3)
_KEYS = [
    *("title", "id", "name", "level", "status", "tags", "fields", "author", "license", "action"),
    *("detection", "correlation", "filter", "logsource", "generate", "taxonomy", "related"),
]
_SECTION = st.fixed_dictionaries(
    {},
    optional={
        "sel": _LINE,
        "condition": _VALUE,
        "type": st.sampled_from(["event_count", "temporal", "value_sum", "chained"]) | _VALUE,
        "rules": _VALUE,
        "timespan": _VALUE,
        "aliases": _VALUE,
        "group-by": _VALUE,
        "generate": _VALUE,
    },
)
_DOCUMENT = st.dictionaries(st.sampled_from(_KEYS), _VALUE | _SECTION, max_size=6)


@settings(max_examples=60)
@given(st.lists(_DOCUMENT, min_size=1, max_size=3))
def test_sigma_keys_with_any_values(rules: list[dict[str, Any]]) -> None:
    _load(yaml.safe_dump_all(rules, allow_unicode=True).encode())


@settings(max_examples=150)
@given(_LINE, st.sampled_from(["sel", "not sel", "1 of s*", "x", ""]))
def test_any_line(line: dict[str, Any], condition: str) -> None:
    rule = {
        "title": "T",
        "logsource": {"product": "p"},
        "detection": {"sel": line, "condition": condition},
    }
    _load(yaml.safe_dump(rule, allow_unicode=True).encode())


def test_the_seed_compiles() -> None:
    assert {verdict.state for verdict in _load(SEED.encode()).verdicts} == {"compiled"}
