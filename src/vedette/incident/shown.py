"""An incident for people: a story in lines, the stages as a picture."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from vedette.incident.kinds import DAY
from vedette.incident.priority import Priority
from vedette.incident.reading import Incident, Record, noticed
from vedette.incident.stages import Stage, timeline
from vedette.model.instant import rfc3339
from vedette.model.visible import visible

WIDTH: Final = 48
"""Columns of the picture of stages."""
MOST_VALUES: Final = 8
MOST_LINES: Final = 20


def one_line(incident: Incident, priority: Priority, told: Collection[str] = ()) -> str:
    """For a list: priority, name, first and last observable, stages, size. `told`: the incidents
    that people were told of."""
    summary = incident.summary
    stages = " > ".join(stage.tactic for stage in priority.stages) or "no stage named"
    state = "" if incident.state == "open" else f" [{incident.state}]"
    state += " [notice]" if noticed(incident, priority, told) else ""
    return (
        f"{priority.score:5.1f} {priority.band:8} {summary.id}  {_minute(summary.first[0])} to "
        f"{_minute(summary.last)}  {stages}  {_count(summary.count, 'finding')}{state}"
    )


def story(
    incident: Incident,
    priority: Priority,
    records: Sequence[Record],
    told: Collection[str] = (),
) -> list[str]:
    """The incident as lines: what it is, its stages, what was seen, whom it touches."""
    summary = incident.summary
    lines = [
        f"incident {summary.id} ({incident.state}): {priority.band}, "
        f"priority {priority.score:.1f} of 100",
        *(f"  {words}" for words in priority.words()),
        f"  first observable {rfc3339(summary.first[0])}, last {rfc3339(summary.last)}, "
        f"{_count(summary.count, 'finding')} of {_count(len(summary.lines), 'rule')}",
    ]
    if noticed(incident, priority, told):
        lines.append("  a notice: no incident until more joins it; nobody is told")
    if priority.protected:
        lines.append("  touches protected assets: nothing is done to them without a person")
    lines += ["", "stages", *picture(priority.stages, summary.first[0], summary.last)]
    lines += ["", "what was seen"]
    shown = timeline(summary.lines)
    for line in shown[:MOST_LINES]:
        places = ", ".join(list(line.places)[:3])
        times = f"{line.count}x " if line.count > 1 else ""
        lines.append(f"  {_minute(line.first)}  {line.level:13} {times}{line.title}  {places}")
    if len(shown) > MOST_LINES:
        lines.append(f"  and {len(shown) - MOST_LINES} more rules; -o json has all")
    lines += ["", "who and what"]
    for kind, values in sorted(summary.entities.items()):
        more = f" and {len(values) - MOST_VALUES} more" if len(values) > MOST_VALUES else ""
        lines.append(f"  {kind:12} {', '.join(list(values)[:MOST_VALUES])}{more}")
    if records:
        lines += ["", "what happened to it", *map(_record, records)]
    return [visible(line) for line in lines]


def picture(stages: Sequence[Stage], first: int, last: int) -> list[str]:
    """Each stage as a bar between the first and the last observable."""
    span = max(1, last - first)
    lines = []
    for stage in stages:
        begin = (stage.first - first) * (WIDTH - 1) // span
        end = (stage.last - first) * (WIDTH - 1) // span
        bar = " " * begin + "█" * (end - begin + 1)
        techniques = " ".join(stage.techniques)
        lines.append(
            f"  {stage.tactic:26} |{bar:{WIDTH}}| {_minute(stage.first)}  {stage.count:>6,}  "
            f"{techniques}"
        )
    return lines or ["  no finding names a technique"]


def as_json(
    incident: Incident,
    priority: Priority,
    records: Iterable[Record],
    told: Collection[str] = (),
) -> dict[str, Any]:
    """The incident for machines: times in RFC 3339."""
    import msgspec

    summary = incident.summary
    rated: dict[str, Any] = msgspec.to_builtins(priority)
    for stage in rated["stages"]:
        stage.update(first=rfc3339(stage["first"]), last=rfc3339(stage["last"]))
    return {
        "id": summary.id,
        "state": incident.state,
        "notice": noticed(incident, priority, told),
        "first": rfc3339(summary.first[0]),
        "first_finding": summary.first[1],
        "last": rfc3339(summary.last),
        "findings": summary.count,
        "priority": rated,
        "rules": [
            {
                "rule": line.rule,
                "title": line.title,
                "level": line.level,
                "techniques": list(line.techniques),
                "count": line.count,
                "first": rfc3339(line.first),
                "last": rfc3339(line.last),
                "probability": line.probability,
                "samples": [finding for _, finding in line.samples],
                "places": list(line.places),
            }
            for line in timeline(summary.lines)
        ],
        "entities": {
            kind: {value: rfc3339(time) for value, time in values.items()}
            for kind, values in sorted(summary.entities.items())
        },
        "records": [
            {**msgspec.to_builtins(record), "at": rfc3339(record.at)} for record in records
        ],
    }


def _record(record: Record) -> str:
    who = record.who or "vedette"
    rest = " ".join(part for part in (record.other, record.words) if part)
    return f"  {_minute(record.at)}  {record.what} by {who}{': ' if rest else ''}{rest}"


def _minute(time: int) -> str:
    return rfc3339(time)[:16].replace("T", " ") if time > -DAY else "unknown"


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
