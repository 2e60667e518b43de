"""Where rules lie: folders, zips, checkouts, and whose licence holds."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from sigma.load.rule_text import HEAD, write
from vedette.sigma.load import load_rules

DRL = "# Licenses\n- The rules are released under the Detection Rule License (DRL) 1.1\n"
LAYOUT = {
    "LICENSE": DRL,
    "rules/windows/a.yml": "A",
    "rules-threat-hunting/b.yml": "B",
    "deprecated/c.yml": "C",
    "unsupported/d.yml": "D",
    "regression_data/x/info.yml": "E",
    "tests/t.yml": "F",
    "top.yml": "G",
}


def _content(mark: str) -> str:
    if len(mark) > 1:
        return mark
    return f"{HEAD}id: {mark}\ndetection:\n  sel: {{F: {mark}}}\n  condition: sel\n"


def _checkout(folder: Path) -> Path:
    for name, mark in LAYOUT.items():
        write(folder, _content(mark), name)
    return folder


def _ids(*paths: Path) -> list[str]:
    return [rule.id for rule in load_rules(paths).rules]


def test_of_a_checkout_only_the_rule_folders_are_read(tmp_path: Path) -> None:
    _checkout(tmp_path)
    assert _ids(tmp_path) == ["A", "B"]
    assert _ids(tmp_path / "deprecated") == ["C"]
    assert _ids(tmp_path / "unsupported" / "d.yml", tmp_path / "rules") == ["D", "A"]
    assert {rule.licence for rule in load_rules([tmp_path]).rules} == {"DRL 1.1"}
    assert load_rules([tmp_path / "rules" / "windows" / "a.yml"]).rules[0].licence == "DRL 1.1"


def test_one_path_will_do(tmp_path: Path) -> None:
    path = write(tmp_path, _content("A"))
    assert load_rules(path).rules == load_rules(str(path)).rules == load_rules([path]).rules


def test_any_other_folder_is_read_whole(tmp_path: Path) -> None:
    for name in ("rules/a.yml", "tests/b.yml", "c.yml"):
        write(tmp_path, _content(name[-5].upper()), name)
    assert sorted(_ids(tmp_path)) == ["A", "B", "C"]
    assert {rule.licence for rule in load_rules([tmp_path]).rules} == {""}


@pytest.mark.parametrize("top", ["sigma-master/", ""])
def test_zips(tmp_path: Path, top: str) -> None:
    archive = tmp_path / "sigma.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for name, mark in LAYOUT.items():
            zipped.writestr(top + name, _content(mark))
    loaded = load_rules([archive])
    assert [rule.id for rule in loaded.rules] == ["B", "A"]
    assert loaded.rules[1].path == f"{archive}/{top}rules/windows/a.yml"
    assert {rule.licence for rule in loaded.rules} == {"DRL 1.1"}


def test_a_zip_of_rules_alone(tmp_path: Path) -> None:
    archive = tmp_path / "own.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("rules/a.yml", _content("A"))
        zipped.writestr("rules/bomb.yml", b"a" * (20 << 20))
    loaded = load_rules([archive])
    assert [(v.id, v.state) for v in loaded.verdicts] == [("A", "compiled"), ("", "invalid")]
    assert "larger than 1048576 bytes" in loaded.verdicts[1].why
    assert loaded.rules[0].licence == ""


def test_a_damaged_zip_is_told(tmp_path: Path) -> None:
    archive = write(tmp_path, "PK\x03\x04 not a zip", "x.zip")
    (found,) = load_rules([archive]).verdicts
    assert found.state == "invalid" and str(archive) in found.why


def test_a_damaged_member_costs_only_itself(tmp_path: Path) -> None:
    archive = tmp_path / "x.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("a.yml", _content("A") * 3)
        zipped.writestr("b.yml", _content("B"))
    data = bytearray(archive.read_bytes())
    data[60:70] = b"\xff" * 10
    archive.write_bytes(data)
    loaded = load_rules([archive])
    assert [v.state for v in loaded.verdicts] == ["invalid", "compiled"]
    assert "can't be read" in loaded.verdicts[0].why


def test_an_encrypted_zip_is_told(tmp_path: Path) -> None:
    archive = tmp_path / "x.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("LICENSE", DRL)
        zipped.writestr("a.yml", _content("A"))
    data = archive.read_bytes()
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in range(data.count(mark)):
            at = [i for i in range(len(data)) if data.startswith(mark, i)][found] + offset
            data = data[:at] + bytes([data[at] | 1]) + data[at + 1 :]
    archive.write_bytes(data)
    (found_verdict,) = load_rules([archive]).verdicts
    assert "is encrypted" in found_verdict.why


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    missing = tmp_path / "nothing"
    (found,) = load_rules([missing]).verdicts
    assert found.state == "invalid"
    assert found.why == f"{missing}: No such file or directory; correct the path"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_told(tmp_path: Path) -> None:
    write(tmp_path, _content("A"), "a.yml").chmod(0)
    (found,) = load_rules([tmp_path]).verdicts
    assert "Permission denied" in found.why


def test_a_file_that_is_reached_twice_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path, _content("A"), "a.yml")
    (tmp_path / "b.yml").symlink_to(path)
    loaded = load_rules([tmp_path, path])
    assert [v.state for v in loaded.verdicts] == ["compiled"]


def test_a_folder_link_in_a_circle_ends(tmp_path: Path) -> None:
    write(tmp_path, _content("A"), "sub/a.yml")
    (tmp_path / "sub" / "loop").symlink_to(tmp_path)
    assert _ids(tmp_path) == ["A"]
