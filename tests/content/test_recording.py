"""The demonstration recording is what its script writes."""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
from ipaddress import ip_address, ip_network
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "content" / "recordings" / "recruiter-lure"
DOCUMENTATION: Final = tuple(
    ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
)


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "make_recording", ROOT / "scripts" / "make_recording.py"
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stored(name: str) -> list[str]:
    with gzip.open(FOLDER / f"{name}.gz", "rt", encoding="utf-8") as stream:
        return stream.read().splitlines()


def test_the_script_writes_the_same_text_again(script: ModuleType) -> None:
    written: dict[str, list[str]] = script.recording()
    assert {f"{name}.gz" for name in written} == {path.name for path in FOLDER.glob("*.gz")}
    for name, lines in written.items():
        assert stored(name) == lines, name


def test_it_is_small_enough_to_ship() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("*.gz")) < 400_000
    assert 3_000 <= len(stored("workstations.ndjson")) <= 6_000


@pytest.mark.parametrize("name", ["workstations.ndjson", "web-01.ndjson"])
def test_events_stand_in_the_order_of_time(name: str) -> None:
    events = [json.loads(line) for line in stored(name)]
    times = [event["TimeCreated"] for event in events]
    assert times == sorted(times)
    assert {event["Computer"].endswith(".example") for event in events} == {True}


def test_addresses_are_of_the_documentation_ranges() -> None:
    for name in ("workstations.ndjson", "web-01.ndjson", "access.log"):
        found = set(re.findall(r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b", "\n".join(stored(name))))
        found -= {"122.0.0.0"}  # a browser's version
        outside = {a for a in found if not any(ip_address(a) in net for net in DOCUMENTATION)}
        assert outside == set(), name
