"""The facts of a dump: versions, configuration, counts. No event, no finding, no message."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import msgspec

from vedette import __version__
from vedette.engine.config import check_config, load_config
from vedette.engine.embedded.status import SourceStatus
from vedette.ledger.ledger import NAME as LEDGER
from vedette.model.errors import VedetteError
from vedette.model.instant import rfc3339
from vedette.response.register import NAME as ACTIONS
from vedette.store import manifest, reading
from vedette.store.database import NAME, open_reader

MOST_TEXT: Final = 1 << 20
"""Bytes of a configuration file that are taken."""

Told = dict[str, str]
"""File name to text."""


def gather(path: Path, now: int) -> Told:
    """The files of a dump of the configuration at `path`. What can't be read is said in its file,
    and does not keep the rest back."""
    told = {"versions.json": _json(_versions()), "machine.json": _json(_machine(now))}
    for file in [path, *sorted((path.parent / "conf.d").glob("*.yml"))]:
        told[f"configuration/{file.name}"] = _guarded(partial(_text, file))
    told["configuration/faults.txt"] = _guarded(lambda: "\n".join(check_config(path)) or "none")
    try:
        config = load_config(path)
    except VedetteError as error:
        told["data.txt"] = f"the configuration does not hold, so nothing more is known: {error}"
        return told
    data = config.data_dir
    told["disk.json"] = _guarded(lambda: _json(_disk(data)))
    told["sources.json"] = _guarded(lambda: _json(_of_state(data, _sources)))
    told["store.json"] = _guarded(lambda: _json(_of_state(data, _store)))
    told["findings.json"] = _guarded(lambda: _json(_of_state(data, _findings)))
    told["actions.json"] = _guarded(lambda: _json(_actions(data)))
    told["ledger.json"] = _guarded(lambda: _json(_ledger(data)))
    return told


def names_in(path: Path) -> list[str]:
    """Names of the firm in its configuration, for the redactor: domains, sources, sites, assets'
    owners and the like. [] where it does not hold."""
    try:
        config = load_config(path)
    except VedetteError:
        return []
    names = [*config.response.domains, platform.node()]
    for source in config.sources:
        dumped: Mapping[str, Any] = source.model_dump(mode="python")
        names += [str(dumped[key]) for key in ("user", "host") if dumped.get(key)]
        sites = dumped.get("sites") or []
        names += [str(site.get("name", "")) for site in sites if isinstance(site, dict)]
    names += [word for domain in config.response.domains for word in domain.split(".")[:1]]
    return [name for name in names if name not in ("localhost", "www", "mail", "web", "")]


def _versions() -> dict[str, str]:
    told = {
        "vedette": __version__,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }
    for package in metadata.distributions():
        told[package.metadata["Name"]] = package.version
    return dict(sorted(told.items()))


def _machine(now: int) -> dict[str, Any]:
    return {
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "memory": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
        "executable": sys.executable,
        "time": rfc3339(now),
    }


def _disk(data: Path) -> dict[str, Any]:
    usage = shutil.disk_usage(data)
    sizes = {
        entry.name: sum(file.stat().st_size for file in entry.rglob("*") if file.is_file())
        if entry.is_dir()
        else entry.stat().st_size
        for entry in sorted(data.iterdir())
    }
    return {"total": usage.total, "free": usage.free, "bytes": sizes}


def _of_state(data: Path, ask: Callable[[sqlite3.Connection], Any]) -> Any:
    with closing(open_reader(data / NAME)) as state:
        return ask(state)


def _sources(state: sqlite3.Connection) -> Any:
    found = []
    for value in reading.statuses(state).values():
        status = msgspec.json.decode(value, type=SourceStatus)
        told = msgspec.to_builtins(status)
        told["last_problems"] = [problem["what"] for problem in told["last_problems"]]
        found.append(told)
    return {"sources": found, "counters": reading.counters(state)}


def _store(state: sqlite3.Connection) -> Any:
    segments = manifest.live_segments(state)
    return {
        "segments": len(segments),
        "events": sum(segment.rows for segment in segments),
        "bytes": sum(segment.size for segment in segments),
        "check": [str(row[0]) for row in state.execute("PRAGMA quick_check(5)")],
        "version": state.execute("PRAGMA user_version").fetchone()[0],
    }


def _findings(state: sqlite3.Connection) -> Any:
    rules = state.execute(
        "SELECT rule_id, level, count(*) FROM findings GROUP BY 1, 2 ORDER BY 3 DESC"
    )
    incidents = state.execute("SELECT state, count(*) FROM incidents GROUP BY 1")
    return {
        "by_rule": [{"rule": rule, "level": level, "count": n} for rule, level, n in rules],
        "incidents": dict(incidents.fetchall()),
    }


def _actions(data: Path) -> Any:
    path = data / ACTIONS
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as actions:
        rows = actions.execute(
            "SELECT json_extract(json, '$.action.kind'), state, count(*) FROM actions GROUP BY 1, 2"
        )
        return [{"kind": kind, "state": state, "count": n} for kind, state, n in rows]


def _ledger(data: Path) -> Any:
    folder = data / LEDGER
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {file.name: file.stat().st_size for file in files}


def _text(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(MOST_TEXT).decode("utf-8", "replace")


def _guarded(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except (VedetteError, OSError, sqlite3.Error) as error:
        return f"can't be read: {error}"


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
