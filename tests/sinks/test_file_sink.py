"""Findings in a file: whole lines, each once, through rotation and crashes."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from finding_shapes import finding
from vedette.findings import ndjson, ocsf
from vedette.model.errors import UnreadableError
from vedette.sinks.file import FileSink


def _ids(path: Path) -> list[str]:
    return [ndjson.read(line).id for line in path.read_bytes().splitlines()]


def test_findings_are_appended_once(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "findings.ndjson"
    with closing(FileSink("f", path)) as sink:
        sink.deliver([finding(0), finding(1)])
        sink.deliver([finding(1), finding(2), finding(2)])
    with closing(FileSink("f", path)) as sink:  # another process, after a crash
        sink.deliver([finding(2), finding(3)])
    assert _ids(path) == [finding(n).id for n in range(4)]
    assert path.stat().st_mode & 0o7 == 0


def test_ocsf_events_are_known_again_too(tmp_path: Path) -> None:
    path = tmp_path / "f"
    for _ in range(2):
        with closing(FileSink("f", path, "ocsf")) as sink:
            sink.deliver([finding(0)])
    assert path.read_bytes() == ocsf.line(finding(0)) + b"\n"


@pytest.mark.parametrize("gone", [True, False])
def test_a_rotated_file_is_made_anew(tmp_path: Path, gone: bool) -> None:
    path, old = tmp_path / "f", tmp_path / "f.1"
    with closing(FileSink("f", path)) as sink:
        sink.deliver([finding(0)])
        path.rename(old)
        if not gone:
            path.write_bytes(b"")
        sink.deliver([finding(1)])
    assert (_ids(old), _ids(path)) == ([finding(0).id], [finding(1).id])


def test_a_truncated_file_is_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "f"
    with closing(FileSink("f", path)) as sink:
        sink.deliver([finding(0)])
        os.truncate(path, 0)
        sink.deliver([finding(1)])
    assert _ids(path) == [finding(1).id]


@pytest.mark.parametrize("kept", [1, 2, 100, len(ndjson.line(finding(1))) - 1])
def test_an_unfinished_line_is_cut_and_comes_again(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "f"
    path.write_bytes(ndjson.line(finding(0)) + b"\n" + ndjson.line(finding(1))[: max(2, kept)])
    with closing(FileSink("f", path)) as sink:
        sink.deliver([finding(1)])
    assert _ids(path) == [finding(0).id, finding(1).id]


def test_a_whole_line_without_its_end_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(ndjson.line(finding(0)))
    with closing(FileSink("f", path)) as sink:
        sink.deliver([finding(0), finding(1)])
    assert _ids(path) == [finding(0).id, finding(1).id]


def test_what_others_wrote_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"a line of somebody else's")
    with closing(FileSink("f", path)) as sink:
        sink.deliver([finding(0)])
    assert path.read_bytes() == (b"a line of somebody else's\n" + ndjson.line(finding(0)) + b"\n")


@contextmanager
def _largest_file(size: int) -> Iterator[None]:
    """Writing beyond `size` fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, old)


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "f"
    with closing(FileSink("f", path)) as sink:
        sink.deliver([finding(0)])
        before = path.read_bytes()
        with _largest_file(len(before) * 2 + 100), pytest.raises(OSError, match="large"):
            sink.deliver([finding(n) for n in range(1, 5)])
        assert path.read_bytes() == before
        sink.deliver([finding(n) for n in range(1, 5)])
    assert _ids(path) == [finding(n).id for n in range(5)]


def test_only_regular_files_are_written(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/null")):
        with pytest.raises(UnreadableError, match="no regular file"):
            FileSink("f", path).deliver([finding(0)])
