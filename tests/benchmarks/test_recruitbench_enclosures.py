"""Workbooks with macros, tars, messages within messages: what a strict reader makes of them."""

from __future__ import annotations

import gzip
import io
import json
import re
import struct
import tarfile
from email import message_from_bytes
from email.message import Message
from random import Random

import pytest
from benchmarks.recruitbench.honest.compose import sample
from benchmarks.recruitbench.honest.enclosures.compound import compound
from benchmarks.recruitbench.honest.enclosures.macros import compressed, project
from benchmarks.recruitbench.honest.enclosures.tasks import gzip_of, tar_of
from benchmarks.recruitbench.honest.grammar import SKIP, parse
from benchmarks.recruitbench.honest.plans import PLANS

SECTOR = 512
PLAN = {plan.name: plan for plan in PLANS}


def streams_of(data: bytes) -> dict[str, bytes]:
    """Every stream of a compound file by its name, read along the tables (MS-CFB)."""
    assert data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    directory, small_table, table = (struct.unpack_from("<I", data, at)[0] for at in (48, 60, 76))

    def sector(number: int) -> bytes:
        return data[SECTOR * (number + 1) : SECTOR * (number + 2)]

    fat = struct.unpack("<128I", sector(table))

    def chained(start: int) -> bytes:
        out = b""
        while start < 0xFFFFFFFE:
            out, start = out + sector(start), fat[start]
        return out

    entries = chained(directory)
    small_fat = chained(small_table)
    mini = chained(struct.unpack_from("<I", entries, 116)[0])
    found = {}
    for at in range(0, len(entries), 128):
        length, kind = struct.unpack_from("<HB", entries, at + 64)
        start, size = struct.unpack_from("<IQ", entries, at + 116)
        if kind != 2:
            continue
        content = chained(start) if size >= 4096 else b""
        while size < 4096 and start < 0xFFFFFFFE:
            content += mini[64 * start : 64 * start + 64]
            start = struct.unpack_from("<I", small_fat, 4 * start)[0]
        found[entries[at : at + length - 2].decode("utf-16-le")] = content[:size]
    return found


def unpacked(data: bytes) -> bytes:
    """A container of MS-OVBA that holds literals alone."""
    assert data[0] == 1
    out, at = b"", 1
    while at < len(data):
        head = struct.unpack_from("<H", data, at)[0]
        assert head >> 12 == 0xB
        chunk = data[at + 2 : at + 3 + (head & 0xFFF)]
        for token in range(0, len(chunk), 9):
            assert chunk[token] == 0
            out += chunk[token + 1 : token + 9]
        at += 3 + (head & 0xFFF)
    return out


@pytest.mark.parametrize("opening", [True, False])
def test_the_macros_only_count(opening: bool) -> None:
    streams = streams_of(project(opening))
    code = unpacked(streams["Totals"]) + unpacked(streams["ThisWorkbook"])
    assert (b"Workbook_Open" in code) == opening
    called = set(re.findall(rb"\b([A-Z]\w+)[.(]", code))
    assert called <= {
        b"AddUp", b"Application", b"Cells", b"Monthly", b"Range", b"Round", b"Sum",
        b"Workbook_Open", b"WorksheetFunction", b"Worksheets",
    }  # fmt: skip
    assert b"Module=Totals" in streams["PROJECT"]
    assert unpacked(streams["dir"]).endswith(b"\x10\0\0\0\0\0")


def test_long_streams_lie_in_sectors_of_their_own() -> None:
    long, short = b"a" * 5000, b"b" * 100
    assert streams_of(compound({"Long": long}, {"Part": {"Short": short}})) == {
        "Long": long,
        "Short": short,
    }
    with pytest.raises(ValueError, match="too large"):
        compound({"Long": b"a" * 70_000}, {})


def test_what_is_compressed_comes_back() -> None:
    data = Random(1).randbytes(9000)
    assert unpacked(compressed(data)) == data


def test_a_tar_comes_back() -> None:
    members = [("a/README.md", b"hello"), ("a/long.bin", b"x" * 70_000)]
    data = gzip_of(tar_of(members))
    assert gzip.decompress(data) == tar_of(members)
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        read = [(item.name, tar.extractfile(item)) for item in tar]
    assert [name for name, _ in read] == [name for name, _ in members]


def test_a_task_says_how_it_is_run_and_starts_nothing_by_itself() -> None:
    for number in range(6):
        message = message_from_bytes(sample(PLAN["node_kata"], "en", number).raw)
        archives = [
            part for part in message.walk() if part.get_content_type() == "application/gzip"
        ]
        for part in archives:
            data = part.get_payload(decode=True)
            assert isinstance(data, bytes)
            with tarfile.open(fileobj=io.BytesIO(data)) as tar:
                name = next(name for name in tar.getnames() if name.endswith("package.json"))
                held = tar.extractfile(name)
                assert held is not None
                said = json.load(held)
            assert set(said["scripts"]) == {"start", "test"}
            assert "dependencies" not in said


def test_a_message_is_handed_on_with_its_attachment() -> None:
    seen = 0
    for number in range(10):
        message = message_from_bytes(sample(PLAN["forwarded_eml"], "en", number).raw)
        inner = next(p for p in message.walk() if p.get_content_type() == "message/rfc822")
        carried = inner.get_payload(0)
        assert isinstance(carried, Message)
        assert carried["From"] != message["From"]
        seen += any(part.get_filename() for part in carried.walk())
    assert 0 < seen < 10


def test_lines_for_other_messages_are_left_out() -> None:
    letter = parse(f"{SKIP} not this\nA subject\n{SKIP} nor this\nThis.")
    assert letter.subject == "A subject"
    assert [block.text for block in letter.blocks] == ["This."]


def test_the_password_comes_without_the_archive() -> None:
    for number in range(20):
        one = sample(PLAN["bureau_zip"], "en", number)
        message = message_from_bytes(one.raw)
        subject = str(message["Subject"]).lower()
        assert (one.container == "zip") == bool(
            re.search("protected\\)|protected file:|encr", subject)
        )
