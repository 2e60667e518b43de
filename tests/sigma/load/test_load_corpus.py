"""The whole of SigmaHQ: every rule has a verdict, none is invalid, few need values."""

from __future__ import annotations

from collections import Counter

import pytest

import corpora
from vedette.sigma.dump import dump_rule
from vedette.sigma.load import load_rules


@pytest.mark.corpus
def test_sigmahq_loads_whole() -> None:
    told: list[tuple[int, int]] = []
    found = load_rules([corpora.sigmahq()], on_progress=lambda *now: told.append(now))
    states = Counter(verdict.state for verdict in found.verdicts)
    assert [v.why for v in found.verdicts if v.state in ("invalid", "unsupported")] == []
    assert len(found.verdicts) >= 3780
    assert states["compiled"] >= 3755
    assert len(found.rules) == states["compiled"]
    assert all("%" in v.why for v in found.verdicts if v.state == "needs value")
    assert told[-1] == (len(told), len(told))
    assert {rule.licence for rule in found.rules} == {"DRL 1.1"}
    assert len({rule.id for rule in found.rules}) == len(found.rules)
    for rule in found.rules:
        assert rule.title in dump_rule(rule)


@pytest.mark.corpus
def test_values_complete_sigmahq() -> None:
    folder = corpora.sigmahq()
    needed = load_rules([folder])
    names = {
        name
        for verdict in needed.verdicts
        if verdict.state == "needs value"
        for name in verdict.why.split("%")[1::2]
    }
    filled = load_rules([folder], expand={name: ["10.0.0.0/8"] for name in names})
    assert {verdict.state for verdict in filled.verdicts} == {"compiled"}
