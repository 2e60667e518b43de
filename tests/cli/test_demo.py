"""`make demo` as it runs, only quicker."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def test_the_demonstration_finds_the_attack_and_leaves_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(REPOSITORY / "scripts" / "demo.py")],
        capture_output=True,
        text=True,
        env={**os.environ, "VEDETTE_DEMO_SECONDS": "3", "TMPDIR": str(tmp_path)},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "CRITICAL  Opened Document, Script, Connection Out, Scheduled Task" in done.stdout
    assert "vedette watch -c vedette.yml" in done.stdout
    assert list(tmp_path.iterdir()) == []
