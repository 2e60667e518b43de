"""The one entry that `vedette scan` uses: paths in, batches out."""

from __future__ import annotations

import codecs
import gzip
import os
import socket
import sys
import threading
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpora
from evtx_writer import event, evtx_file
from vedette.model.batch import Batch, JsonLines
from vedette.model.errors import ConfigError
from vedette.model.logsource import Logsource
from vedette.model.problem import Problem
from vedette.sources.files import read_files, total_bytes
from vedette.sources.format import MAX_LINE
from vedette.sources.limits import Limits

WINDOWS = b'{"EventID": 1, "Channel": "Security"}\n'
ZEEK = b'{"ts": 1, "id.orig_h": "192.0.2.1"}\n'


def rows(batches: list[Batch]) -> list[tuple[str, str, str]]:
    """Source, format and place of every event."""
    return [
        (batch.source, batch.format, batch.rows.place(index))
        for batch in batches
        for index in range(len(batch.rows))
        if batch.rows.raw(index)
    ]


def problems(batches: list[Batch]) -> list[Problem]:
    return [problem for batch in batches for problem in batch.problems]


def test_files_folders_and_archives_in_a_fixed_order(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x.json").write_bytes(WINDOWS * 2)
    (tmp_path / "a.log.gz").write_bytes(gzip.compress(ZEEK) + gzip.compress(ZEEK))
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("in/m.evtx", evtx_file([[event(1, "Security", 4688, {})]]))
        archive.writestr("__MACOSX/._m.evtx", b"fork")
        archive.writestr("notes.txt", b"no log")
    (tmp_path / "d.empty").touch()
    (tmp_path / ".DS_Store").write_bytes(b"bookkeeping")
    (tmp_path / ".git").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "b")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")

    told: list[int] = []
    batches = list(read_files([str(tmp_path)], on_progress=told.append))
    at = str(tmp_path)
    assert rows(batches) == [
        (f"{at}/a.log.gz", "zeek", "line 1"),
        (f"{at}/a.log.gz", "zeek", "line 2"),
        (f"{at}/b/x.json", "windows", "line 1"),
        (f"{at}/b/x.json", "windows", "line 2"),
        (f"{at}/c.zip!in/m.evtx", "windows", "record 1"),
    ]
    assert [(problem.where.removeprefix(at), problem.what) for problem in problems(batches)] == [
        ("/.git", "a hidden folder, not entered"),
        ("/c.zip!notes.txt", "not recognised"),
        ("/dangling", "can't be read (No such file or directory)"),
        ("/link", "a link to a folder, not followed"),
        ("/pipe", "a special file, not read"),
    ]
    total = total_bytes([str(tmp_path)])
    assert sum(batch.nbytes for batch in batches) == total
    assert told == sorted(told)
    assert told[-1] == total
    assert list(read_files([str(tmp_path)])) == batches


def test_arrival_is_the_files_time_of_change(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(WINDOWS)
    os.utime(path, ns=(0, 1_795_248_930_123_456_789))
    (batch,) = read_files([str(path)])
    assert batch.arrival == 1_795_248_930_123_456
    assert batch.positional
    assert isinstance(batch.rows, JsonLines)


def test_format_and_logsource_override(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b'{"anything": 1}\n')
    logsource = Logsource(product="windows")
    (batch,) = read_files([str(path)], format="winlog", logsource=logsource)
    assert (batch.format, batch.logsource) == ("winlog", logsource)
    path.write_bytes(b"free words of any kind\n")
    (batch,) = read_files([str(path)])
    assert batch.problems[0].fix == "give --format if it is a log"
    (batch,) = read_files([str(path)], format="json")
    assert batch.rows.raw(0) == b"free words of any kind"
    with pytest.raises(ConfigError, match="nonsense: no such format"):
        read_files([str(path)], format="nonsense")


def test_problems_have_their_full_place(tmp_path: Path) -> None:
    lines, array, damaged = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    lines.write_bytes(ZEEK + b'{"ts": oops}\n')
    array.write_bytes(b'[{"a": 1}, 17, {"b" oops}]')
    damaged.write_bytes(gzip.compress(WINDOWS * 9000)[:300])
    found = problems(list(read_files([str(lines), str(array), str(damaged), "absent"])))
    at = str(tmp_path)
    assert [problem.where for problem in found] == [
        f"{at}/a:2:8",
        f"{at}/b: record 2",
        f"{at}/b@15",
        f"{at}/c:{found[3].where.rpartition(':')[2]}",
        "absent",
    ]
    assert found[3].what == "gzip data ends early"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_in_other_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "log"
    for text in (
        '{"EventID": 1, "Channel": "Sécurité"}\r\n' * 2,
        '[{"EventID": 1, "Channel": "Sécurité"}]',
    ):
        path.write_bytes(text.encode(encoding))
        batches = list(read_files([str(path)]))
        assert {batch.format for batch in batches} == {"windows"}
        assert problems(batches) == []
        assert batches[0].rows.record(0) == {"EventID": 1, "Channel": "Sécurité"}
    path.write_bytes(codecs.BOM_UTF16_LE + '{"a": 1}\n'.encode("utf-16-le") + b"\x20")
    batches = list(read_files([str(path)]))
    assert ("json", "line 1") in [row[1:] for row in rows(batches)]
    assert "damaged utf-16-le text" in problems(batches)[0].what


def test_wrong_encoding_stays_one_line(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(WINDOWS + '{"EventID": 2, "Channel": "é"}\n'.encode("latin-1") + WINDOWS)
    (batch,) = read_files([str(path)])
    assert len(batch.rows) == 3
    with pytest.raises(ValueError, match="utf-8"):
        batch.rows.record(1)
    assert batch.rows.record(2) == {"EventID": 1, "Channel": "Security"}


def test_standard_input_is_read_as_it_comes() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(WINDOWS)
        batches = read_files(["-"], stdin=theirs.fileno())
        first = next(batches)  # while the other side is still open
        assert rows([first]) == [("-", "windows", "line 1")]
        ours.sendall(WINDOWS[:10])
        ours.sendall(WINDOWS[10:] + b"\n" + WINDOWS)
        ours.shutdown(socket.SHUT_WR)
        rest = list(batches)
        assert [place for _, _, place in rows(rest)] == ["line 2", "line 4"]
        assert first.nbytes + sum(batch.nbytes for batch in rest) == 3 * len(WINDOWS) + 1
    assert total_bytes(["-"]) is None


def test_a_named_pipe_holds_anything_a_file_may(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for data in (gzip.compress(ZEEK), evtx_file([[event(1, "c", 1, {})]]), b'[\n{"a": 1}\n]', b""):
        writer = threading.Thread(target=pipe.write_bytes, args=(data,))
        writer.start()
        batches = list(read_files([str(pipe)]))
        writer.join()
        assert len(rows(batches)) == bool(data)
        assert problems(batches) == []
    assert total_bytes([str(pipe)]) is None


def test_blank_and_binary_files(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for data, count in ((b"", 0), (b"\n \r\n", 0), (codecs.BOM_UTF8, 0), (bytes(9000), 1)):
        path.write_bytes(data)
        batches = list(read_files([str(path)]))
        assert (rows(batches), len(problems(batches))) == ([], count)
    path.write_bytes(gzip.compress(b"")[:-3])
    (problem,) = problems(list(read_files([str(path)])))
    assert problem.what == "gzip data ends early"


def test_a_long_line_costs_itself_and_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("wb") as file:
        file.write(WINDOWS)
        for _ in range(100):
            file.write(b"x" * (1 << 20))
        file.write(b"\n" + WINDOWS)
    tracemalloc.start()
    batches = list(read_files([str(path)]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [place for _, _, place in rows(batches)] == ["line 1", "line 3"]
    (problem,) = problems(batches)
    assert problem.where == f"{path}:2"
    assert f"longer than {MAX_LINE} bytes" in problem.what
    assert peak < 3 * MAX_LINE


def test_a_bomb_ends_its_file_and_not_the_run(tmp_path: Path) -> None:
    bomb, log = tmp_path / "a.gz", tmp_path / "b"
    bomb.write_bytes(gzip.compress(WINDOWS * 200_000))
    log.write_bytes(WINDOWS)
    batches = list(read_files([str(bomb), str(log)], limits=Limits(ratio=2, floor=1 << 20)))
    assert rows(batches)[-1] == (str(log), "windows", "line 1")
    (problem,) = problems(batches)
    assert "decompression bomb" in problem.fix


def test_deep_nesting_stays_one_line(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(ZEEK + b'{"a":' * 100_000 + b"\n" + ZEEK)
    batches = list(read_files([str(path)]))
    assert [place for _, _, place in rows(batches)] == ["line 1", "line 3"]
    assert problems(batches)[0].where.startswith(f"{path}:2")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_file_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    starts = [
        WINDOWS,
        ZEEK,
        b"[{",
        b"{",
        b"\xff\xfe{\0",
        gzip.compress(ZEEK),
        b"PK\3\4",
        b"PAR1",
        b"ElfFile\0",
        b"ARROW1\0\0",
        b"#separator \\x09\n",
        b"<1>",
        b"type=SYSCALL msg=audit(",
        b"",
    ]
    content = data.draw(st.sampled_from(starts)) + data.draw(st.binary(max_size=200))
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(content)
    batches = list(read_files([str(path)]))
    assert sum(batch.nbytes for batch in batches) == len(content)
    told = bool(rows(batches) or problems(batches))
    assert told or len(content) < 40 or not content.strip()


def test_reading_imports_nothing_heavy() -> None:
    import subprocess

    code = (
        "import sys, vedette.sources.files; "
        "print([m for m in ('pyarrow', 'duckdb', 'evtx', 'isal', 'pydantic') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.corpus
def test_recorded_attacks_from_their_archives() -> None:
    batches = list(read_files([str(corpora.otrf())]))
    formats = {batch.format for batch in batches if len(batch.rows)}
    assert formats == {"windows", "auditd"}
    assert [problem.where.rpartition("/")[2] for problem in problems(batches)] == ["LICENSE"]
    assert sum(len(batch.rows) for batch in batches if batch.format == "windows") == 145_099
