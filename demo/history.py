"""The days before: ordinary traffic of the firm, put through the real formats, the real examination
of mail and the real detectors into the real store, with the times of days that are over.

    python -m demo.history CONFIG SEED

Counterfactual checks look at it: what would an action have touched?
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from demo.firm import PEOPLE, visitors
from demo.hosts import linux, windows
from demo.mail import ordinary
from demo.website.visiting import session
from vedette.engine.assemble import make_detection, make_mappings, with_others
from vedette.engine.config import load_config
from vedette.engine.embedded.describe import describer
from vedette.engine.embedded.pipeline import Pipeline
from vedette.engine.embedded.settings import Settings
from vedette.engine.lures import KEY, make_examiner, read
from vedette.lure.live.feed import FORMAT as LURE
from vedette.lure.live.feed import LOGSOURCE as LURE_LOGSOURCE
from vedette.lure.privacy import Privacy, load_key
from vedette.lure.record import record_of
from vedette.model.batch import Batch, DictRows, Position
from vedette.sources.format import CHUNK_ROWS
from vedette.sources.formats import format_named
from vedette.sources.live.whole import reads_lines
from vedette.store.lock import DataLock
from vedette.store.recovery import recover
from vedette.store.state import State

if TYPE_CHECKING:
    from vedette.engine.config.schema import Config

DAYS: Final = 3
DAY: Final = 86_400.0
HOSTS_A_DAY: Final = 1_000
VISITS_A_DAY: Final = 120
LETTERS_A_DAY: Final = 50
SERVER_A_DAY: Final = 150
_MICROS: Final = 1_000_000


class _Past:
    """A source that gives what was, and ends."""

    def __init__(self, name: str, batches: Sequence[Batch]) -> None:
        self.name = name
        self.given = batches

    async def batches(self, resume: Position | None) -> AsyncIterator[Batch]:
        del resume
        for batch in self.given:
            yield batch

    async def safe(self, batch: Batch) -> None:
        """Nobody waits for it."""


def main(config: Path, seed: int) -> int:
    """Write the history of a configuration; the number of findings in it, which ought to be 0."""
    return asyncio.run(_written(load_config(config), seed, time.time()))


async def _written(config: Config, seed: int, now: float) -> int:
    mappings = make_mappings(config.rules.mappings)
    log = next(path for entry in config.sources if entry.kind == "file" for path in entry.paths)
    with DataLock(config.data_dir), State(config.data_dir) as state:
        recover(config.store_path, state)
        sources = [
            _Past("website-log", _lines(f"file:{log}#history", "access", _visits(seed, now))),
            _Past("workstations", _lines("http:workstations", "windows", _work(seed, now))),
            _Past("servers", _lines("syslog:servers", "sysmon-linux", _servers(seed, now))),
            _Past("mail", _mail(config, seed, now)),
        ]
        pipeline = Pipeline(
            sources,
            with_others(config, make_detection(config, mappings)),
            config.store_path,
            state,
            [],
            describer(mappings),
            spill=config.data_dir / "spill",
            settings=Settings(flush_age=0.0),
        )
        with contextlib.closing(pipeline):
            await pipeline.run()
        events = sum(len(batch.rows) for source in sources for batch in source.given)
        print(f"{DAYS} ordinary days before: {events:,} events stored")
        return state.read(_findings)


def _findings(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM findings").fetchone()[0])


def _mornings(now: float) -> Iterator[float]:
    """Seven in the morning of each of the days before, UTC."""
    midnight = now // DAY * DAY
    yield from (midnight - number * DAY + 7 * 3600 for number in range(DAYS, 0, -1))


def _work(seed: int, now: float) -> Iterator[bytes]:
    chance = random.Random(f"history/hosts/{seed}")
    for morning in _mornings(now):
        yield from windows.lines([*windows.day(chance, PEOPLE, morning, 11 * 3600.0, HOSTS_A_DAY)])


def _servers(seed: int, now: float) -> Iterator[bytes]:
    chance = random.Random(f"history/servers/{seed}")
    for morning in _mornings(now):
        for at in sorted(chance.random() * 0.95 * DAY for _ in range(SERVER_A_DAY)):
            yield linux.ordinary(chance, morning - 7 * 3600 + at)


def _visits(seed: int, now: float) -> Iterator[bytes]:
    chance = random.Random(f"history/visits/{seed}")
    known = visitors(seed)
    for morning in _mornings(now):
        found = []
        for _ in range(VISITS_A_DAY):
            who, at = chance.choice(known), morning + chance.random() * 15 * 3600
            for request in session(chance):
                at += 1 + chance.random() * 9
                stamp = datetime.fromtimestamp(at, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")
                method = "POST" if request.body else "GET"
                status = 404 if request.target.startswith("/old/") else 200
                line = f'{who.address} - - [{stamp}] "{method} {request.target} HTTP/1.1" {status} '
                found.append(
                    (at, f'{line}{chance.randrange(600, 9000)} "-" "{who.agent}"'.encode())
                )
        yield from (line for _, line in sorted(found))


def _lines(source: str, format: str, lines: Iterator[bytes]) -> list[Batch]:
    """As the source's own format reads them."""
    found = format_named(format)
    if not reads_lines(found):
        raise TypeError(f"{format} is not read line by line")
    reader, made, all_lines = found.reader(), [], [*lines]
    arrival = int(time.time() * _MICROS)
    for first in range(0, len(all_lines), CHUNK_ROWS):
        chunks = reader.feed(all_lines[first : first + CHUNK_ROWS], first + 1)
        for chunk in chunks:
            if chunk.problems:
                raise ValueError(f"{source}: {chunk.problems[0]}")
            made.append(
                Batch(source, chunk.format, chunk.rows, chunk.logsource, arrival,
                      nbytes=chunk.nbytes)
            )  # fmt: skip
    return made


def _mail(config: Config, seed: int, now: float) -> list[Batch]:
    """Letters, examined one by one."""
    chance = random.Random(f"history/mail/{seed}")
    letters = [
        ordinary.letter(chance, morning + chance.random() * 10 * 3600)
        for morning in _mornings(now)
        for _ in range(LETTERS_A_DAY)
    ]
    privacy = Privacy(load_key(config.data_dir / KEY))
    examiner = make_examiner(
        config.lures.employers, trust=config.lures.trust, dns=False, processes=1
    )
    records, places = [], []
    with contextlib.closing(examiner), ThreadPoolExecutor(2) as threads:
        messages = (read(one.raw(), f"history:{one.key}", None, ()) for one in letters)
        for letter, examined in zip(letters, threads.map(examiner.examine, messages), strict=True):
            arrival = int(letter.time * _MICROS)
            records.append(record_of(examined, privacy, arrival=arrival, way="mail", action="none"))
            places.append(letter.key)
    import orjson

    raws = [orjson.dumps(record) for record in records]
    rows = DictRows(records, raws, places)
    arrival = int(now * _MICROS)
    return [Batch("lure:mail", LURE, rows, LURE_LOGSOURCE, arrival, nbytes=sum(map(len, raws)))]


if __name__ == "__main__":
    sys.exit(1 if main(Path(sys.argv[1]), int(sys.argv[2])) else 0)
