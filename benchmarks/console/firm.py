"""A data folder in which much has happened: findings, their incidents, stored events, actions."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import pyarrow as pa

from vedette.engine.alarms import Alarms
from vedette.engine.config import load_config
from vedette.engine.response import response_room
from vedette.model.finding import Entity, EventRef, Evidence, Finding, RuleRef, finding_id
from vedette.model.instant import SECOND
from vedette.model.logsource import Logsource
from vedette.store.lock import DataLock
from vedette.store.segments import schema, segment_path, write_segment
from vedette.store.state import Commit, State

DAY: Final = 86_400 * SECOND
AT_ONCE: Final = 2_000
SEGMENT: Final = 50_000
ANSWERED: Final = 40
"""Incidents whose answer is asked for, so that actions wait."""
MARK: Final = "vedette-bench-mark"
TOKEN: Final = "a-token-of-the-console-bench-alone"

_RULE: Final = f"""\
title: A mark of the bench
id: 0b5a7f64-6d0f-4c53-9d1a-3b7a1d0d4c11
author: Vedette
license: Apache-2.0
logsource: {{product: windows, category: process_creation}}
detection: {{selection: {{CommandLine|contains: '{MARK}'}}, condition: selection}}
level: high
"""
_CONFIG: Final = """\
data_dir: data
console: {{listen: "127.0.0.1:{console}"}}
sources:
- name: events
  kind: http
  listen: "127.0.0.1:{events}"
  tokens: ["file:token"]
  format: windows
rules: {{paths: [rules], installed: false}}
response: {{domains: [halden.example], otherwise: {{mode: ask}}}}
"""


@dataclass(frozen=True)
class Firm:
    """Where it is, and the ports of its console and of its source of events."""

    folder: Path
    console: int
    events: int

    @property
    def config(self) -> Path:
        return self.folder / "vedette.yml"


def found(findings: int, incidents: int, now: int) -> Iterator[Finding]:
    """So many findings of 40 rules over 25 days that make so many incidents, oldest first."""
    each = max(1, findings // incidents)
    levels = ("low", "medium", "high", "critical")
    techniques = (("T1190",), ("T1059.001", "T1190"), ("T1547",), ("T1003.001",), ())
    for number in range(incidents):
        begin = begin_of(number, incidents, now)
        for again in range(each):
            rule = f"Rule {(number * 7 + again) % 40}"
            key = key_of(number, again)
            value = f"tool-{again % 9}.exe /x {number}"
            yield Finding(
                finding_id(rule, (key,)),
                begin + again * SECOND,
                RuleRef(rule, rule, levels[1 + (number + again) % 3 if again else number % 4],
                        "Bench", "Apache-2.0", "rules/bench.yml"),
                Logsource("windows", "process_creation"),
                techniques[(number + again) % 5],
                (Entity("host", f"pc-{number}.halden.example"),
                 Entity("account", f"halden\\user-{number}"),
                 Entity("address", f"10.{number // 250}.{number % 250}.7"),
                 Entity("process", f"c:\\programs\\tool-{again % 9}.exe")),
                (Evidence("CommandLine", value, 0, 6, "selection"),),
                EventRef("events", f"{number}:{again}", key),
            )  # fmt: skip


def begin_of(number: int, incidents: int, now: int) -> int:
    """When an incident began: they are spread over 25 days."""
    return now - 25 * DAY * (incidents - number) // incidents - 3_600 * SECOND


def key_of(number: int, again: int) -> str:
    """The key of the event of a finding."""
    return hashlib.blake2b(f"{number}/{again}".encode(), digest_size=16).hexdigest()


def write_firm(firm: Firm, findings: int, incidents: int, events: int) -> None:
    """Make the folder. Findings are folded into incidents as a watch does it."""
    folder = firm.folder
    (folder / "rules").mkdir()
    (folder / "rules" / "mark.yml").write_text(_RULE)
    (folder / "token").touch(0o600)
    (folder / "token").write_text(TOKEN)
    write_config(firm)
    config = load_config(firm.config, {})
    now = time.time_ns() // 1000
    with DataLock(config.data_dir), State(config.data_dir) as state:
        for first in range(0, events, SEGMENT):
            count = min(SEGMENT, events - first)
            each, about = events // incidents, findings // incidents
            table = _events(first, count, each, about, now, incidents)
            path = segment_path(state.next_sequence(), now)
            state.commit(Commit([write_segment(config.store_path, path, [table])]))
        clock = lambda: time.time_ns() // 1000  # noqa: E731 - as the room wants it
        with response_room(config, state, Alarms(), clock) as (room, _):
            waiting = found(findings, incidents, now)
            while some := list(islice(waiting, AT_ONCE)):
                state.commit(Commit(findings=some, found=now), room.joined)
            room.catch_up()
            for name in list(room.answerer.open_incidents())[-ANSWERED:]:
                room.answerer.answer(name)


def write_config(firm: Firm) -> None:
    """With the ports of now."""
    firm.config.write_text(_CONFIG.format(console=firm.console, events=firm.events))


def _events(first: int, count: int, each: int, about: int, now: int, incidents: int) -> pa.Table:
    """Events in the order of time: of the `each` around every incident the first `about` are those
    of its findings."""
    numbers = [divmod(number, each) for number in range(first, first + count)]
    times = [begin_of(number, incidents, now) + again * SECOND for number, again in numbers]
    raws = [
        json.dumps({
            "EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational",
            "Computer": f"pc-{number}.halden.example",
            "Image": f"c:\\programs\\tool-{again % 9}.exe",
            "CommandLine": f"tool-{again % 9}.exe /x {number}" + " powershell" * (again % 50 == 7),
        }).encode()
        for number, again in numbers
    ]  # fmt: skip
    keys = [
        key_of(number, again) if again < about else key_of(number, -again)
        for number, again in numbers
    ]
    return pa.table({
        "event_time": times, "arrival_time": times,
        "source": ["events"] * count, "format": ["windows"] * count,
        "product": ["windows"] * count, "category": ["process_creation"] * count,
        "service": pa.nulls(count, pa.string()), "place": keys, "key": keys,
        "host": [f"pc-{number}.halden.example" for number, _ in numbers],
        "raw": raws, "record": pa.nulls(count, pa.string()),
    }).cast(schema())  # fmt: skip
