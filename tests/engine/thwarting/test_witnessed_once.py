"""The events behind an incident's findings are read once for all who ask about them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from engine.thwarting.test_whom_it_strikes import found, sysmon
from response.counterfactual.touched_store import HOUR, Store
from vedette.engine.thwarting.local_process import LocalProcesses
from vedette.engine.thwarting.talking import Talks
from vedette.engine.thwarting.witnessed import Witness
from vedette.model.errors import UnreadableError
from vedette.store.search import fetch
from vedette.store.state import State


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with State(tmp_path) as state:
        yield Store(tmp_path, state)


def test_what_one_has_read_the_other_does_not_read_again(store: Store) -> None:
    line = "w -f http://198.51.100.77/x"
    batch = store.add("windows", [
        sysmon(1, HOUR, ProcessId=number, Image="C:\\w.exe", CommandLine=line)
        for number in range(3)
    ])  # fmt: skip
    findings = [found(batch, 0), found(batch, 1)]
    index = store.index()
    witness = Witness(store.paths)
    first = witness.of(findings)
    assert len(first) == 2
    assert list(witness.of(findings[:1])) == [findings[0].event_ref.key]
    assert witness.of(findings) == first
    talked = Talks(store.paths, index, witness).of(findings)
    assert [each.value for each in talked] == ["198.51.100.77"]
    shutil.rmtree(store.paths.segments)  # nothing is left to read
    assert witness.of(findings) == first
    assert LocalProcesses(store.paths, 0, 100, "ws-01", witness).of(findings) == []
    with pytest.raises(UnreadableError):
        witness.of([found(batch, 2)])


def test_what_is_gone_is_looked_for_once_and_others_at_their_time(store: Store) -> None:
    """Also an event of another time than its finding's is found, and as if each were looked for by
    itself among all events."""
    batch = store.add("windows", [
        sysmon(1, HOUR + number * 86_400_000_000, ProcessId=number, Image="C:\\w.exe")
        for number in range(4)
    ])  # fmt: skip
    findings = [found(batch, number) for number in range(4)]
    findings[1] = msgspec.structs.replace(findings[1], time=findings[1].time + 7 * 86_400_000_000)
    gone = msgspec.structs.replace(
        findings[0], event_ref=msgspec.structs.replace(findings[0].event_ref, key="0" * 32)
    )
    witness = Witness(store.paths)
    asked = [*findings, gone]
    keys = [each.event_ref.key for each in asked]
    naive = {key: one for key in keys for one in fetch(store.paths, [key]).values()}
    assert witness.of(asked) == naive
    assert len(naive) == 4
    shutil.rmtree(store.paths.segments)
    assert witness.of([gone]) == {}
    assert witness.of(asked) == naive
