"""Whatever is done to a container's bytes, there is a report, in time, and nothing raises."""

from __future__ import annotations

import struct
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lure.attachment import constructions_containers as c
from lure.attachment.builders import archives
from vedette.lure.attachment.containers.sevenzip_header import header
from vedette.lure.attachment.context import Unreadable
from vedette.lure.attachment.inspection import inspect_in_process
from vedette.lure.attachment.limits import Limits

FILES = {"Offer.pdf": c.PDF, "Readme.txt": c.README, "a.exe": c.PROGRAM}
LIMITS = Limits(seconds=3, unpacked=4 << 20, file=1 << 20)


def _samples() -> dict[str, tuple[str, bytes]]:
    found = {name: (file, pack(FILES)) for name, (file, pack) in {**c.ARCHIVES, **c.IMAGES}.items()}
    for name, (file, lock) in c.ENCRYPTED.items():
        found[f"locked {name}"] = (file, lock(FILES, "word"))
    found["RAR 4, hidden"] = ("a.rar", archives.rar4(FILES, names_hidden=True))
    # The smallest FAT32 has 33 MB; all that is not empty stands in the first two.
    found["FAT32"] = ("a.img", found["FAT32"][1][: 2 << 20])
    found["cabinet"] = ("a.cab", archives.cab(FILES))
    return found


SAMPLES = _samples()

Mutation = tuple[float, str, int]
mutation = st.tuples(
    st.floats(0, 1, exclude_max=True),
    st.sampled_from(["flip", "zero", "ones", "cut", "double", "drop"]),
    st.integers(0, 255),
)


def _mutated(data: bytes, changes: list[Mutation]) -> bytes:
    """Changes cluster in the first 4 KB and last KB, where the structure of most formats is."""
    out = bytearray(data)
    for place, how, value in changes:
        span = len(out) if value & 1 else min(len(out), 4096)
        at = int(place * span) if value & 2 else max(0, len(out) - 1 - int(place * 1024))
        if how == "flip" and out:
            out[at] ^= value or 1
        elif how == "zero":
            out[at : at + value] = bytes(len(out[at : at + value]))
        elif how == "ones":
            out[at : at + 4] = b"\xff" * len(out[at : at + 4])
        elif how == "cut":
            del out[at:]
        elif how == "double":
            out[at:at] = out[at : at + value]
        else:
            del out[at : at + value]
    return bytes(out)


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=25, deadline=None)
@given(changes=st.lists(mutation, min_size=1, max_size=6))
def test_mutated(name: str, changes: list[Mutation]) -> None:
    file, data = SAMPLES[name]
    start = time.monotonic()
    (report,) = inspect_in_process([(file, _mutated(data, changes))], ["word"], LIMITS)
    assert time.monotonic() - start < LIMITS.seconds + 1
    assert report.members[0].path == file
    assert report.complete == (not report.unseen)
    # Hostile bytes never reach the net under the readers: each raises what it should.
    assert not [why for why in report.unseen if " while reading " in why], report.unseen


@pytest.mark.parametrize("name", SAMPLES)
def test_cut_anywhere(name: str) -> None:
    file, data = SAMPLES[name]
    for part in range(1, 16):
        (report,) = inspect_in_process([(file, data[: len(data) * part // 16])], (), LIMITS)
        assert not [why for why in report.unseen if " while reading " in why], report.unseen


HEADER_7Z = SAMPLES["7z"][1][-300:]


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200).map(lambda tail: b"\x01\x04\x06" + tail),
        st.lists(mutation, min_size=1, max_size=4).map(
            lambda changes: _mutated(HEADER_7Z[HEADER_7Z.rfind(b"\x01\x04\x06") :], changes)
        ),
    )
)
def test_header_of_7z_behind_its_checksum(data: bytes) -> None:
    try:
        folders, files = header(data)
    except Unreadable as error:
        assert str(error)
    else:
        assert all(file.name is not None for file in files)
        assert all(folder.length >= 0 for folder in folders)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["RAR 5", "locked RAR 5"]), st.lists(mutation, min_size=1, max_size=3))
def test_headers_of_rar_behind_their_checksums(name: str, changes: list[Mutation]) -> None:
    file, data = SAMPLES[name]
    (report,) = inspect_in_process([(file, _resealed(_mutated(data, changes)))], ["word"], LIMITS)
    assert not [why for why in report.unseen if " while reading " in why], report.unseen


def _resealed(data: bytes) -> bytes:
    """The archive with right checksums before each header that can be found from the front."""
    out = bytearray(data)
    at = 8
    while at + 7 < len(out):
        length = out[at + 4] if out[at + 4] < 128 else (out[at + 4] & 127) | out[at + 5] << 7
        head = 1 if out[at + 4] < 128 else 2
        end = at + 4 + head + length
        out[at : at + 4] = struct.pack("<I", zlib.crc32(out[at + 4 : end]))
        flags = out[at + 4 + head + 1] if at + 5 + head < len(out) else 0
        # Data behind the header are stored by the samples with a length of one or two bytes.
        place = at + 4 + head + 2 + (1 if flags & 1 else 0)
        packed = 0
        if flags & 2 and place + 1 < len(out):
            first = out[place]
            packed = first if first < 128 else (first & 127) | out[place + 1] << 7
        at = end + packed
    return bytes(out)
