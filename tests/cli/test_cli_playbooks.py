"""`vedette playbooks` as a user runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from vedette.model.bundled import bundled


def vedette(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vedette.cli", "playbooks", *arguments], cwd=folder,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_list(tmp_path: Path) -> None:
    done = vedette(tmp_path, "list", "-o", "json")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["name"] for row in rows][:2] == ["Payment tampering", "Host intrusion after a lure"]


def test_show(tmp_path: Path) -> None:
    done = vedette(tmp_path, "show", "recruiter")
    assert done.returncode == 0, done.stderr
    assert "retract-message message, 60 min [D3-ER]" in done.stdout
    drawn = vedette(tmp_path, "show", "recruiter-lure", "--mermaid")
    assert drawn.stdout.startswith("flowchart TD")
    unknown = vedette(tmp_path, "show", "x")
    assert unknown.returncode == 2
    assert "take payment-tampering, host-after-lure" in unknown.stderr


def test_validate(tmp_path: Path) -> None:
    good = bundled("playbooks") / "recruiter-lure.json"
    done = vedette(tmp_path, "validate", str(good))
    assert (done.returncode, done.stdout) == (0, "")
    (tmp_path / "bad.json").write_text('{"type": "playbook",\n "name": 5}')
    done = vedette(tmp_path, "validate", "bad.json", str(good))
    assert done.returncode == 1
    assert "bad.json:2:10: /name: should be text; correct it" in done.stdout
    assert "2 files, 1 with faults" in done.stderr
