"""Data files: strict, and every fault with its place."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from vedette.model.errors import ConfigError, UnreadableError
from vedette.model.yaml_data import load_data, load_list


class Tool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    versions: tuple[int, ...] = ()


def test_entries_of_several_files_in_order(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("tools:\n- name: PuTTY\n  versions: [1, 2]\n- {name: KiTTY}\n")
    (tmp_path / "b.yml").write_text("tools: [{name: no}]\n")
    found = load_list([tmp_path / "a.yml", tmp_path / "b.yml"], "tools", Tool)
    assert found == [Tool("PuTTY", (1, 2)), Tool("KiTTY"), Tool("no")]


def test_every_fault_of_every_file_is_said_with_its_place(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text("tools:\n- name: PuTTY\n  versions: [1, two]\n- {nme: KiTTY}\n- name: fine\n")
    other = tmp_path / "other.yml"
    other.write_text("tolls: []\n")
    with pytest.raises(ConfigError) as caught:
        load_list([bad, other], "tools", Tool)
    assert [fault.replace(f"{tmp_path}/", "") for fault in caught.value.faults] == [
        "bad.yml:3:17: expected `int`, got `str`",
        "bad.yml:4:3: object contains unknown field `nme`",
        "other.yml:1:1: should be a map with the one key 'tools'; change it",
    ]


def test_one_struct(tmp_path: Path) -> None:
    path = tmp_path / "one.yml"
    path.write_text("name: PuTTY\n")
    assert load_data(path, Tool) == Tool("PuTTY")
    path.write_text("")
    with pytest.raises(ConfigError, match=r"one\.yml: is empty"):
        load_data(path, Tool)
    with pytest.raises(UnreadableError, match="check the path"):
        load_data(tmp_path / "none.yml", Tool)
