"""`python -m benchmarks.incidents`: how fast findings are folded into incidents, alone and with the
book, against naive ways: all pairs, and a transaction for each finding."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from benchmarks.corpus import REPOSITORY
from benchmarks.measure import child, cpu, say
from vedette.incident.book import IncidentBook
from vedette.incident.fold import Folder
from vedette.incident.kinds import DAY, Linking, load_linking
from vedette.incident.rarity import Rarity
from vedette.model.finding import Entity, EventRef, Finding, RuleRef, finding_id
from vedette.model.instant import SECOND
from vedette.model.logsource import Logsource
from vedette.store.state import State

sys.path.insert(0, str(REPOSITORY / "tests"))

from incident.incident_shapes import naive_incidents  # lies with the tests

START = 1_772_625_600 * SECOND
COUNT = 100_000
LONG = 1_000_000
PAIRED = 400
ALONE = 500
BATCH = 2_000
LATER = START + 1_000 * DAY


def main() -> None:
    """Print the figures, or hold one fold for its memory (`--hold COUNT`)."""
    if len(sys.argv) == 3 and sys.argv[1] == "--hold":
        keep(load_linking(), week(int(sys.argv[2])))
    else:
        run()


def run(count: int = COUNT, long: int = LONG, paired: int = PAIRED, alone: int = ALONE) -> None:
    """Print the figures. The memory is that of a fold of `long` findings."""
    linking = load_linking()
    kinds = {"a firm's week": week, "a flood of one rule on one host": flood}
    for name, made in kinds.items():
        findings = list(made(count))
        say(f"{name}: findings", f"{len(findings):,}")
        seconds, incidents = cpu(partial(fold, linking, findings))
        rate = len(findings) / seconds
        say(f"{name}: folded, findings/s of CPU", f"{rate:,.0f} ({incidents:,} incidents)")
        begin = time.perf_counter()
        seconds, _ = cpu(partial(keep, linking, findings))
        wall = time.perf_counter() - begin
        kept = len(findings) / seconds
        say(f"{name}: folded and kept, findings/s of CPU", f"{kept:,.0f}")
        say(f"{name}: folded and kept, findings/s of wall", f"{len(findings) / wall:,.0f}")
        few = list(made(paired))
        quick, slow = (
            _best(partial(fold, linking, few)),
            _best(partial(naive_incidents, linking, few)),
        )
        say(f"{name}: {paired} of them, against all pairs", f"{slow / quick:,.1f} x")
        seconds, _ = cpu(partial(keep, linking, findings[:alone], 1))
        say(
            f"{name}: kept, against a transaction for each",
            f"{seconds / alone * kept:,.1f} x",
        )
    used, nothing = (
        child(["-m", "benchmarks.incidents", "--hold", str(number)]) for number in (long, 1)
    )
    if used.code or nothing.code:
        raise RuntimeError(f"--hold: exit code {used.code or nothing.code}")
    say(f"{long:,} findings: made, folded and kept, findings/s of CPU", f"{long / used.cpu:,.0f}")
    say(
        f"{long:,} findings: peak memory, MB",
        f"{used.peak:,.0f} (of which the program itself {nothing.peak:,.0f})",
    )


def _best(work: Callable[[], object]) -> float:
    return min(cpu(work)[0] for _ in range(3))


def week(count: int) -> Iterator[Finding]:
    """Findings of a synthetic firm: 200 hosts, some busier, each with its own troubles, so
    that there are as many incidents and as many spans as there can be."""
    chance = random.Random(1)
    for number in range(count):
        busy = min(int(chance.expovariate(0.05)), 199)
        entities = {Entity("host", f"ws-{busy}.firm.example")}
        entities.add(Entity("account", f"user{busy}"))
        entities.add(Entity("process", f"c:\\program files\\p{int(chance.expovariate(0.1))}.exe"))
        if chance.random() < 0.4:
            entities.add(Entity("hash", f"sha256:{busy:04x}{chance.randrange(50):060x}"))
        if chance.random() < 0.2:
            entities.add(Entity("domain", f"d{busy}-{chance.randrange(9)}.example"))
        time = START + number * 7 * DAY // count
        yield finding(number, time, f"rule-{int(chance.expovariate(0.1))}", entities)


def flood(count: int) -> Iterator[Finding]:
    """One rule on one host, again and again."""
    entities = {Entity("host", "ws-1.firm.example"), Entity("account", "user1")}
    for number in range(count):
        yield finding(number, START + number * 1000, "rule", entities)


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


def keep(linking: Linking, findings: Iterable[Finding], batch: int = BATCH) -> None:
    """Fold and write into a database, each batch a transaction."""
    with (
        tempfile.TemporaryDirectory(prefix="vedette-bench-") as folder,
        State(Path(folder)) as made,
    ):
        book = IncidentBook(made.read(lambda connection: connection), linking)
        coming = iter(findings)
        while some := list(islice(coming, batch)):
            with made.transaction() as connection:
                book.fold(connection, some, LATER)


if __name__ == "__main__":
    main()
