"""Starts one watch after the other, each to be killed by whoever asked for it.

Usage: crash_watch.py FOLDER PORT [MODULE:FUNCTION]. For each line on its input a child is forked
that runs `vedette watch` below its command line on FOLDER/data, following FOLDER/log and
listening at PORT; its number is printed, `ready` when it is about to read, and when it has ended,
how. Forking spares each of them
the second that imports take. FUNCTION gives the detector (by default the example's).
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb  # noqa: F401 - imported before the forks
import pyarrow.parquet  # noqa: F401 - the same
import starlette.applications  # noqa: F401 - the same
import uvicorn  # noqa: F401 - the same

from vedette.engine.config.schema import Config
from vedette.engine.embedded.metrics import Meters
from vedette.engine.embedded.settings import Settings
from vedette.engine.embedded.watch import Parts, run_watch
from vedette.model.batch import Record
from vedette.model.finding import Finding
from vedette.model.problem import Problem
from vedette.model.protocols import Source
from vedette.sources.live.http_ingest import HttpSource, Serving
from vedette.sources.live.tail import TailSource
from vedette.sources.live.watched import Watched
from vedette.store.columns import Description
from vedette.store.compaction import Target

TOKEN = "only-for-tests"


class LineSink:
    """Appends ids; a finding may come again after a crash."""

    name = "lines"

    def __init__(self, path: Path) -> None:
        self._path = path

    def deliver(self, findings: Sequence[Finding]) -> None:
        with self._path.open("a") as out:
            # a kill may tear a line; the next one begins anew
            out.writelines(f"\n{finding.id}" for finding in findings)


def untold(event_format: str, record: Record) -> Description:
    return Description()


def quiet(source: str, problem: Problem) -> None:
    print(f"{source}: {problem}", file=sys.stderr)


def watch(folder: Path, port: int, detector: Any) -> None:
    def parts(meters: Meters) -> Parts:
        sources: list[Source] = [
            TailSource("log", Watched([str(folder / "log")]), poll=0.01),
            HttpSource("web", Serving("127.0.0.1", port, [TOKEN])),
        ]
        return Parts(sources, [LineSink(folder / "delivered")], detector(), untold)

    settings = Settings(
        flush_age=0.01, tick=0.05, maintenance=0.05, target=Target(rows=5000, raw=1 << 20)
    )
    config = Config.model_validate({"data_dir": folder / "data"})
    run_watch(
        config,
        parts,
        settings=settings,
        report=quiet,
        started=lambda pipeline, note: print("ready", flush=True),
    )


def main() -> None:
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    where = sys.argv[3] if len(sys.argv) > 3 else "engine.embedded.example_detector:ExampleDetector"
    module, _, function = where.partition(":")
    detector = getattr(importlib.import_module(module), function)
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                watch(folder, port, detector)
                status = 0
            finally:
                sys.stderr.flush()
                if status:
                    import traceback

                    traceback.print_exc()
                os._exit(status)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
