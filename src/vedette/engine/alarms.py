"""What goes wrong in Vedette itself, as findings: stored, shown and notified like all others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Final

from vedette.lure.detector import RULES as LURE_RULES
from vedette.model.finding import EventRef, Finding, RuleRef, finding_id
from vedette.model.logsource import Logsource
from vedette.shield.detector import ALARM as SHIELD_ALARM

OURS: Final = "vedette."
"""Before the ids of these rules; what they find opens no incident."""
FAIL_OPEN: Final = frozenset({SHIELD_ALARM.id, LURE_RULES["unexamined"].id})
"""Rules of other rooms that say so too."""
MOST: Final = 1000
"""Alarms that wait to be stored; of more than that the first are kept and the rest counted."""


def _rule(name: str, title: str, level: str) -> RuleRef:
    return RuleRef(OURS + name, title, level, "Vedette", "Apache-2.0", "")


BACKLOG: Final = _rule("backlog", "Events wait longer than they should", "medium")
OVERFLOW: Final = _rule("overflow", "A queue of events is full", "high")
ACTUATOR: Final = _rule("actuator-failed", "An action could not be carried out", "high")
LEDGER: Final = _rule("ledger-damaged", "The record of actions is damaged", "critical")
RESPONSE: Final = _rule("response-failed", "An incident could not be answered", "high")
DISK: Final = _rule("disk-full", "The disk is all but full", "high")
FILE: Final = _rule("file-lost", "A file of Vedette was taken away", "high")
CONFIGURATION: Final = _rule("configuration", "A changed configuration was not taken", "high")
_FIXES: Final[Mapping[str, str]] = {
    ACTUATOR.id: "see `vedette actions list`",
    LEDGER.id: "see `vedette ledger verify`",
    RESPONSE.id: "see Vedette's log",
    DISK.id: "make room, or keep less (store.retention)",
    FILE.id: "find out who deletes files of Vedette",
    CONFIGURATION.id: "see `vedette config check`",
    SHIELD_ALARM.id: "see Vedette's log",
}
"""What people are told to do; of sources, to look at their status."""


def alarm(rule: RuleRef, key: str, time: int, what: str, source: str = "") -> Finding:
    """The finding of an alarm; `key` tells it from others of its rule: the same one is said once.
    `time` in microseconds since the epoch, UTC."""
    return Finding(
        id=finding_id(rule.id, (source, key)),
        time=time,
        rule=rule,
        logsource=Logsource(),
        techniques=(),
        entities=(),
        evidence=(),
        event_ref=EventRef(source, "", ""),
        message=what[:2000],
    )


def is_ours(finding: Finding) -> bool:
    """Whether it is about Vedette itself: an alarm, or something that passed unjudged."""
    return finding.rule.id.startswith(OURS) or finding.rule.id in FAIL_OPEN


def told(finding: Finding) -> tuple[str, str]:
    """An alarm as people are told it: what, and what to do."""
    fix = _FIXES.get(finding.rule.id, "see `vedette sources status`")
    return f"{finding.rule.title}: {finding.message}", fix


class Alarms:
    """Alarms that wait to be stored. Any thread may call."""

    hear: Callable[[Finding], None] | None = None
    """Called at once with each that is put, stored or not; it must neither wait nor raise."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: dict[str, Finding] = {}
        self._lost = 0

    def put(self, finding: Finding) -> None:
        """Hold it until the next `drain`."""
        if self.hear is not None:
            self.hear(finding)
        with self._lock:
            if len(self._waiting) < MOST:
                self._waiting.setdefault(finding.id, finding)
            elif finding.id not in self._waiting:
                self._lost += 1

    def drain(self) -> list[Finding]:
        """All that wait, and one more that counts those for which there was no room."""
        with self._lock:
            found, self._waiting = list(self._waiting.values()), {}
            lost, self._lost = self._lost, 0
        if lost:
            newest = found[-1]
            what = f"{lost} more alarms came within a second; the log has them"
            found.append(alarm(OVERFLOW, f"alarms {newest.time}", newest.time, what))
        return found
