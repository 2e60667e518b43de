"""Against another engine: the same events, the same rules, in the same run.

zargunlite (the engine of Zircolite as a library) puts events into an in-memory SQLite table and
runs each rule as a query, on one core like the detector here.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from benchmarks.converter import UnavailableError, sql_rules
from benchmarks.corpus import Material
from benchmarks.measure import cpu, say
from benchmarks.scanning import inspected
from vedette.sigma.detection import Detection
from vedette.sigma.load import load_rules

EVENTS = 30_000


def run(used: Material, events: int = EVENTS) -> None:
    """Print all figures."""
    part = _sample(used, events)
    count = len(part.read_bytes().splitlines())
    rules = load_rules(used.windows)
    try:
        converted, total = sql_rules(used.windows)
    except UnavailableError as why:
        say("zargunlite left out", str(why))
        return
    say("events, every n-th of the recording", f"{count:9}")
    say("rules for Windows: vedette", f"{len(rules.rules):9} and {len(rules.correlations)}")
    say("rules for Windows: zargunlite", f"{len(converted):9} of {total}")
    theirs, found = cpu(lambda: zargunlite(part, converted))
    _rate("zargunlite", count, theirs, theirs, found)
    made, detection = cpu(lambda: Detection(rules, used.mappings))
    first, found = cpu(lambda: inspected(detection, part))
    _rate("vedette, cold, with compiling the rules", count, made + first, theirs, found)
    again, found = cpu(lambda: inspected(detection, part))
    _rate("vedette, warm", count, again, theirs, found)
    all_events = len(used.lines())
    first, found = cpu(lambda: inspected(Detection(rules, used.mappings), used.recording))
    _rate(
        "vedette, cold, rate over the whole recording",
        all_events,
        first,
        theirs * all_events / count,
        found,
    )


def _sample(used: Material, events: int) -> Path:
    """Lines at equal distances, so that all recordings have their share."""
    lines = used.lines()
    step = max(1, len(lines) // events)
    path = used.folder / "sample.ndjson"
    path.write_bytes(b"\n".join(lines[::step]) + b"\n")
    return path


def zargunlite(path: Path, converted: list[dict[str, Any]]) -> int:
    """From the file to all matches, as the peer's own command line does it; their number."""
    from zargunlite.core import ZargunCore
    from zargunlite.default_config import DEFAULT_FIELD_MAPPING_CONFIG as DEFAULT
    from zargunlite.model import ZircoliteRule
    from zargunlite.preprocess import flatten_json, mapping_field

    # the recordings' name for the provider; our own mapping knows it too
    named = replace(DEFAULT, alias={**DEFAULT.alias, "SourceName": "Provider_Name"})
    rules = [ZircoliteRule(**rule) for rule in converted]
    events = []
    with path.open("rb") as file:
        for line in file:
            try:
                event = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue
            flat = flatten_json(event)
            if isinstance(flat, dict):
                events.append(mapping_field(flat, field_mapping_config=named))
    with ZargunCore() as core:
        core.load_data(events, strict_field_name=False)
        return sum(core.execute_zircolite_rule(rule).count for rule in rules)


def _rate(label: str, events: int, seconds: float, theirs: float, found: int) -> None:
    say(
        label,
        f"{events / seconds:9.0f} events/s CPU   {theirs / seconds:7.1f} x   {found} findings",
    )
