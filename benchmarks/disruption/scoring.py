"""A week's figures: thwarted or not, how soon, who was hurt, how much there was to look at."""

from __future__ import annotations

import sqlite3
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass

from benchmarks.disruption.event import SECOND
from benchmarks.disruption.simulating import Tried, Week
from benchmarks.disruption.watching import ASSETS, Found
from benchmarks.disruption.world import Done
from vedette.engine.thwarting.reading import told_of
from vedette.incident.assets import load_assets
from vedette.incident.knots import Knot, Summary
from vedette.incident.priority import Priority, prioritise
from vedette.incident.reading import (
    Incident,
    findings_of,
    list_incidents,
    noticed,
    present_names,
    tells,
)
from vedette.incident.stages import load_tactics
from vedette.model.finding import LEVELS, Finding
from vedette.store.database import NAME

MOST_INCIDENTS = 12
SOON = 2.0
"""Seconds: the bar for the median from the first observable to the first action."""


@dataclass(frozen=True, slots=True)
class Attack:
    """One campaign. Seconds of event time from its first observable (its first step that can be
    told from everyday life), None where it never came to that: `to_finding`, `to_incident` (one
    that is listed; `noticed`: it was a notice first), `to_action`, `to_stop` (the first action that
    stopped a step). `wall` is what the machine took from the handing over of the event to the
    action, on top."""

    name: str
    goal: str
    thwarted: bool
    last: str
    stopped_by: str
    steps: str
    to_finding: float | None
    to_incident: float | None
    to_action: float | None
    to_stop: float | None
    wall: float | None
    noticed: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """An incident or a notice: its findings, and what it was about."""

    name: str
    findings: int
    about: tuple[str, ...]
    priority: float = 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """All figures of one run."""

    seed: int
    events: int
    attacks: tuple[Attack, ...]
    hurt: tuple[tuple[str, str, str, int], ...]
    """Benign principal, what was done to whom, what made it look like an attack, events."""
    incidents: tuple[Opened, ...]
    actions: int
    seconds: float
    notices: tuple[Opened, ...] = ()
    lowest: int = 0
    """Notices in which no finding is of level medium."""

    @property
    def principals(self) -> int:
        return len({who for who, _, _, _ in self.hurt})

    @property
    def median(self) -> float | None:
        """To the first action that was carried out; an attack without any counts as endless."""
        return _median(one.to_action for one in self.attacks)

    @property
    def median_stop(self) -> float | None:
        """To the first action that stopped a step, in the same way."""
        return _median(one.to_stop for one in self.attacks)

    def bars(self) -> list[tuple[str, str, bool]]:
        """Each bar with what was measured and whether it is met."""
        stopped = sum(one.thwarted for one in self.attacks)
        median = self.median
        shown = "never" if median is None else f"{median:.1f} s"
        return [
            (
                f"all {len(self.attacks)} campaigns thwarted",
                f"{stopped}",
                stopped == len(self.attacks),
            ),
            ("0 benign principals touched", f"{self.principals}", self.principals == 0),
            (
                f"at most {MOST_INCIDENTS} incidents in the week",
                f"{len(self.incidents)}",
                len(self.incidents) <= MOST_INCIDENTS,
            ),
            (
                f"median first observable to action under {SOON:g} s",
                shown,
                median is not None and median < SOON,
            ),
        ]


def _median(times: Iterable[float | None]) -> float | None:
    found = statistics.median(float("inf") if one is None else one for one in times)
    return None if found == float("inf") else found


def score(week: Week) -> Score:
    """The figures of a run whose folder is still there."""
    rate = _Rating(week)
    opened: list[Opened] = []
    notices: list[Opened] = []
    listed: dict[str, int | None] = {}
    lowest = 0
    with closing(sqlite3.connect(week.folder / NAME)) as state:
        about: dict[str, Counter[str]] = {}
        told = present_names(state, told_of(week.folder))
        for one in list_incidents(state, ("open", "closed"), most=1 << 30, least=LEVELS[0]):
            summary = one.summary
            counted = about[summary.id] = Counter()
            findings = list(findings_of(state, summary.id))
            for finding in findings:
                counted.update({_label(week, each.key)
                                for each in (finding.event_ref, *finding.related)})  # fmt: skip
            listed[summary.id] = rate.listed(findings)
            shown = Opened(
                summary.id,
                summary.count,
                tuple(name for name, _ in counted.most_common(3)),
                rate.of(summary).score,
            )
            if not noticed(one, rate.of(summary), told):
                opened.append(shown)
            elif tells(summary):
                notices.append(shown)
            else:
                lowest += 1
        roots = dict(state.execute("SELECT id, root FROM incidents"))
    names = list(dict.fromkeys(one.campaign.name for one in week.steps))
    attacks = tuple(_attack(week, name, about, roots, listed) for name in names)
    hurt: Counter[tuple[str, str, str]] = Counter()
    for each in week.hurt:
        action = each.action
        done = f"{action.kind} {action.target.value}"
        cause = _cause(about.get(roots.get(action.incident, ""), Counter()))
        hurt[(each.event.who, done, cause)] += 1
    return Score(
        week.firm.seed,
        week.events.total(),
        attacks,
        tuple((who, done, cause, count) for (who, done, cause), count in sorted(hurt.items())),
        tuple(opened),
        sum(one.action.kind != "tell" for one in week.world.done.values()),
        week.seconds,
        tuple(notices),
        lowest,
    )


class _Rating:
    """What people saw of incidents, and since when."""

    def __init__(self, week: Week) -> None:
        self.tactics = load_tactics()
        self.assets = load_assets(week.folder / ASSETS)
        self.arrived = {one.finding.id: one.at for one in week.found}

    def of(self, summary: Summary) -> Priority:
        return prioritise(summary, self.tactics, self.assets, {})

    def listed(self, findings: Sequence[Finding]) -> int | None:
        """When an incident of these findings was listed (simulated time), None: never."""
        knot = Knot()
        arriving = sorted((self.arrived.get(one.id, one.time), one.id, one) for one in findings)
        for at, _, finding in arriving:
            knot.add(finding)
            summary = knot.summary()
            if not noticed(Incident("open", summary), self.of(summary)):
                return at
        return None


def _attack(
    week: Week,
    name: str,
    about: dict[str, Counter[str]],
    roots: dict[str, str],
    listed: dict[str, int | None],
) -> Attack:
    steps = [one for one in week.steps if one.campaign.name == name]
    campaign = steps[0].campaign
    happened = [one for one in steps if one.happened is not None]
    telling = [one for one in happened if one.step.telling] or happened
    first = telling[0].happened or 0
    reached = any(one.step is campaign.steps[-1] for one in happened)
    ours = {
        incident for incident, seen in about.items() if any(x.startswith(f"{name}/") for x in seen)
    }
    found = [one for one in week.found if _of(week, one, name)]
    seen = min((one.at for one in found), default=first)
    shown = [max(at, seen) for one in ours if (at := listed.get(one)) is not None]
    done = [
        one
        for one in week.world.done.values()
        if roots.get(one.action.incident) in ours
        and one.action.kind != "tell"
        and one.begun >= first
    ]
    stopping = _stopping(week, steps)
    act = min(done, key=lambda one: one.begun, default=None)
    return Attack(
        name,
        campaign.goal,
        not reached,
        happened[-1].step.name,
        _words(week, steps),
        f"{len(happened)}/{len(campaign.steps)}",
        _since(first, (one.at for one in found)),
        _since(first, shown),
        _since(first, (one.begun for one in done)),
        _since(first, (one.begun for one in stopping)),
        None if act is None else _wall(week, act),
        bool(found) and min(shown, default=seen + 1) > seen,
    )


def _stopping(week: Week, steps: Iterable[Tried]) -> list[Done]:
    against = {action.id for one in steps if one.happened is None for action in one.against}
    return [one for one in week.world.done.values() if one.action.id in against]


def _words(week: Week, steps: Iterable[Tried]) -> str:
    kinds = sorted({one.action.kind for one in _stopping(week, steps)})
    if any(one.by_people and one.happened is None for one in steps):
        kinds.append("people who were told")
    return ", ".join(kinds) or "nothing"


def _wall(week: Week, done: Done) -> float | None:
    """Seconds from when the last events before the action were handed over to the action."""
    given = [wall for at, wall in week.given if at <= done.begun and wall <= done.wall]
    return done.wall - max(given) if given else None


def _of(week: Week, found: Found, name: str) -> bool:
    finding = found.finding
    references = (finding.event_ref, *finding.related)
    return any(_label(week, one.key).startswith(f"{name}/") for one in references)


def _label(week: Week, key: str) -> str:
    return week.labels.get(key, "everyday life")


def _cause(seen: Counter[str]) -> str:
    return next((name for name, _ in seen.most_common(1)), "unknown")


def _since(first: int, times: Iterable[int]) -> float | None:
    found = min(times, default=None)
    return None if found is None else max(0.0, (found - first) / SECOND)
