"""Following files: each way in which a log file changes under its reader."""

from __future__ import annotations

import asyncio
import gzip
import os
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from live_stepper import Stepper, keyed, problems, rows
from vedette.model.batch import Position
from vedette.model.errors import ConfigError
from vedette.sources.format import MAX_LINE
from vedette.sources.live.followed import Following
from vedette.sources.live.tail import TailSource
from vedette.sources.live.watched import Watched

Script = Callable[[Stepper, Path], Awaitable[None]]


def lines(start: int, end: int) -> bytes:
    return b"".join(b'{"n": %d}\n' % n for n in range(start, end))


def texts(start: int, end: int) -> list[bytes]:
    return lines(start, end).splitlines()


def tail(stepper: Stepper, *paths: Path | str, **options: object) -> TailSource:
    how = {
        k: options.pop(k)
        for k in ("format", "compressed", "settle", "rotate_wait", "named")
        if k in options
    }
    watched = {k: options.pop(k) for k in ("exclude", "recursive", "max_files") if k in options}
    return TailSource(
        "logs",
        Watched([str(path) for path in paths], **watched),  # type: ignore[arg-type]  # by name
        Following(**how),  # type: ignore[arg-type]  # by name
        clock=stepper.clock,
        **options,  # type: ignore[arg-type]  # by name
    )


def play(script: Script, folder: Path) -> None:
    async def run() -> None:
        stepper = Stepper()
        try:
            await script(stepper, folder)
        finally:
            await stepper.stop()

    asyncio.run(run())


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_reads_what_is_there_and_what_comes(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        log = folder / "app.log"
        append(log, lines(0, 3))
        stepper.start(tail(stepper, log))
        first = await stepper.round()
        assert rows(first) == texts(0, 3)
        assert [batch.rows.place(0) for batch in first if len(batch.rows)] == ["line 1"]
        append(log, lines(3, 5))
        second = await stepper.round()
        assert rows(second) == texts(3, 5)
        assert second[0].rows.place(0) == "line 4"
        assert second[0].source == first[-1].source
        assert second[0].format == "json"
        assert rows(await stepper.round()) == []

    play(script, tmp_path)


def test_a_file_that_comes_late_is_read_from_its_beginning(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        stepper.start(tail(stepper, folder / "late.log", from_end=True))
        assert problems(await stepper.round()) == []
        append(folder / "late.log", lines(0, 2))
        assert rows(await stepper.round()) == texts(0, 2)

    play(script, tmp_path)


def test_an_unfinished_line_waits_for_its_end(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        log = folder / "app.log"
        append(log, lines(0, 1) + b'{"n"')
        stepper.start(tail(stepper, log))
        assert rows(await stepper.round()) == texts(0, 1)
        for _ in range(10):
            assert rows(await stepper.round(3600)) == []
        append(log, b": 1}\n")
        assert rows(await stepper.round()) == texts(1, 2)

    play(script, tmp_path)


def test_windows_line_ends_and_a_byte_order_mark_are_no_part_of_lines(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        log = folder / "app.log"
        append(log, b"\xef\xbb\xbf" + lines(0, 2).replace(b"\n", b"\r\n"))
        stepper.start(tail(stepper, log))
        assert rows(await stepper.round()) == texts(0, 2)

    play(script, tmp_path)


def test_from_end_passes_over_what_is_there_even_after_a_crash(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        log = folder / "app.log"
        append(log, lines(0, 1000) + b'{"n": 10')
        stepper.start(tail(stepper, log, from_end=True))
        (begun,) = await stepper.round(most=1)
        await stepper.stop()
        append(log, b"00}\n" + lines(1001, 1003))
        stepper.start(tail(stepper, log, from_end=True), begun.position)
        batches = await stepper.round()
        assert rows(batches) == texts(1000, 1003)
        assert batches[0].rows.place(0) == "line 1001"

    play(script, tmp_path)


@pytest.mark.parametrize("seen", [True, False])
def test_rotation_finishes_the_old_file_first(tmp_path: Path, seen: bool) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        log, old = folder / "app.log", folder / "app.log.1"
        append(log, lines(0, 2))
        stepper.start(tail(stepper, log))
        first = await stepper.round()
        append(log, lines(2, 4))
        log.rename(old)
        if seen:
            middle = await stepper.round()
            assert rows(middle) == texts(2, 4)
            append(old, lines(4, 5))  # a writer that has not been told yet
            append(log, lines(5, 6))
            last = await stepper.round()
            assert rows(last) == texts(4, 6)
        else:
            append(log, lines(4, 6))
            last = await stepper.round()
            assert rows(last) == texts(2, 6)
        sources = [batch.source for batch in last]
        assert sources[0] == first[-1].source != sources[-1]
        append(old, b'{"n": 6}')  # never ended
        assert rows(await stepper.round()) == []
        assert rows(await stepper.round(4)) == []
        assert rows(await stepper.round(5)) == texts(6, 7)
        assert rows(await stepper.round(5)) == []

    play(script, tmp_path)


def test_a_rotated_file_that_is_followed_too_keeps_its_keys(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        log, old = folder / "app.log", folder / "app.log.1"
        append(log, lines(0, 2))
        stepper.start(tail(stepper, folder / "app.log*"))
        first = await stepper.round()
        log.rename(old)
        append(old, lines(2, 3))
        append(log, lines(3, 4))
        second = await stepper.round()
        assert rows(second) == texts(2, 4)
        assert second[0].source == first[-1].source

    play(script, tmp_path)


def test_rotation_while_not_running_is_caught_up(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        log = folder / "app.log"
        append(log, lines(0, 2))
        stepper.start(tail(stepper, log))
        position = (await stepper.round())[-1].position
        await stepper.stop()
        append(log, lines(2, 4))
        log.rename(folder / "app.log.1")
        append(log, lines(4, 6))
        stepper.start(tail(stepper, log), position)
        assert rows(await stepper.round()) == texts(2, 6)

    play(script, tmp_path)


def test_what_was_rotated_out_of_reach_is_told_of(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        log = folder / "app.log"
        append(log, lines(0, 2))
        stepper.start(tail(stepper, log))
        position = (await stepper.round())[-1].position
        await stepper.stop()
        size = log.stat().st_size
        log.unlink()
        append(log, lines(4, 6))
        stepper.start(tail(stepper, log), position)
        batches = await stepper.round()
        if rows(batches) != texts(4, 6):  # the file system gave the same inode again
            pytest.fail(f"{rows(batches)}")
        told = problems(batches)
        assert told == [] or f"byte {size}" in told[0]

    play(script, tmp_path)


def test_a_deleted_file_is_read_to_its_end(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        log = folder / "app.log"
        append(log, lines(0, 2))
        stepper.start(tail(stepper, log))
        await stepper.round()
        with log.open("ab") as writer:
            log.unlink()
            writer.write(lines(2, 4))
            writer.flush()
            assert rows(await stepper.round()) == texts(2, 4)
            writer.write(lines(4, 5))
            writer.flush()
            assert rows(await stepper.round()) == texts(4, 5)
        append(log, lines(5, 6))
        assert rows(await stepper.round()) == texts(5, 6)

    play(script, tmp_path)


@pytest.mark.parametrize("count", [2, 500])
@pytest.mark.parametrize("followed", [True, False])
def test_copy_truncate(tmp_path: Path, count: int, followed: bool) -> None:
    """Also where the new content is longer than the old one was, and where the copy is followed
    as well: the copy brings what was written between the last look and the truncation."""

    async def script(stepper: Stepper, folder: Path) -> None:
        log = folder / "app.log"
        append(log, lines(0, 200))
        stepper.start(tail(stepper, folder / ("app.log*" if followed else "app.log")))
        first = await stepper.round()
        if followed:
            append(log, lines(200, 203))
        shutil.copy(log, folder / "app.log.1")
        with log.open("r+b") as file:
            file.truncate()
        append(log, lines(1000, 1000 + count))
        second = await stepper.round()
        new = texts(1000, 1000 + count)
        assert sorted(rows(second)) == sorted([*texts(200, 203), *new] if followed else new)
        assert problems(second) == []
        sources = {batch.source for batch in second}
        assert (first[-1].source in sources) == followed
        assert rows(await stepper.round()) == []

    play(script, tmp_path)


def test_truncation_takes_the_unfinished_line_along(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        log = folder / "app.log"
        append(log, lines(0, 2) + b'{"n": 2}')
        stepper.start(tail(stepper, log))
        assert rows(await stepper.round()) == texts(0, 2)
        with log.open("r+b") as file:
            file.truncate()
        assert rows(await stepper.round()) == texts(2, 3)
        append(log, lines(3, 4))
        assert rows(await stepper.round()) == texts(3, 4)

    play(script, tmp_path)


def test_a_hole_under_a_writer_that_does_not_append_is_passed_over(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        log = folder / "app.log"
        with log.open("wb", buffering=0) as writer:
            writer.write(lines(0, 300))
            stepper.start(tail(stepper, log))
            await stepper.round()
            os.truncate(log, 0)
            await stepper.round()
            writer.write(lines(300, 302))
            assert rows(await stepper.round()) == texts(300, 302)

    play(script, tmp_path)


def test_a_file_cut_short_is_read_again_and_told_of(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        log = folder / "app.log"
        append(log, lines(0, 1000))
        stepper.start(tail(stepper, log))
        first = await stepper.round()
        os.truncate(log, len(lines(0, 900)))
        second = await stepper.round()
        assert rows(second) == texts(0, 900)
        assert "was cut from" in problems(second)[0]
        assert not set(keyed(first)) & set(keyed(second))

    play(script, tmp_path)


def test_the_same_lines_in_a_new_file_are_new_events(tmp_path: Path) -> None:
    """Even if the file system gives the new file the inode of the old one."""

    async def script(stepper: Stepper, folder: Path) -> None:
        log = folder / "app.log"
        append(log, lines(0, 3))
        stepper.start(tail(stepper, log))
        first = await stepper.round()
        log.unlink()
        for _ in range(4):
            await stepper.round(5)
        append(log, lines(0, 3))
        second = await stepper.round()
        assert rows(second) == texts(0, 3)
        assert not set(keyed(first)) & set(keyed(second))

    play(script, tmp_path)


def test_links_are_followed_once(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        append(folder / "app-1.log", lines(0, 2))
        (folder / "app.log").symlink_to("app-1.log")
        os.link(folder / "app-1.log", folder / "hard.log")
        stepper.start(tail(stepper, folder))
        batches = await stepper.round()
        assert rows(batches) == texts(0, 2)
        append(folder / "app-2.log", lines(2, 4))
        (folder / "app.log").unlink()
        (folder / "app.log").symlink_to("app-2.log")
        assert rows(await stepper.round()) == texts(2, 4)

    play(script, tmp_path)


def test_folders_exclusions_and_depth(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        deep = folder / "a" / "b"
        deep.mkdir(parents=True)
        append(folder / "x.log", lines(0, 1))
        append(deep / "y.log", lines(1, 2))
        append(deep / "z.bak", lines(2, 3))
        append(deep / ".hidden", lines(3, 4))
        stepper.start(tail(stepper, folder, exclude=["*.bak"], recursive=True))
        assert sorted(rows(await stepper.round())) == texts(0, 2)
        await stepper.stop()
        stepper.start(tail(stepper, folder))
        assert rows(await stepper.round()) == texts(0, 1)
        await stepper.stop()
        stepper.start(tail(stepper, f"{folder}/**/*.log"))
        assert sorted(rows(await stepper.round())) == texts(0, 2)

    play(script, tmp_path)


def test_compressed_files_are_read_only_if_asked_for(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        (folder / "app.log.2.gz").write_bytes(gzip.compress(lines(0, 3)))
        append(folder / "app.log", lines(3, 4))
        stepper.start(tail(stepper, folder))
        batches = [*await stepper.round(), *await stepper.round(10), *await stepper.round(10)]
        assert rows(batches) == texts(3, 4)
        assert problems(batches) == []
        await stepper.stop()
        named = folder / "app.log.2.gz"
        stepper.start(tail(stepper, named, named=frozenset([str(named)])))
        (told,) = problems([*await stepper.round(), *await stepper.round(10)])
        assert str(named) in str(told)
        assert "compressed: true" in str(told)
        await stepper.stop()
        stepper.start(tail(stepper, folder, compressed=True))
        batches = [*await stepper.round(), *await stepper.round(10), *await stepper.round(10)]
        assert sorted(rows(batches)) == texts(0, 4)

    play(script, tmp_path)


def test_a_json_array_is_read_once_it_is_whole(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        file = folder / "export.json"
        file.write_bytes(b'[{"n": 1},\n {"n"')
        stepper.start(tail(stepper, folder, settle=2.0))
        await stepper.round()
        assert rows(await stepper.round(1)) == []
        append(file, b": 2}\n]\n")
        assert rows(await stepper.round(1)) == []
        done = [*await stepper.round(2), *await stepper.round(0.25)]
        assert len(rows(done)) == 2
        position = done[-1].position
        assert rows(await stepper.round(10)) == []
        await stepper.stop()
        stepper.start(tail(stepper, folder), position)
        assert rows([*await stepper.round(10), *await stepper.round(10)]) == []

    play(script, tmp_path)


def test_a_file_read_as_a_whole_goes_on_after_a_crash(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        file = folder / "export.json"
        file.write_bytes(b"[" + b",\n".join(b'{"n": %d}' % n for n in range(10_000)) + b"]")
        stepper.start(tail(stepper, folder))
        whole = [batch for _ in range(4) for batch in await stepper.round(3)]
        assert len(keyed(whole)) == 10_000
        assert len(whole) > 3
        await stepper.stop()
        for kept in range(1, len(whole)):
            stepper.start(tail(stepper, folder), whole[kept - 1].position)
            rest = [batch for _ in range(3) for batch in await stepper.round(3)]
            assert set(keyed(whole[:kept])) | set(keyed(rest)) == set(keyed(whole))
            await stepper.stop()

    play(script, tmp_path)


def test_unrecognised_content_is_told_of_once(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        (folder / "noise").write_bytes(b"\x00\x01\x02 nothing that is known\n" * 3)
        stepper.start(tail(stepper, folder))
        batches = [batch for _ in range(4) for batch in await stepper.round(3)]
        assert [p for p in problems(batches) if "not recognised" in p] == problems(batches)
        assert len(problems(batches)) == 1

    play(script, tmp_path)


def test_a_line_without_measure_is_skipped_and_told_of(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        log = folder / "app.log"
        append(log, lines(0, 1))
        stepper.start(tail(stepper, log))
        await stepper.round()
        append(log, b'{"a": "' + b"x" * (MAX_LINE + (3 << 20)))
        batches = await stepper.round()
        assert rows(batches) == []
        assert [str(log) + ":2" in told for told in problems(batches)] == [True]
        position = batches[-1].position
        await stepper.stop()
        stepper.start(tail(stepper, log), position)
        append(log, b'"}\n' + lines(2, 4))
        batches = await stepper.round()
        assert rows(batches) == texts(2, 4)
        assert batches[0].rows.place(0) == "line 3"

    play(script, tmp_path)


def test_a_long_line_that_grows_slowly_is_read_whole(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        log = folder / "app.log"
        append(log, lines(0, 1))
        stepper.start(tail(stepper, log))
        await stepper.round()
        append(log, b'{"a": "')
        for _ in range(5):
            append(log, b"x" * 700_000)
            assert rows(await stepper.round()) == []
        append(log, b'"}\n' + lines(1, 2))
        assert rows(await stepper.round()) == [b'{"a": "' + b"x" * 3_500_000 + b'"}', *texts(1, 2)]

    play(script, tmp_path)


def test_many_files_with_few_open(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        for n in range(300):
            append(folder / f"{n:03}.log", lines(n, n + 1))
        before = open_files()
        stepper.start(tail(stepper, folder, max_open=10))
        assert sorted(rows(await stepper.round())) == sorted(texts(0, 300))
        assert open_files() <= before + 10
        for n in range(300):
            append(folder / f"{n:03}.log", lines(300 + n, 301 + n))
        (folder / "000.log").rename(folder / "moved")  # a file that is closed at this moment
        assert sorted(rows(await stepper.round())) == sorted(texts(300, 600))

    play(script, tmp_path)


def test_what_can_not_be_read_is_told_of_and_tried_again(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        os.mkfifo(folder / "pipe")
        log = folder / "app.log"
        append(log, lines(0, 1))
        stepper.start(tail(stepper, folder / "pipe", log))
        batches = [*await stepper.round(), *await stepper.round()]
        assert rows(batches) == texts(0, 1)
        assert [p.partition(": ")[2] for p in problems(batches)] == [
            "is not a regular file; name a file or a folder"
        ]

    play(script, tmp_path)


def test_more_files_than_allowed_are_told_of(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        for n in range(5):
            append(folder / f"{n}.log", lines(n, n + 1))
        stepper.start(tail(stepper, folder, max_files=3))
        batches = [*await stepper.round(), *await stepper.round()]
        assert rows(batches) == texts(0, 3)
        assert ["more than 3 files" in p for p in problems(batches)] == [True]

    play(script, tmp_path)


def test_a_position_of_somebody_else_is_refused(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        stepper.start(tail(stepper, folder), Position("logs", "offset=12"))
        with pytest.raises(ConfigError, match="saved position can't be read"):
            await stepper.round()

    play(script, tmp_path)


def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    async def script(stepper: Stepper, folder: Path) -> None:
        name = os.fsdecode(os.fsencode(folder) + b"/caf\xe9.log")
        append(Path(name), lines(0, 1))
        stepper.start(tail(stepper, folder))
        batches = await stepper.round()
        assert rows(batches) == texts(0, 1)
        assert "caf\\xe9.log#" in batches[-1].source
        await stepper.stop()
        append(Path(name), lines(1, 2))
        stepper.start(tail(stepper, folder), batches[-1].position)
        assert rows(await stepper.round()) == texts(1, 2)

    play(script, tmp_path)
