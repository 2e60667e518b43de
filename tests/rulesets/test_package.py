"""Packages that attack whoever unpacks them."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rule_packages import RULE, package
from vedette.rulesets.package import PackageError, members_of, write_members


def _zip(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize(
    "name",
    ["../evil.yml", "rules/../../evil.yml", "/etc/evil.yml", "C:\\evil.yml", "rules\\..\\e.yml"],
)
def test_paths_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(PackageError, match="leads out"):
        members_of(_zip(tmp_path / "p.zip", (name, RULE.format(number=1).encode())))


def test_links_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("rules/a.yml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(PackageError, match="link"):
        members_of(_zip(tmp_path / "p.zip", (link, b"/etc/passwd")))
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.yml").symlink_to("/etc/passwd")
    with pytest.raises(PackageError, match="no links"):
        members_of(folder)


def test_bombs_are_refused(tmp_path: Path) -> None:
    bomb = _zip(tmp_path / "p.zip", ("rules/a.yml", b"a" * (100 << 20)))
    with pytest.raises(PackageError, match="bomb"):
        members_of(bomb)


def test_a_size_that_lies_is_found_out(tmp_path: Path) -> None:
    path = _zip(tmp_path / "p.zip", ("rules/a.yml", b"a" * 1000))
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.index(mark) + offset
        data[at : at + 4] = (10).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(PackageError):
        members_of(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_duplicates_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="twice"):
        members_of(_zip(tmp_path / "p.zip", ("rules/a.yml", b"1"), ("rules/a.yml", b"2")))


def test_a_folder_around_everything_is_taken_off(tmp_path: Path) -> None:
    path = _zip(
        tmp_path / "p.zip",
        ("sigma-r1/LICENSE", b"Detection Rule License"),
        ("sigma-r1/rules/a.yml", b"title: A"),
        ("sigma-r1/deprecated/b.yml", b"title: B"),
    )
    found = {str(member.path): member.data for member in members_of(path)}
    assert found == {"LICENSE": b"Detection Rule License", "rules/a.yml": b"title: A"}
    (tmp_path / "out").mkdir()
    write_members(members_of(path), tmp_path / "out", "a notice")
    assert (tmp_path / "out" / "LICENSE").read_text() == "Detection Rule License"


def _flipped(at: int, bit: int) -> bytes:
    data = bytearray(package())
    data[at % len(data)] ^= 1 << bit
    return bytes(data)


@given(st.binary(max_size=200) | st.builds(_flipped, st.integers(0, 5000), st.integers(0, 7)))
def test_damaged_zips_never_raise_anything_else(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "p.zip"
    path.write_bytes(data)
    try:
        members = members_of(path)
    except PackageError:
        return
    assert all(not m.path.is_absolute() and ".." not in m.path.parts for m in members)


def test_a_file_that_is_no_package(tmp_path: Path) -> None:
    (tmp_path / "p.zip").write_bytes(io.BytesIO(b"no zip").read())
    with pytest.raises(PackageError, match="must be a zip"):
        members_of(tmp_path / "p.zip")
