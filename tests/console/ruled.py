"""Rules, stored events and findings of a firm, for tests of the screens that show them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from console.firm import NOW, Firm
from store.stored import told
from vedette.engine.assemble import make_mappings
from vedette.engine.rules_at_work import AtWork
from vedette.model.batch import Batch, JsonLines
from vedette.model.finding import Entity, EventRef, Evidence, Finding, RuleRef, finding_id
from vedette.model.instant import rfc3339
from vedette.model.logsource import Logsource
from vedette.sigma.detection import Detection
from vedette.sigma.load import load_rules
from vedette.store.columns import Columns, keys_of, materialised
from vedette.store.segments import segment_path, write_segment
from vedette.store.state import Commit

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202e"

ENCODED = "11111111-0000-4000-8000-000000000001"
BROKEN = "11111111-0000-4000-8000-000000000003"
MANY = "11111111-0000-4000-8000-000000000004"
WEB = "11111111-0000-4000-8000-000000000005"

RULES = f"""\
title: Encoded PowerShell {HOSTILE.replace("'", "")}
id: {ENCODED}
author: "Tests {HOSTILE.replace('"', "").replace("'", "")}"
license: Apache-2.0
tags: [attack.execution, attack.t1059.001]
logsource: {{product: windows, category: process_creation}}
detection: {{selection: {{CommandLine|contains: ' -enc '}}, condition: selection}}
level: high
samples:
  - name: encoded
    match: true
    format: windows
    event:
      {{Channel: Microsoft-Windows-Sysmon/Operational, EventID: 1, CommandLine: 'p -enc AAAA'}}
  - name: wrong on purpose
    match: true
    format: windows
    event: {{Channel: Microsoft-Windows-Sysmon/Operational, EventID: 1, CommandLine: 'p'}}
---
title: Needs a value
id: 11111111-0000-4000-8000-000000000002
logsource: {{product: windows, category: process_creation}}
detection: {{selection: {{User|expand: '%admins%'}}, condition: selection}}
level: medium
---
title: Broken
id: {BROKEN}
logsource: {{product: windows}}
detection: {{selection: {{a: b}}, condition: nothing_such}}
---
title: Many encoded commands
id: {MANY}
tags: [attack.t1059]
correlation:
  type: event_count
  rules: [{ENCODED}]
  group-by: [Computer]
  timespan: 5m
  condition: {{gte: 5}}
level: critical
---
title: Shell behind the website
id: {WEB}
tags: [attack.persistence, attack.t1505.003, attack.t9999]
logsource: {{category: webserver}}
detection: {{selection: {{cs-uri-query|contains: 'shell.php'}}, condition: selection}}
level: medium
"""


def at_work(firm: Firm, folder: Path, text: str = RULES) -> Detection:
    """These rules judge in the firm from now on."""
    path = folder / "rules.yml"
    path.write_text(text)
    mappings = make_mappings([])
    detection = Detection(load_rules([path]), mappings)
    firm.place.rules.take(AtWork(detection.rules, mappings, (path,), NOW - HOUR, detection))
    return detection


def hit(
    number: int,
    time: int = NOW - HOUR,
    *entities: tuple[str, str],
    rule: str = ENCODED,
    title: str = "Encoded PowerShell",
    level: str = "high",
    value: str = "powershell -enc AAAA",
    key: str = "",
) -> Finding:
    """A finding; `number` makes it another."""
    key = key or f"{number:032x}"
    return Finding(
        id=finding_id(rule, (key,)),
        time=time,
        rule=RuleRef(rule, title, level, "Tests", "Apache-2.0", "rules.yml"),
        logsource=Logsource("windows", "process_creation"),
        techniques=("T1059.001",),
        entities=tuple(Entity(*each) for each in entities),
        evidence=(Evidence("CommandLine", value, 11, 16, "selection"),),
        event_ref=EventRef("win", f"line {number}", key),
    )


def stored(
    firm: Firm, records: Sequence[Mapping[str, Any]], source: str = "file:/var/log/win.json#1"
) -> list[str]:
    """Store events of the format json (an event at `at` microseconds); gives their keys."""
    lines = []
    for record in records:
        at = int(record.get("at", NOW - HOUR))
        rest = {name: value for name, value in record.items() if name != "at"}
        lines.append(json.dumps({"time": rfc3339(at), **rest}).encode())
    return stored_lines(firm, lines, source)


def stored_lines(firm: Firm, lines: list[bytes], source: str) -> list[str]:
    """Store lines of JSON as they are; gives their keys."""
    batch = materialised(Batch(source, "json", JsonLines(lines), arrival=NOW - HOUR))
    columns = Columns()
    keys = keys_of(batch)
    columns.add(batch, told, keys)
    path = segment_path(firm.state.next_sequence(), NOW - HOUR)
    segment = write_segment(firm.config.store_path, path, [columns.table()])
    firm.state.commit(Commit([segment]))
    return [key or "" for key in keys]
