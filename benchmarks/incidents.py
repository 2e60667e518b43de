"""How fast findings are folded into incidents: alone, and with the book."""

from __future__ import annotations

import random
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.measure import cpu, resident, say
from vedette.incident.book import IncidentBook
from vedette.incident.fold import Folder
from vedette.incident.kinds import DAY, Linking, load_linking
from vedette.incident.rarity import Rarity
from vedette.model.finding import Entity, EventRef, Finding, RuleRef, finding_id
from vedette.model.instant import SECOND
from vedette.model.logsource import Logsource
from vedette.store.state import State

START = 1_772_625_600 * SECOND
COUNT = 100_000
BATCH = 2_000
LATER = START + 1_000 * DAY


def main() -> None:
    """Print the figures."""
    linking = load_linking()
    for name, findings in (("a firm's week", week()), ("a flood of one rule on one host", flood())):
        say(f"{name}: findings", f"{len(findings):,}")
        before = resident()
        seconds, incidents = cpu(partial(fold, linking, findings))
        rate = len(findings) / seconds
        say(f"{name}: folded, findings/s", f"{rate:,.0f} ({incidents:,} incidents)")
        seconds, _ = cpu(partial(keep, linking, findings))
        say(f"{name}: folded and kept, findings/s", f"{len(findings) / seconds:,.0f}")
        say(f"{name}: memory grew by, MB", f"{resident() - before:,.0f}")


def week() -> list[Finding]:
    """Findings of a synthetic firm: 200 hosts, some busier, each with its own troubles, so
    that there are as many incidents and as many spans as there can be."""
    chance = random.Random(1)
    found = []
    for number in range(COUNT):
        busy = min(int(chance.expovariate(0.05)), 199)
        entities = {Entity("host", f"ws-{busy}.firm.example")}
        entities.add(Entity("account", f"user{busy}"))
        entities.add(Entity("process", f"c:\\program files\\p{int(chance.expovariate(0.1))}.exe"))
        if chance.random() < 0.4:
            entities.add(Entity("hash", f"sha256:{busy:04x}{chance.randrange(50):060x}"))
        if chance.random() < 0.2:
            entities.add(Entity("domain", f"d{busy}-{chance.randrange(9)}.example"))
        time = START + number * 7 * DAY // COUNT
        found.append(finding(number, time, f"rule-{int(chance.expovariate(0.1))}", entities))
    return found


def flood() -> list[Finding]:
    """One rule on one host, again and again."""
    entities = {Entity("host", "ws-1.firm.example"), Entity("account", "user1")}
    return [finding(number, START + number * 1000, "rule", entities) for number in range(COUNT)]


def finding(number: int, time: int, rule: str, entities: set[Entity]) -> Finding:
    """One finding with these entities."""
    key = str(number)
    return Finding(
        finding_id(rule, (key,)),
        time,
        RuleRef(rule, rule, "medium", "Vedette", "Apache-2.0", ""),
        Logsource(),
        ("T1204.002",),
        tuple(sorted(entities)),
        (),
        EventRef("synthetic", key, key),
    )


def fold(linking: Linking, findings: list[Finding]) -> int:
    """Fold in memory; gives the number of incidents."""
    folder = Folder(linking, Rarity(linking))
    names: set[str] = set()
    for start in range(0, len(findings), BATCH):
        for each in findings[start : start + BATCH]:
            folder.take(each, LATER)
        for summary, former in folder.settle().changed:
            names.difference_update(former)
            names.add(summary.id)
    return len(names)


def keep(linking: Linking, findings: list[Finding]) -> None:
    """Fold and write into a database, each batch a transaction."""
    with (
        tempfile.TemporaryDirectory(prefix="vedette-bench-") as folder,
        State(Path(folder)) as made,
    ):
        book = IncidentBook(made.read(lambda connection: connection), linking)
        for start in range(0, len(findings), BATCH):
            with made.transaction() as connection:
                book.fold(connection, findings[start : start + BATCH], LATER)


if __name__ == "__main__":
    main()
