"""What is not known of an incident: said, so that nobody takes silence for an answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from vedette.console.screens.incidents.deeds import Deed
from vedette.engine.embedded.status import SourceStatus
from vedette.incident.knots import Summary
from vedette.incident.priority import Priority
from vedette.incident.sentence import listed
from vedette.model.instant import rfc3339
from vedette.model.visible import visible

BEGINNINGS: Final = frozenset({"initial-access", "reconnaissance", "resource-development"})
MOST_NAMED: Final = 5


def unknown_of(
    summary: Summary,
    priority: Priority,
    deeds: Sequence[Deed],
    statuses: Iterable[SourceStatus],
    unlisted: Collection[str],
    verdict: str,
) -> tuple[str, ...]:
    """Sentences. `unlisted` are techniques that no tactic lists."""
    told = []
    if not verdict:
        told.append("No person has judged it yet: it may be no attack at all.")
    tactics = {stage.tactic for stage in priority.stages}
    if tactics and not tactics & BEGINNINGS:
        told.append("How it came in was not seen: no finding points to a lure or way in.")
    if not tactics:
        told.append("No finding names a technique, so how far it came can't be said.")
    if unlisted:
        told.append(f"Techniques that belong to no known stage: {', '.join(sorted(unlisted))}.")
    for status in statuses:
        if status.silent or status.state == "failed":
            heard = "" if status.last_arrival is None else f" since {_minute(status.last_arrival)}"
            what = "is silent" if status.silent else "has failed"
            told.append(
                f"The source {visible(status.name)} {what}{heard}: what it would tell is missing."
            )
    incomplete = [deed for deed in deeds if deed.price is not None and not deed.price.complete]
    if incomplete:
        named = [f"“{deed.what}”" for deed in incomplete[:MOST_NAMED]]
        more = len(incomplete) - len(named)
        named += [f"{more} more actions"] if more else []
        told.append(f"What {listed(named)} would have cost is not known in full.")
    if not priority.assets:
        told.append("None of the names it touches is in the asset list, so what hangs on them "
                    "is a guess.")  # fmt: skip
    doubtful = [
        ground for ground in priority.grounds
        if not ground.measured.true + ground.measured.false + ground.measured.benign
    ]  # fmt: skip
    if doubtful and len(doubtful) == len(priority.grounds):
        told.append("None of its rules was ever judged here: how certain it is rests on what "
                    "their levels promise.")  # fmt: skip
    told.append(
        f"What came before {_minute(summary.first[0])} UTC, the first observable, and what no "
        "rule or source saw."
    )
    return tuple(told)


def _minute(moment: int) -> str:
    return rfc3339(moment)[:16].replace("T", " ")
