"""The steps of an incident in the order of their times, each with what a rule saw there."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from vedette.console.screens.incidents.scale import WIDTH, Scale
from vedette.console.screens.incidents.seen import Seen, seen_of
from vedette.incident.knots import Summary
from vedette.incident.lines import Line
from vedette.incident.stages import Stage, timeline
from vedette.model.finding import Finding
from vedette.model.visible import visible
from vedette.store.reading import CHUNK

MOST_STEPS: Final = 60
SAMPLES: Final = 2
"""Findings shown of each step."""
MOST_PLACES: Final = 6


class Sample(msgspec.Struct, frozen=True):
    """One finding of a step. `event` is where its event came from."""

    id: str
    time: int
    message: str
    source: str
    place: str
    seen: tuple[Seen, ...]
    probability: float | None


class Step(msgspec.Struct, frozen=True):
    """What one rule saw: the ATT&CK tactic it points to ("" where it names none), when first and
    last (microseconds), how often, where (`kind value`), and the first of its findings."""

    rule: str
    title: str
    level: str
    tactic: str
    words: str
    techniques: tuple[str, ...]
    first: int
    last: int
    findings: int
    places: tuple[str, ...]
    more_places: int
    samples: tuple[Sample, ...]


class Bar(msgspec.Struct, frozen=True):
    """A stage on the line of time: from `left` to `left + width` of 1000, with a mark at the
    first time of each rule in it."""

    tactic: str
    words: str
    first: int
    last: int
    findings: int
    techniques: tuple[str, ...]
    left: int
    width: int
    marks: tuple[int, ...]


class Tick(msgspec.Struct, frozen=True):
    """A moment under the line of time."""

    time: int
    left: int


class Timeline(msgspec.Struct, frozen=True):
    """The stages on one line of time (gaps by their logarithm)."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]


def steps_of(
    connection: sqlite3.Connection, summary: Summary, stages: Sequence[Stage]
) -> tuple[Step, ...]:
    """The first `MOST_STEPS` steps with their evidence."""
    lines = timeline(summary.lines)[:MOST_STEPS]
    wanted = {name for line in lines for _, name in line.samples[:SAMPLES]}
    findings = findings_named(connection, wanted)
    return tuple(_step(line, stages, findings) for line in lines)


def timeline_of(summary: Summary, stages: Sequence[Stage]) -> Timeline:
    """The picture of the stages."""
    lines = {line.rule: line for line in summary.lines}
    moments = {summary.first[0], summary.last}
    for line in summary.lines:
        moments |= {line.first, line.last}
    scale = Scale(moments)
    bars = []
    for stage in stages:
        left = round(scale.place(stage.first))
        right = round(scale.place(stage.last))
        marks = sorted({round(scale.place(lines[rule].first)) for rule in stage.rules})
        bars.append(
            Bar(stage.tactic, stage.words, stage.first, stage.last, stage.count,
                stage.techniques, left, max(0, right - left), tuple(marks))
        )  # fmt: skip
    return Timeline(tuple(bars), _ticks(scale, moments))


def findings_named(connection: sqlite3.Connection, names: Collection[str]) -> Mapping[str, Finding]:
    """Findings by their ids, those that are stored."""
    decoder = msgspec.json.Decoder(Finding)
    found = {}
    wanted = sorted(names)
    for begin in range(0, len(wanted), CHUNK):
        chunk = wanted[begin : begin + CHUNK]
        marks = ",".join("?" * len(chunk))
        for (blob,) in connection.execute(
            f"SELECT json FROM findings WHERE id IN ({marks})",  # noqa: S608 - only question marks are put in
            chunk,
        ):
            finding = decoder.decode(blob)
            found[finding.id] = finding
    return found


def sample_of(finding: Finding) -> Sample:
    """A finding as a step shows it."""
    return Sample(
        finding.id,
        finding.time,
        visible(finding.message),
        visible(finding.event_ref.source),
        visible(finding.event_ref.place),
        seen_of(finding.evidence),
        finding.probability,
    )


def _step(line: Line, stages: Sequence[Stage], findings: Mapping[str, Finding]) -> Step:
    stage = next((each for each in stages if line.rule in each.rules), None)
    places = [visible(place) for place in line.places]
    return Step(
        line.rule,
        visible(line.title),
        line.level,
        "" if stage is None else stage.tactic,
        "" if stage is None else stage.words,
        line.techniques,
        line.first,
        line.last,
        line.count,
        tuple(places[:MOST_PLACES]),
        max(0, len(places) - MOST_PLACES),
        tuple(sample_of(findings[name]) for _, name in line.samples[:SAMPLES] if name in findings),
    )


def _ticks(scale: Scale, moments: Iterable[int]) -> tuple[Tick, ...]:
    """The first and last moment, and those between that stand far enough apart."""
    known = sorted(moments)
    ticks = [Tick(known[0], 0)]
    for moment in known[1:-1]:
        left = round(scale.place(moment))
        if left - ticks[-1].left >= WIDTH // 4 and WIDTH - left >= WIDTH // 4:
            ticks.append(Tick(moment, left))
    if known[-1] != known[0]:
        ticks.append(Tick(known[-1], WIDTH))
    return tuple(ticks)
