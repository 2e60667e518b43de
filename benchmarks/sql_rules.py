"""Sigma rules as the SQLite queries that Zircolite and zargunlite run.

Run by the interpreter of the converter's own environment (see `converter.py`), never imported by
the benchmarks: `python sql_rules.py OUT FOLDER...` writes a list of `{id, title, level, rule}` to
OUT and prints how many rules there were and how many were converted.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def converted(folders: list[Path]) -> Iterator[dict[str, Any] | None]:
    """Each rule's queries, None for a rule that the converter refuses."""
    # in the converter's environment alone: type checkers can't see these
    sqlite = importlib.import_module("sigma.backends.sqlite")
    collection = importlib.import_module("sigma.collection")
    exceptions = importlib.import_module("sigma.exceptions")
    sysmon = importlib.import_module("sigma.pipelines.sysmon")
    windows = importlib.import_module("sigma.pipelines.windows")

    pipeline = sysmon.sysmon_pipeline() + windows.windows_logsource_pipeline()
    backend = sqlite.sqliteBackend(pipeline)
    for folder in folders:
        for path in sorted(folder.rglob("*.yml")):
            try:
                rules = collection.SigmaCollection.from_yaml(path.read_text(encoding="utf-8"))
                queries = list(backend.convert(rules))
                first: Any = rules.rules[0]
                yield {
                    "id": str(first.id),
                    "title": first.title,
                    "level": str(first.level),
                    "rule": [str(query) for query in queries],
                }
            except (exceptions.SigmaError, NotImplementedError) as error:
                print(f"{path}: {error}", file=sys.stderr)
                yield None


def main() -> int:
    """Convert and write."""
    out, *folders = sys.argv[1:]
    found = list(converted([Path(folder) for folder in folders]))
    done = [rule for rule in found if rule is not None]
    Path(out).write_text(json.dumps(done), encoding="utf-8")
    print(json.dumps({"rules": len(found), "converted": len(done)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
