"""Rules for the SQLite peers, converted by pySigma in an environment of its own.

The environment and the converted rules are kept in `build/bench`, so that the network and the
half minute of conversion are needed once.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpus import REPOSITORY

PINNED = (
    "pysigma==1.5.1",
    "pysigma-backend-sqlite==2.0.0",
    "pysigma-pipeline-sysmon==2.0.0",
    "pysigma-pipeline-windows==2.0.1",
)
BUILD = REPOSITORY / "build" / "bench"
SCRIPT = Path(__file__).with_name("sql_rules.py")


class UnavailableError(Exception):
    """The converter can't be installed here, or failed; the text says why."""


def sql_rules(folders: Sequence[Path]) -> tuple[list[dict[str, Any]], int]:
    """The converted rules, and how many there were before conversion."""
    digest = hashlib.blake2b(repr((PINNED, folders)).encode(), digest_size=8)
    digest.update(SCRIPT.read_bytes())
    for folder in folders:
        for path in sorted(folder.rglob("*.yml")):
            digest.update(path.read_bytes())
    out = BUILD / f"sql-rules-{digest.hexdigest()}.json"
    counts = out.with_suffix(".counts")
    if not counts.exists():
        said = _run([_python(), str(SCRIPT), str(out), *map(str, folders)])
        counts.write_text(said, encoding="utf-8")
    rules: list[dict[str, Any]] = json.loads(out.read_bytes())
    return rules, json.loads(counts.read_bytes())["rules"]


def _python() -> str:
    """The converter's interpreter; its environment is made where there is none."""
    folder = BUILD / "converter"
    stamp = folder / "installed"
    python = str(folder / "bin" / "python")
    wanted = "\n".join(PINNED)
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        _run([python, "-m", "pip", "install", "--quiet", *PINNED])
        stamp.write_text(wanted, encoding="utf-8")
    return python


def _run(command: Sequence[str]) -> str:
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        last = (result.stderr.strip().splitlines() or ["no message"])[-1]
        raise UnavailableError(f"{' '.join(command[1:4])} failed: {last}")
    return result.stdout
