"""What is refused at the doors: written whole, read by others, over when its time is."""

from __future__ import annotations

from pathlib import Path

import pytest

from vedette.model.errors import UnreadableError
from vedette.store.refusals import NAME, Refusal, Refusals


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000

    def __call__(self) -> int:
        return self.now


BAD = Refusal("a1", "sender", "hr@bad.example", 5_000_000)
WORSE = Refusal("a2", "client", "203.0.113.9", 9_000_000, (("path", "/login"),))


def test_another_process_sees_it_until_its_time_is_over(tmp_path: Path) -> None:
    clock = Clock()
    writer, reader = Refusals(tmp_path, clock), Refusals(tmp_path, clock)
    assert not reader.refresh()
    writer.put(BAD)
    writer.put(WORSE)
    assert reader.of("sender", BAD.value) == ()
    assert reader.refresh()
    assert not reader.refresh()
    assert reader.kinds() == {"sender", "client"}
    assert reader.of("sender", BAD.value) == (BAD,)
    assert reader.of("domain", BAD.value) == ()
    assert reader.in_force() == [BAD, WORSE]
    clock.now = BAD.expires
    assert reader.of("sender", BAD.value) == ()
    assert reader.in_force() == [WORSE]
    writer.remove(["a2", "nobody"])
    assert reader.refresh()
    assert reader.in_force() == []
    assert (tmp_path / NAME).read_bytes() == b""


def test_the_same_id_is_one_refusal_and_two_ids_may_refuse_one_value(tmp_path: Path) -> None:
    refusals = Refusals(tmp_path, Clock())
    longer = Refusal("a1", "sender", BAD.value, 8_000_000)
    other = Refusal("a9", "sender", BAD.value, 7_000_000)
    for each in (BAD, longer, other, other):
        refusals.put(each)
    assert refusals.of("sender", BAD.value) == (longer, other)
    refusals.remove(["a1"])
    assert refusals.of("sender", BAD.value) == (other,)


def test_what_is_no_refusal_is_named_and_what_was_known_is_kept(tmp_path: Path) -> None:
    refusals = Refusals(tmp_path, Clock())
    refusals.put(BAD)
    with (tmp_path / NAME).open("ab") as file:
        file.write(b'{"id": 3}\n')
    for _ in range(2):
        with pytest.raises(UnreadableError, match=r"refusals\.ndjson:2: no refusal"):
            refusals.refresh()
    assert refusals.of("sender", BAD.value) == (BAD,)
    with pytest.raises(UnreadableError, match=":2: no refusal"):
        refusals.put(WORSE)
