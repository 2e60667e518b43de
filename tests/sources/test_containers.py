"""Archives and compressions, however nested, and what hostile ones cost."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.model.errors import UnreadableError
from vedette.model.problem import Problem
from vedette.sources.containers import open_source
from vedette.sources.limits import DEFAULT, Limits

LOG = b'{"a": 1}\n' * 1000


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return sink.getvalue()


def tarred(members: dict[str, bytes], format: int = tarfile.PAX_FORMAT) -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w", format=format) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return sink.getvalue()


def read(path: Path, limits: Limits = DEFAULT) -> tuple[dict[str, bytes], list[Problem]]:
    """What each stream of a file holds, by its name behind the path; and the problems."""
    found: dict[str, bytes] = {}
    problems = []
    for item in open_source(str(path), limits):
        if isinstance(item, Problem):
            problems.append(Problem(item.where.removeprefix(str(path)), item.what, item.fix))
            continue
        pieces = []
        name = item.name.removeprefix(str(path))
        try:
            while data := item.stream.read(1 << 20):
                pieces.append(data)
        except UnreadableError as error:
            problems.append(Problem(name, str(error)))
        found[name] = b"".join(pieces)
    return found, problems


def stored(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "input"
    path.write_bytes(data)
    return path


NESTED: list[tuple[bytes, dict[str, bytes]]] = [
    (LOG, {"": LOG}),
    (b"", {"": b""}),
    (gzip.compress(LOG), {"": LOG}),
    (gzip.compress(gzip.compress(LOG)), {"": LOG}),
    (zipped({"b": LOG, "a/c": b"x"}), {"!b": LOG, "!a/c": b"x"}),
    (zipped({"b": LOG}, zipfile.ZIP_STORED), {"!b": LOG}),
    (zipped({"b": LOG}, zipfile.ZIP_LZMA), {"!b": LOG}),
    (zipped({"b.gz": gzip.compress(LOG)}), {"!b.gz": LOG}),
    (zipped({"i.zip": zipped({"b": LOG})}), {"!i.zip!b": LOG}),
    (tarred({"b": LOG, "c": b"x" * 512}), {"!b": LOG, "!c": b"x" * 512}),
    (tarred({"b": LOG, "c": b""}, tarfile.GNU_FORMAT), {"!b": LOG, "!c": b""}),
    (tarred({"n" * 300: LOG}), {"!" + "n" * 300: LOG}),
    (tarred({"n" * 300: LOG}, tarfile.GNU_FORMAT), {"!" + "n" * 300: LOG}),
    (tarred({"b": LOG}, tarfile.USTAR_FORMAT), {"!b": LOG}),
    (gzip.compress(tarred({"b": LOG})), {"!b": LOG}),
    (lzma.compress(tarred({"i.zip": zipped({"b": LOG})})), {"!i.zip!b": LOG}),
    (
        zipped({"__MACOSX/._b": b"fork", "a/.DS_Store": b"x", "b": LOG, "._c": b"fork"}),
        {"!b": LOG},
    ),
]


@pytest.mark.parametrize(("data", "streams"), NESTED, ids=range(len(NESTED)))
def test_containers_are_opened(tmp_path: Path, data: bytes, streams: dict[str, bytes]) -> None:
    assert read(stored(tmp_path, data)) == (streams, [])
    spooled_to_disk = Limits(spool=100)
    assert read(stored(tmp_path, data), spooled_to_disk) == (streams, [])


def test_a_member_may_be_left_unread(tmp_path: Path) -> None:
    path = stored(tmp_path, gzip.compress(tarred({"a": LOG, "b": b"y"})))
    names = [item.name for item in open_source(str(path)) if not isinstance(item, Problem)]
    assert names == [f"{path}!a", f"{path}!b"]


def test_an_encrypted_member_is_a_problem_and_the_others_are_read(tmp_path: Path) -> None:
    data = bytearray(zipped({"secret": LOG, "open": LOG}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    streams, problems = read(stored(tmp_path, bytes(data)))
    assert streams == {"!open": LOG}
    assert problems == [Problem("!secret", "encrypted", "unpack it with its password")]


def test_a_wrong_checksum_is_a_problem_after_the_data(tmp_path: Path) -> None:
    data = bytearray(zipped({"b": LOG}))
    data[data.index(b"PK\x01\x02") + 16] ^= 1
    streams, (problem,) = read(stored(tmp_path, bytes(data)))
    assert streams == {"!b": LOG}
    assert "CRC-32" in problem.what


def test_an_office_document_is_one_problem(tmp_path: Path) -> None:
    data = zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})
    streams, problems = read(stored(tmp_path, data))
    assert streams == {}
    assert [problem.where for problem in problems] == [""]


def test_bombs_are_stopped_and_told_of_once(tmp_path: Path) -> None:
    limits = Limits(ratio=10, floor=1 << 20)
    bomb = bytes(16 << 20)
    for data in (
        gzip.compress(bomb),
        zipped({"a": bomb, "b": bomb, "c": LOG}),
        zipped({"i.zip": zipped({"a": bomb})}),
        gzip.compress(tarred({"a": bomb, "b": LOG})),
    ):
        streams, problems = read(stored(tmp_path, data), limits)
        assert sum(map(len, streams.values())) <= limits.floor + limits.ratio * len(data)
        assert "decompression bomb" in f"{problems[0].what}{problems[0].fix}"
        assert len(problems) <= 2


def test_containers_end_at_a_depth(tmp_path: Path) -> None:
    data = LOG
    for _ in range(6):
        data = gzip.compress(data)
    streams, (problem,) = read(stored(tmp_path, data))
    assert streams == {}
    assert "more than 5 containers" in problem.what


def test_members_end_at_a_number(tmp_path: Path) -> None:
    members = {str(n): b"x" for n in range(9)}
    for data in (zipped(members), tarred(members)):
        streams, (problem,) = read(stored(tmp_path, data), Limits(members=4))
        assert len(streams) == 4
        assert "more than 4 members" in problem.what


def test_a_directory_that_claims_too_much_is_not_read(tmp_path: Path) -> None:
    data = bytearray(zipped({"b": LOG}))
    end = data.index(b"PK\x05\x06")
    data[end + 12 : end + 16] = b"\xff\xff\xff\x7f"
    streams, (problem,) = read(stored(tmp_path, bytes(data)))
    assert streams == {}
    assert "zip directory" in problem.what


@pytest.mark.parametrize("offset", [0xFFFFFFF0, 0x7FFFFFFF, 200])
def test_a_directory_that_leads_astray_is_told_of(tmp_path: Path, offset: int) -> None:
    data = bytearray(zipped({"b": LOG}))
    for at in (data.index(b"PK\x01\x02") + 42, data.index(b"PK\x05\x06") + 16):
        damaged = bytearray(data)
        damaged[at : at + 4] = offset.to_bytes(4, "little")
        streams, problems = read(stored(tmp_path, bytes(damaged)))
        assert (streams, len(problems)) == ({}, 1)


def test_a_tar_header_that_claims_too_much_is_not_read(tmp_path: Path) -> None:
    info = tarfile.TarInfo("x")
    info.type = tarfile.XHDTYPE
    info.size = 1 << 32
    streams, (problem,) = read(stored(tmp_path, info.tobuf(tarfile.GNU_FORMAT) + bytes(2048)))
    assert streams == {}
    assert "tar header of 4294967296 bytes" in problem.what


@pytest.mark.parametrize(
    "data",
    [zipped({"a": LOG}), tarred({"a": LOG, "b": LOG}), gzip.compress(LOG)],
    ids=["zip", "tar", "gzip"],
)
def test_a_file_cut_short_is_told_of(tmp_path: Path, data: bytes) -> None:
    _, problems = read(stored(tmp_path, data[: len(data) * 2 // 3]))
    assert len(problems) == 1


def test_what_is_not_there_is_a_problem(tmp_path: Path) -> None:
    streams, (problem,) = read(tmp_path / "absent")
    assert streams == {}
    assert "can't be opened" in problem.what
    (problem,) = [item for item in open_source("nul\0byte") if isinstance(item, Problem)]
    assert "can't be opened" in problem.what


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([data for data, _ in NESTED if data]),
    st.lists(st.tuples(st.integers(0, 4000), st.binary(min_size=1, max_size=8)), max_size=5),
    st.integers(1, 20_000),
)
def test_no_damage_raises(
    tmp_path_factory: pytest.TempPathFactory,
    data: bytes,
    damage: list[tuple[int, bytes]],
    end: int,
) -> None:
    broken = bytearray(data)
    for at, noise in damage:
        at %= len(broken)
        broken[at : at + len(noise)] = noise
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(broken[:end])
    streams, problems = read(path, Limits(floor=4 << 20))
    assert streams or problems or end < 512 or b"ustar" in data or data.startswith(b"PK")
