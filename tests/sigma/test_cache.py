"""The rule cache: the same answer as reading, and never a stale one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from vedette.sigma.cache import fingerprint, load_cached
from vedette.sigma.load import load_rules

RULE = """title: {title}
id: 00000000-0000-4000-8000-00000000000{number}
level: low
logsource: {{product: p}}
detection:
  sel: {{a|expand: '%names%'}}
  condition: sel
"""
EXPAND = {"names": ["one", "two"]}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    for number in (1, 2):
        text = RULE.format(title=f"rule {number}", number=number)
        (folder / f"r{number}.yml").write_text(text, "utf-8")
    return folder


def test_what_is_kept_equals_what_was_read(rules: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    fresh = load_rules([rules], expand=EXPAND)
    assert len(fresh.rules) == 2
    assert load_cached([rules], EXPAND, cache) == fresh
    assert len(list(cache.iterdir())) == 1
    assert load_cached([rules], EXPAND, cache) == fresh
    assert len(list(cache.iterdir())) == 1


def change(rules: Path) -> None:
    file = rules / "r1.yml"
    file.write_text(file.read_text("utf-8").replace("rule 1", "rule 9"), "utf-8")
    os.utime(file, ns=(1, 1))


def add(rules: Path) -> None:
    (rules / "r3.yml").write_text(RULE.format(title="rule 3", number=3), "utf-8")


def remove(rules: Path) -> None:
    (rules / "r2.yml").unlink()


def forbid(rules: Path) -> None:
    (rules / "r2.yml").chmod(0o400)


@pytest.mark.parametrize("act", [change, add, remove])
def test_a_change_is_seen(rules: Path, tmp_path: Path, act: Callable[[Path], None]) -> None:
    cache = tmp_path / "cache"
    before = load_cached([rules], EXPAND, cache)
    act(rules)
    after = load_cached([rules], EXPAND, cache)
    assert after != before
    assert after == load_rules([rules], expand=EXPAND)


def test_permissions_count(rules: Path) -> None:
    before = fingerprint([rules], EXPAND)
    forbid(rules)
    assert fingerprint([rules], EXPAND) != before


def test_other_placeholder_values_are_another_reading(rules: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    before = load_cached([rules], EXPAND, cache)
    other = {"names": ["three"]}
    after = load_cached([rules], other, cache)
    assert after != before
    assert after == load_rules([rules], expand=other)


@pytest.mark.parametrize("damage", [b"", b"\xc1", b"\x80", b"\x93\x01\x02\x03"])
def test_a_damaged_file_is_read_over(rules: Path, tmp_path: Path, damage: bytes) -> None:
    cache = tmp_path / "cache"
    fresh = load_cached([rules], EXPAND, cache)
    (entry,) = cache.iterdir()
    whole = entry.read_bytes()
    entry.write_bytes(damage)
    assert load_cached([rules], EXPAND, cache) == fresh
    assert entry.read_bytes() == whole


def test_a_folder_that_can_not_be_written_costs_nothing(rules: Path, tmp_path: Path) -> None:
    fresh = load_rules([rules], expand=EXPAND)
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    assert load_cached([rules], EXPAND, locked) == fresh
    file = tmp_path / "file"
    file.write_bytes(b"")
    assert load_cached([rules], EXPAND, file / "cache") == fresh


def test_numbers_that_the_cache_can_not_hold(tmp_path: Path) -> None:
    rule = RULE.format(title="huge", number=1).replace(
        "{a|expand: '%names%'}", "{a|minute: " + "9" * 30 + "}"
    )
    (tmp_path / "rule.yml").write_text(rule, "utf-8")
    cache = tmp_path / "cache"
    assert load_cached([tmp_path], {}, cache) == load_rules([tmp_path])
