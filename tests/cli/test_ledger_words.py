"""Entries of the ledger in words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.cli.ledger_words import _WORDS, in_words

FINDING = {"id": "f", "rule": "r", "level": "high", "sha256": "0"}
TOLD: list[tuple[str, dict[str, Any], str]] = [
    ("findings", {"findings": [FINDING, FINDING], "through": 7}, "2 findings: 2 high; rule r"),
    ("findings", {"findings": [FINDING, {**FINDING, "rule": "s", "level": "low"}], "through": 7},
     "2 findings: 1 high, 1 low"),
    ("undo-all", {}, "everything that stands is to be taken back"),
    ("undo-all", {"why": "drill"}, "everything that stands is to be taken back: drill"),
    ("incident", {"type": "turn", "incident": "6c85", "what": "close", "words": "done"},
     "close 6c85: done"),
    ("incident", {"type": "judge", "incident": "6c85", "verdict": "benign", "words": ""},
     "verdict benign 6c85"),
    ("exception", {"type": "except", "rule": "", "entities": [["host", "build-*"]], "owner": "ann",
                   "reason": "nightly", "expires": 0, "exception": "e1"},
     "hide host=build-* until 1970-01-01T00:00:00.000000Z: nightly; owner ann; e1"),
    ("rules-refused", {"why": ["a", "b", "c"], "faults": 9},
     "the old rules go on: a; b; c; and 6 more"),
    ("something", {"a": 1}, '{"a":1}'),
    ("findings", {"a": 1}, '{"a":1}'),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "what", "words"), TOLD)
def test_entries_are_told(kind: str, what: dict[str, Any], words: str) -> None:
    assert in_words(kind, what) == words


values = st.recursive(
    st.none() | st.integers(-5, 1 << 62) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
names = st.sampled_from(["findings", "type", "why", "faults", "action", "entities", "expires"])


@given(st.sampled_from(sorted(_WORDS)), st.dictionaries(names, values))
def test_whatever_an_entry_holds_it_is_told(kind: str, what: dict[str, Any]) -> None:
    assert isinstance(in_words(kind, what), str)
