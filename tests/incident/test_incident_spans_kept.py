"""What the store says of spans, against what is in memory, after every batch."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import msgspec
import pytest

from incident.incident_shapes import HOUR, NOON, finding_of
from vedette.incident import acts
from vedette.incident.book import IncidentBook
from vedette.incident.fold import Folder
from vedette.incident.keeping import StoredShelf
from vedette.incident.kinds import DAY, load_linking
from vedette.incident.knots import root_of
from vedette.incident.reading import list_incidents
from vedette.model.finding import Entity, Finding
from vedette.store.state import Commit, State

NOW = NOON + 100 * DAY
Row = tuple[int, str, str, int, float, int, int, str]


def history(chance: random.Random, lateness: int) -> list[Finding]:
    """Findings that open, extend from both ends, swallow and unite spans, and rename incidents."""
    span = chance.choice([HOUR, DAY, 9 * DAY])
    made = [
        finding_of(
            number,
            NOON + chance.randrange(span),
            *{
                (kind, f"{kind}-{chance.randrange(4)}")
                for kind in chance.sample(["host", "hash", "account", "domain"], 2)
            },
        )
        for number in range(40)
    ]
    return sorted(made, key=lambda each: each.time + chance.randrange(lateness))


def in_memory(folder: Folder) -> list[Row]:
    rows = []
    for entity, thread in folder.threads.items():
        for span in thread:
            assert span.node is not None
            home = root_of(span.node).knot.id
            rows.append(
                (
                    span.number,
                    entity.kind,
                    entity.value,
                    span.group,
                    span.bits,
                    span.start,
                    span.end,
                    home,
                )
            )
    return sorted(rows)


def in_store(state: State) -> list[Row]:
    connection = state.read(lambda each: each)
    shelf = StoredShelf(connection)
    names = [one.summary.id for one in list_incidents(connection, ("open", "closed"), least="low")]
    return sorted(
        (
            span.number,
            span.entity.kind,
            span.entity.value,
            span.group,
            span.bits,
            span.start,
            span.end,
            span.incident,
        )
        for name in names
        for span in shelf.spans_of(name)
    )


@pytest.mark.parametrize("seed", range(12))
def test_the_store_follows_memory_after_every_batch(seed: int) -> None:
    chance = random.Random(seed)
    linking = msgspec.structs.replace(load_linking(), lateness=6 * HOUR)
    with tempfile.TemporaryDirectory() as folder, State(Path(folder)) as state:
        book = IncidentBook(state.read(lambda each: each), linking)
        waiting = history(chance, linking.lateness)
        most = 0
        while waiting:
            count = chance.choice([1, 3, 9])
            batch, waiting = waiting[:count], waiting[count:]
            new = state.commit(Commit(findings=batch))
            with state.transaction() as connection:
                book.fold(connection, new, NOW)
            if chance.random() < 0.1:
                with state.transaction() as connection:
                    acts.move_out(book, connection, [chance.choice(batch).id], "ann", NOW)
            if chance.random() < 0.05:
                with state.transaction() as connection:
                    acts.mute(book, connection, Entity("host", "host-1"), "ann", NOW)
            if chance.random() < 0.1:
                book.invalidate()
            with state.transaction() as connection:
                memory = book.begin(connection)
                held = in_memory(memory)
                book.settle(connection, memory, NOW)
            stored = in_store(state)
            # Memory lets go of what nothing in time can join any more; the store keeps it.
            assert set(held) <= set(stored), seed
            most = max(most, len(held))
        assert most > 5
