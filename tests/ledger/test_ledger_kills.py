"""SIGKILL at any moment loses nothing that was acknowledged."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from ledger.ledger_shapes import opened
from vedette.ledger.reading import entries
from vedette.ledger.verification import verify

SCRIPT: Final = Path(__file__).with_name("appender.py")
KILLS: Final = 50


@pytest.mark.parametrize("mode", ["", "rotate"])
def test_nothing_acknowledged_is_lost(tmp_path: Path, mode: str) -> None:
    chance = random.Random(6962)
    acknowledged: dict[int, str] = {}
    cut = 0
    for _ in range(KILLS // 2):
        process = subprocess.Popen(
            [sys.executable, str(SCRIPT), str(tmp_path), *([mode] if mode else [])],
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        begun = process.stdout.readline()  # it works; now at any moment
        time.sleep(chance.random() * 0.06)
        process.kill()
        rest, _ = process.communicate()
        whole = (begun + rest).decode().rpartition("\n")[0]  # the last line may be torn
        for line in whole.split("\n"):
            index, _, said = line.partition(" ")
            assert int(index) not in acknowledged
            acknowledged[int(index)] = said
    assert len(acknowledged) > KILLS
    with opened(tmp_path) as ledger:
        assert ledger.fault is None
    verdict = verify(tmp_path / "ledger")
    assert verdict.fault is None
    found = {}
    for entry in entries(tmp_path / "ledger"):
        if entry.kind == "action":
            found[entry.index] = f"{entry.who.removeprefix('worker-')} {entry.what['number']}"
        cut += entry.kind == "ledger-recovered"
    lost = {index for index, said in acknowledged.items() if found.get(index) != said}
    assert not lost, f"{len(lost)} lost, {cut} tails cut, on {os.uname().release}"
