"""The engine against the oracle, whatever the order of arrival, the batches and the restarts."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from sigma.correlation.cases import EVERY_KIND, SECOND, T0, matches
from sigma.correlation.naive import naive
from vedette.model.finding import Finding
from vedette.sigma.correlation import Bounds, Correlator, Match

LATENESS = 8 * SECOND


def ranked(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: finding.id)


@settings(max_examples=100, deadline=None)
@given(matches())
def test_equals_the_oracle(found: list[Match]) -> None:
    correlator = Correlator(EVERY_KIND)
    correlator.feed("log", found, T0)
    assert ranked(correlator.flush()) == naive(EVERY_KIND, found)


class Arrivals:
    """Matches as they come from several sources, each late by less than the lateness."""

    def __init__(self, found: list[Match], seed: int) -> None:
        chance = random.Random(seed)
        self.sources = [f"source {index}" for index in range(chance.randint(1, 3))]
        lines: dict[str, list[tuple[float, Match]]] = {name: [] for name in self.sources}
        for match in found:
            delayed = match.time + chance.uniform(0, LATENESS - 1)
            lines[chance.choice(self.sources)].append((delayed, match))
        self.batches: list[tuple[str, list[Match], int]] = []
        queues = {
            name: [m for _, m in sorted(line, key=lambda p: p[0])] for name, line in lines.items()
        }
        newest = dict.fromkeys(self.sources, T0)
        while any(queues.values()):
            name = chance.choice([name for name, queue in queues.items() if queue])
            size = chance.randint(1, 4)
            batch, queues[name] = queues[name][:size], queues[name][size:]
            newest[name] = max(newest[name], *(match.time for match in batch))
            self.batches.append((name, batch, newest[name]))


def expecting(sources: list[str]) -> Correlator:
    correlator = Correlator(EVERY_KIND, lateness_us=LATENESS)
    for source in sources:
        correlator.register(source)
    return correlator


@settings(max_examples=100, deadline=None)
@given(matches(), st.integers())
def test_any_arrival_within_the_lateness_finds_the_same(found: list[Match], seed: int) -> None:
    arrivals = Arrivals(found, seed)
    correlator = expecting(arrivals.sources)
    findings: list[Finding] = []
    for source, batch, seen in arrivals.batches:
        correlator.feed(source, batch, seen)
        findings += correlator.advance()
    findings += correlator.flush()
    assert correlator.counts.late == 0
    assert ranked(findings) == naive(EVERY_KIND, found)


@settings(max_examples=100, deadline=None)
@given(matches(), st.integers())
def test_kill_and_restart_at_any_point_finds_the_same(found: list[Match], seed: int) -> None:
    chance = random.Random(seed)
    arrivals = Arrivals(found, seed)
    correlator = expecting(arrivals.sources)
    saved: dict[str, bytes] = {}
    findings: list[Finding] = []

    def commit() -> None:
        delta = correlator.delta()
        assert not delta.deletes & delta.puts.keys()
        for key in delta.deletes:
            saved.pop(key)  # only what was saved is deleted
        saved.update(delta.puts)

    commit()
    for source, batch, seen in arrivals.batches:
        if chance.random() < 0.4:  # killed after the work, before the commit: it comes again
            correlator.feed(source, batch, seen)
            correlator.advance()
            correlator = Correlator(EVERY_KIND, lateness_us=LATENESS)
            correlator.restore(saved)
        correlator.feed(source, batch, seen)
        findings += correlator.advance()
        commit()
    findings += correlator.flush()
    assert correlator.counts.late == 0
    assert ranked(findings) == naive(EVERY_KIND, found)
    commit()
    assert set(saved) <= {"w"}


@settings(max_examples=100, deadline=None)
@given(matches(), st.integers())
def test_small_bounds_forget_by_event_time_alone(found: list[Match], seed: int) -> None:
    """Also what is given up does not depend on arrival, batching or restarts."""
    bounds = Bounds(groups=2, group_matches=3, matches=25)
    whole = Correlator(EVERY_KIND, lateness_us=LATENESS, bounds=bounds)
    whole.feed("log", found, T0)
    expected = ranked(whole.flush())

    arrivals = Arrivals(found, seed)
    parts = Correlator(EVERY_KIND, lateness_us=LATENESS, bounds=bounds)
    for source in arrivals.sources:
        parts.register(source)
    saved: dict[str, bytes] = {}
    findings: list[Finding] = []
    for source, batch, seen in arrivals.batches:
        parts.feed(source, batch, seen)
        findings += parts.advance()
        assert parts.counts.held <= bounds.matches
        delta = parts.delta()
        saved = {key: blob for key, blob in saved.items() if key not in delta.deletes}
        saved.update(delta.puts)
        parts = Correlator(EVERY_KIND, lateness_us=LATENESS, bounds=bounds)
        parts.restore(saved)
    assert ranked([*findings, *parts.flush()]) == expected
