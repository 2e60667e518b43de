"""What goes into a container comes out of it, byte for byte, whichever way it was packed."""

from __future__ import annotations

import gzip
import hashlib
import io
import random
import zipfile

import pytest

from lure.attachment import constructions_containers as c
from lure.attachment.builders import archives, virtual_disks, volumes
from vedette.lure.attachment.containers import libarchive
from vedette.lure.attachment.inspection import inspect_in_process
from vedette.lure.attachment.limits import Limits
from vedette.lure.attachment.report import Report

FILES = {
    "Angebot \u00fcber die Stelle.pdf": c.PDF,
    "large.bin": random.Random(7).randbytes(70_000),
    "a.txt": b"short",
    "zeros.dat": bytes(3000),
}


def _report(name: str, data: bytes, *words: str, limits: Limits | None = None) -> Report:
    (report,) = inspect_in_process([(name, data)], words, limits)
    return report


def _hashes(report: Report) -> set[str]:
    return {member.sha256 for member in report.members}


EXPECTED = {hashlib.sha256(data).hexdigest() for data in FILES.values()}


@pytest.mark.parametrize("name", [*c.ARCHIVES, *c.IMAGES])
def test_content_survives(name: str) -> None:
    file, pack = {**c.ARCHIVES, **c.IMAGES}[name]
    report = _report(file, pack(FILES))
    assert _hashes(report) >= EXPECTED
    assert report.complete, report.unseen


@pytest.mark.parametrize("name", c.ENCRYPTED)
def test_encrypted_content_survives(name: str) -> None:
    file, lock = c.ENCRYPTED[name]
    report = _report(file, lock(FILES, "S\u00e9same 1"), "other", "S\u00e9same 1")
    assert _hashes(report) >= EXPECTED
    assert report.members[0].encrypted == "opened"
    assert {member.encrypted for member in report.members[1:]} == {"opened"}
    assert report.complete, report.unseen


@pytest.mark.parametrize("name", c.ENCRYPTED)
def test_closed_content_is_told(name: str) -> None:
    file, lock = c.ENCRYPTED[name]
    report = _report(file, lock(FILES, "right"), "wrong")
    assert not _hashes(report) & EXPECTED
    assert report.members[0].encrypted == "closed"
    assert not report.complete
    assert "encrypted" in report.unseen[0]


def test_long_names_survive() -> None:
    for file, pack in (c.IMAGES["UDF"], c.IMAGES["FAT12"], c.IMAGES["NTFS"], c.ARCHIVES["7z"]):
        paths = {member.path for member in _report(file, pack(FILES)).members}
        assert paths >= {f"{file}/{name}" for name in FILES}


@pytest.mark.skipif(libarchive.library() is None, reason="needs libarchive13")
def test_cabinet_is_read_with_the_library_of_the_system() -> None:
    report = _report("offer.cab", archives.cab(FILES))
    assert _hashes(report) >= EXPECTED


def test_bridge_disc_is_read_once() -> None:
    report = _report("offer.iso", volumes.iso(FILES))
    assert len(report.members) == 1 + len(FILES)


def test_every_volume_of_a_disk_is_read() -> None:
    one, two = volumes.fat({"one.txt": b"first"}), volumes.ntfs({"two.txt": b"second"})
    disk = bytearray(virtual_disks.mbr(one))
    start = len(disk) // 512
    disk += two
    entry = virtual_disks.mbr(two, start=start)[446:462]
    disk[462:478] = entry
    paths = [member.path for member in _report("a.img", bytes(disk)).members]
    assert paths == ["a.img", "a.img/one.txt", "a.img/two.txt"]


def test_member_over_the_limit_is_listed_and_the_rest_is_read() -> None:
    files = {"big.bin": bytes(5000), "a.txt": b"short"}
    report = _report("a.zip", archives.zipped(files), limits=Limits(file=4000))
    assert [(member.path, bool(member.sha256)) for member in report.members] == [
        ("a.zip", True),
        ("a.zip/big.bin", False),
        ("a.zip/a.txt", True),
    ]
    assert ["larger than" in why for why in report.unseen] == [True]


def test_damaged_member_is_inspected_as_far_as_it_goes() -> None:
    data = bytearray(archives.zipped({"Offer.pdf": c.PROGRAM}))
    at = data.find(b"PK\x01\x02")
    data[at + 16 : at + 20] = data[14:18] = b"\x01\x02\x03\x04"  # another checksum
    report = _report("a.zip", bytes(data))
    assert "file_magic_mismatch" in {sign.name for sign in report.signs}
    assert report.unseen == ("a.zip/Offer.pdf: damaged: the checksum differs",)


@pytest.mark.parametrize("method", [8, 9, 12, 14, 93, 95, 98])
def test_a_damaged_member_of_any_method_hides_no_other(method: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("first.txt", b"\x28\xb5\x2f\xfd" + b"\xff" * 40)
        archive.writestr("offer.pdf", FILES["large.bin"])
    data = bytearray(packed.getvalue())
    for head, at in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        place = data.index(head) + at
        data[place : place + 2] = method.to_bytes(2, "little")
    report = _report("offer.zip", bytes(data))
    assert hashlib.sha256(FILES["large.bin"]).hexdigest() in _hashes(report)
    assert [one.note for one in report.members if one.path.endswith("first.txt")] != [""]
    assert not any(" while reading " in why for why in report.unseen), report.unseen


def test_archive_that_holds_itself_ends() -> None:
    # A true quine would need its own bytes within; the check is that of equal content.
    inner = archives.zipped({"a.zip": archives.zipped(FILES)})
    outer = gzip.compress(inner)
    assert _report("a.gz", outer).complete


def test_depth_ends_at_the_limit() -> None:
    data = archives.zipped({"a.txt": b"short"})
    for _ in range(8):
        data = archives.zipped({"a.zip": data})
    report = _report("a.zip", data)
    assert max(member.depth for member in report.members) == 6
    assert any("deeper than 5" in why for why in report.unseen)


def test_files_end_at_the_limit() -> None:
    report = _report("a.zip", archives.zipped({f"{i}.txt": b"x" for i in range(300)}))
    assert len(report.members) == 200
    assert any("over 200 files" in why for why in report.unseen)
    assert "container_bomb" not in {sign.name for sign in report.signs}


def test_nothing_of_a_linked_or_climbing_member_is_written() -> None:
    report = _report("a.tar", archives.tarred({"../../x": b"words"}, links={"l": "/etc/passwd"}))
    assert [sign.name for sign in report.signs].count("container_ambiguous") == 2


def test_file_in_a_folder_of_a_volume() -> None:
    report = _report("a.zip", archives.zipped({"a/b/c.exe": c.PROGRAM}))
    assert report.members[1].path == "a.zip/a/b/c.exe"
