"""Everything taken back at once, with the real actuators of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from benchmarks.undoing import staged  # noqa: E402  # lies beside

from vedette.model.errors import ActuatorError  # noqa: E402  # likewise


def test_everything_that_stood_is_gone(tmp_path: Path) -> None:
    if os.geteuid() or any(shutil.which(program) is None for program in ("ip", "nft")):
        pytest.skip("needs root and the programs ip and nft")
    try:
        _undone(tmp_path)
    except (ActuatorError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no rights to act here: {error}")


def _undone(folder: Path) -> None:
    def mail() -> Counter[str]:
        return Counter(path.parent.name for path in folder.glob("box-*/**/*.host*"))

    with staged(folder, 50) as stage:
        assert stage.alarms == []
        number = len(stage.actions)
        assert number >= 45
        assert len(stage.register.in_states(["applied"])) == number
        assert stage.stands() == number
        assert stage.moving() == 0
        assert mail()["cur"] == 0
        assert (folder / "refusals.ndjson").read_bytes()
        ended = stage.carrier.undo_all("ann")
        assert Counter(each.state for each in ended) == {"undone": number}
        assert stage.stands() == 0
        assert stage.moving() == len(stage.children)
        assert mail() == {"cur": 2}
        assert (folder / "refusals.ndjson").read_bytes() == b""
        assert stage.alarms == []
