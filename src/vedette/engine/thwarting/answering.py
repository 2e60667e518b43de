"""Incidents answered: each that changed is put to the playbooks; what they propose is decided."""

from __future__ import annotations

import logging
import sqlite3
from collections import deque
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from vedette.engine.thwarting.knowing import Belonging, facts_of
from vedette.engine.thwarting.local_process import LocalProcesses
from vedette.engine.thwarting.talking import Talks
from vedette.engine.thwarting.weighing import Weigher
from vedette.incident.assets import Assets
from vedette.incident.priority import Priority, prioritise
from vedette.incident.reading import (
    Incident,
    findings_of,
    former_names,
    list_incidents,
    noticed,
    read_incident,
)
from vedette.incident.stages import Tactics
from vedette.incident.verdicts import verdict_counts
from vedette.model.action import State
from vedette.model.finding import LEVELS, Entity
from vedette.response.deciding import Decider, Doubt
from vedette.response.playbook.choosing import choose
from vedette.response.playbook.facts import Facts
from vedette.response.playbook.playbook import Playbook
from vedette.response.playbook.running import run
from vedette.response.recording import Entry
from vedette.store.database import NAME, open_reader

AGAIN: Final = 60_000_000
"""Microseconds until an incident that only grew, in nothing that playbooks see, is answered again:
so that what stands lasts longer."""
FOLLOWED: Final = 900_000_000
"""Microseconds after its last change in which an incident is looked at again by itself: its
programs may begin to talk to somebody after they were found."""
SOONEST: Final = 200_000
MOST_FOLLOWED: Final = 64
MOST_LOOKED: Final = 500
"""Findings whose events are looked at for running processes."""
MOST_NOTICES: Final = 60
"""Notices answered in a minute (those beyond, when they grow): the Internet's noise must not keep
incidents waiting."""
_SETTLED: Final[frozenset[State]] = frozenset({"failed", "refused"})

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Answered:
    facts: Facts
    at: int
    outcomes: dict[str, bool]


@dataclass(frozen=True, slots=True)
class Judged:
    """An incident with what follows from it."""

    incident: Incident
    priority: Priority
    facts: Facts


class Answerer:
    """Used by one thread; reads the state database through connections of its own."""

    def __init__(
        self,
        data: Path,
        tactics: Tactics,
        assets: Assets,
        belonging: Belonging,
        playbooks: Sequence[Playbook],
        decider: Decider,
        weigher: Weigher,
        now: Callable[[], int],
        processes: LocalProcesses | None = None,
        talks: Talks | None = None,
    ) -> None:
        self._database = data / NAME
        self._tactics = tactics
        self._assets = assets
        self._belonging = belonging
        self._playbooks = tuple(playbooks)
        self._decider = decider
        self._weigher = weigher
        self._now = now
        self._processes = processes
        self._talks = talks
        self._answered: dict[str, _Answered] = {}
        self._followed: dict[str, tuple[int, int]] = {}
        self._notices: deque[int] = deque()

    def open_incidents(self) -> list[str]:
        """Those that are open, the oldest first: after a start each is answered once more, since a
        crash may have come between an incident and its answer."""
        with closing(open_reader(self._database)) as state:
            noise = list_incidents(state, least=LEVELS[0])
            listed = {each.summary.id: each for each in (*noise, *list_incidents(state))}
        return sorted(listed, key=lambda name: listed[name].summary.last)

    def answer(self, name: str) -> list[Entry]:
        """Decide what is to be done about an incident, as it is now. What was decided.

        Raises UnknownIncidentError, sqlite3.Error, and what the ledger and playbooks raise.
        """
        with closing(open_reader(self._database)) as state:
            judged = self.judged(state, name)
            if judged.incident.state != "open":
                return []
            uncounted = disproved(state, judged.incident.summary.id)
            former = former_names(state, judged.incident.summary.id)
        summary = judged.incident.summary
        now = self._now()
        before = self._answered.get(summary.id)
        if before is not None and before.facts == judged.facts and now - before.at < AGAIN:
            return []
        self._follow(judged.incident, before, judged.facts)
        choice = choose(self._playbooks, judged.facts, now)
        if choice.playbook is None:
            _log.debug("incident %s: no playbook fits", summary.id)
            self._answered[summary.id] = _Answered(judged.facts, now, {})
            return []
        notice = noticed(judged.incident, judged.priority)
        if notice and self._crowded(now):
            _log.debug("notice %s: more than %d a minute; later", summary.id, MOST_NOTICES)
            return []
        outcomes = before.outcomes if before is not None else {}
        proposal = replace(
            run(choice.playbook, judged.facts, outcomes),
            incident=self._decider.called(summary.id, former),
        )
        weigh = self._weigher.for_incident(judged.facts, summary.first[0], uncounted)
        priority = judged.priority
        doubt = Doubt(priority.certainty, priority.criticality, notice)
        entries = self._decider.decide(
            proposal, judged.facts.entities, weigh, doubt, self._weigher.takes
        )
        steps = {
            self._decider.action_of(each, proposal.incident).id: each.step
            for each in proposal.decisions
        }
        for entry in entries:
            step = steps.get(entry.action.id)
            if step is not None and entry.state in _SETTLED:
                outcomes = {**outcomes, step: False}
        self._answered[summary.id] = _Answered(judged.facts, now, outcomes)
        if len(self._answered) > 10_000:
            self._answered.pop(next(iter(self._answered)))
        return entries

    def _crowded(self, now: int) -> bool:
        """Whether enough notices were answered in the last minute; else this is one more."""
        while self._notices and now - self._notices[0] >= AGAIN:
            self._notices.popleft()
        if len(self._notices) >= MOST_NOTICES:
            return True
        self._notices.append(now)
        return False

    def again(self) -> list[str]:
        """The incidents that are due to be looked at again: at first whenever something happens,
        later after a quarter of the time that they have been followed."""
        now = self._now()
        due = [name for name, (_, at) in self._followed.items() if at <= now]
        for name in due:
            since, _ = self._followed[name]
            if now - since > FOLLOWED:
                del self._followed[name]
            else:
                self._followed[name] = (since, now + max(SOONEST, (now - since) // 4))
        return due

    def _follow(self, incident: Incident, before: _Answered | None, facts: Facts) -> None:
        name, now = incident.summary.id, self._now()
        if self._talks is None or "process" not in incident.summary.entities:
            return
        if before is None or before.facts != facts:
            self._followed.pop(name, None)
            self._followed[name] = (now, now + SOONEST)
            if len(self._followed) > MOST_FOLLOWED:
                self._followed.pop(next(iter(self._followed)))

    def judged(self, state: sqlite3.Connection, name: str) -> Judged:
        """An incident, its priority and its facts. Raises UnknownIncidentError."""
        return judged_of(
            state, name, self._tactics, self._assets, self._belonging, self._processes, self._talks
        )


def judged_of(
    state: sqlite3.Connection,
    name: str,
    tactics: Tactics,
    assets: Assets,
    belonging: Belonging,
    processes: LocalProcesses | None = None,
    talks: Talks | None = None,
) -> Judged:
    """An incident, its priority and its facts. Raises UnknownIncidentError."""
    incident = read_incident(state, name)
    summary = incident.summary
    priority = prioritise(summary, tactics, assets, verdict_counts(state))
    more: list[Entity] = []
    if "process" in summary.entities and (processes or talks):
        findings = list(findings_of(state, summary.id, MOST_LOOKED))
        if processes is not None:
            more += processes.of(findings)
        if talks is not None:
            more += talks.of(findings)
    return Judged(incident, priority, facts_of(summary, priority, belonging, more))


def disproved(state: sqlite3.Connection, but: str) -> Collection[str]:
    """Findings of other incidents that people judged false or benign: they make no event an
    attacker's."""
    # CROSS: in this order. Verdicts are few; SQLite would begin with all members of all incidents.
    rows = state.execute(
        "SELECT m.finding FROM incident_verdicts v CROSS JOIN incidents i ON i.id = v.incident "
        "CROSS JOIN incident_members m ON m.incident = i.id "
        "WHERE v.verdict != 'true' AND i.root != ?",
        (but,),
    )
    return {str(finding) for (finding,) in rows}
