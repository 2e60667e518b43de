"""Attachments opened in a process of their own: what comes back, and what no attachment can do."""

from __future__ import annotations

import gzip
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lure.attachment import constructions_containers as c
from lure.attachment.builders import archives
from vedette.lure.attachment.inspection import inspect_in_process
from vedette.lure.attachment.inspector import Inspector
from vedette.lure.attachment.inspectors import inspector as inspector_of
from vedette.lure.attachment.kinds import is_inert, kind_of
from vedette.lure.attachment.limits import Limits
from vedette.lure.attachment.report import Report
from vedette.lure.attachment.worker import Worker
from vedette.lure.message import Attachment

CHILD = b"vedette.lure.attachment.child"


def attachment(name: str, data: bytes) -> Attachment:
    return Attachment("2", name, "application/octet-stream", data)


def children() -> list[int]:
    """Ids of the processes that open attachments for this one."""
    found = []
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                fields = (path / "stat").read_text("utf-8").rpartition(")")[2].split()
                command = (path / "cmdline").read_bytes()
            except OSError:
                continue  # it has just ended
            if int(fields[1]) == os.getpid() and CHILD in command and fields[0] != "Z":
                found.append(int(path.name))
    return found


@pytest.fixture(scope="module")
def inspector() -> Iterator[Inspector]:
    with Inspector() as one:
        yield one


def test_same_report_as_in_process(inspector: Inspector) -> None:
    files = [("offer.zip", archives.zipped_aes({"Offer.pdf.exe": c.PROGRAM}, c.WORD)), ("", c.PNG)]
    found = inspector.inspect([attachment(*file) for file in files], ["the", c.WORD])
    assert found == inspect_in_process(files, ["the", c.WORD])
    assert [report.members[0].path for report in found] == ["offer.zip", "attachment"]


def test_all_measures_are_in_force_and_own_rules_compile() -> None:
    worker = Worker(Limits(), None)
    try:
        told = {why.partition(":")[0] for why in worker.hello.missing}
        assert told | set(worker.hello.closed) >= {
            "parent-death signal",
            "no new privileges",
            "not dumpable",
            "resource limits",
            "capabilities dropped",
            "Landlock",
            "seccomp",
        }
        assert {"no new privileges", "not dumpable", "resource limits"} <= set(worker.hello.closed)
        assert worker.hello.problems == ()
    finally:
        worker.stop()


def test_nothing_to_inspect_starts_nothing() -> None:
    before = children()
    with Inspector() as one:
        assert one.inspect([]) == ()
        assert children() == before


def test_names_that_no_encoding_has(inspector: Inspector) -> None:
    (report,) = inspector.inspect([attachment("\ud800offer\x00.pdf", c.PDF)], ["\udfff"])
    assert report.members[0].kind == "pdf"


def test_many_threads_share_it() -> None:
    with Inspector(processes=2) as one, ThreadPoolExecutor(8) as pool:
        before = set(children())
        files = [
            (f"{number}.zip", archives.zipped({f"{number}.txt": b"x"})) for number in range(80)
        ]
        found = pool.map(lambda file: one.inspect([attachment(*file)]), files)
        for (name, _), (report,) in zip(files, found, strict=True):
            assert report.members[1].path == f"{name}/{name[:-4]}.txt"
        assert len(set(children()) - before) <= 2


def test_closing_ends_the_process() -> None:
    before = set(children())
    one = Inspector()
    one.start()
    started = set(children()) - before
    assert len(started) == 1
    one.close()
    one.close()
    assert not set(children()) & started
    with pytest.raises(ValueError, match="closed"):
        one.inspect([attachment("a.txt", b"plain")])


def test_thread_that_started_it_may_end() -> None:
    with Inspector() as one:
        thread = threading.Thread(target=one.start)
        thread.start()
        thread.join()
        time.sleep(0.1)
        first = children()
        assert one.inspect([attachment("a.txt", b"plain")])[0].complete
        assert children() == first


def test_process_that_died_idle_is_replaced() -> None:
    before = set(children())
    with Inspector() as one:
        one.start()
        (process,) = set(children()) - before
        os.kill(process, signal.SIGKILL)
        time.sleep(0.1)
        assert one.inspect([attachment("a.txt", b"plain")])[0].complete


def test_process_that_dies_over_a_message_is_told_and_replaced() -> None:
    before = set(children())
    with Inspector() as one:
        one.start()
        (process,) = set(children()) - before
        os.kill(process, signal.SIGSTOP)
        killer = threading.Timer(0.3, os.kill, (process, signal.SIGKILL))
        killer.start()
        (report,) = one.inspect([attachment("Offer.pdf.exe", c.PROGRAM)])
        killer.join()
        assert not report.complete
        assert "ended by SIGKILL" in report.unseen[0]
        # What needs no opening is said all the same.
        names = {sign.name for sign in report.signs}
        assert names >= {"file_double_extension", "program_attached", "not_inspected"}
        assert one.inspect([attachment("a.txt", b"plain")])[0].complete


def test_one_attachment_that_kills_does_not_hide_the_others() -> None:
    before = set(children())
    with Inspector() as one:
        one.start()
        (process,) = set(children()) - before
        os.kill(process, signal.SIGSTOP)
        killer = threading.Timer(0.3, os.kill, (process, signal.SIGKILL))
        killer.start()
        found = one.inspect([attachment("a.png", c.PNG), attachment("b.zip", archives.zipped({}))])
        killer.join()
        assert [report.members[0].kind for report in found] == ["png", "zip"]
        assert found[0].complete


def test_process_that_is_stuck_is_stopped_in_time() -> None:
    before = set(children())
    with Inspector(Limits(seconds=0.5)) as one:
        one.start()
        (process,) = set(children()) - before
        os.kill(process, signal.SIGSTOP)
        start = time.monotonic()
        (report,) = one.inspect([attachment("a.zip", archives.zipped({"a": b"b"}))])
        assert time.monotonic() - start < 4
        assert "the time for a message ran out" in report.unseen[0]
        assert one.inspect([attachment("a.txt", b"plain")])[0].complete


def test_process_is_replaced_after_its_number_of_jobs() -> None:
    before = set(children())
    with Inspector(Limits(jobs=3)) as one:
        seen: set[int] = set()
        for _ in range(10):
            assert one.inspect([attachment("a.txt", b"plain")])[0].complete
            seen |= set(children()) - before
        assert len(seen) >= 2


def signs(report: Report) -> set[str]:
    return {sign.name for sign in report.signs}


BOMBS = {
    "zeros of gigabytes": lambda: _long_gzip(1 << 30),
    "archives in archives": lambda: archives.zip_nested(4, 8, 1 << 20),
    "members that share data": lambda: archives.zip_overlapping(250, 20 << 20),
    "zeros in zeros": lambda: gzip.compress(gzip.compress(gzip.compress(bytes(64 << 20)))),
}


def _long_gzip(size: int) -> bytes:
    piece = gzip.compress(bytes(16 << 20))
    return piece * (size // (16 << 20))


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_costs_one_verdict(name: str, inspector: Inspector) -> None:
    inspector.inspect([attachment("b.png", c.PNG)])  # the process runs, whichever test is first
    before = children()
    start = time.monotonic()
    (report,) = inspector.inspect([attachment("offer.zip", BOMBS[name]())])
    assert time.monotonic() - start < 8
    assert not report.complete
    assert signs(report) >= {"container_bomb", "not_inspected"}
    assert children() == before


def test_slow_reading_ends_at_the_limit() -> None:
    # A cipher that is slow to undo, and more of it than the time allows.
    data = archives.zipped_old({"a.bin": bytes(3 << 19)}, "word")
    with Inspector(Limits(seconds=0.5)) as one:
        start = time.monotonic()
        report, other = one.inspect(
            [attachment("a.zip", data), attachment("b.png", c.PNG)], ["word"]
        )
        assert time.monotonic() - start < 4
        assert any("time for a message ran out" in why for why in report.unseen)
        assert other.members[0].path == "b.png"


def test_attachment_over_the_limit_is_not_sent() -> None:
    with Inspector(Limits(attachment=1 << 20)) as one:
        found = one.inspect([attachment("a.iso", bytes(2 << 20)), attachment("b.png", c.PNG)])
        assert found[0].unseen == ("a.iso: not inspected: larger than 1 MB",)
        assert found[1].complete


def test_rules_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "good.yar").write_text('rule marked { strings: $a = "sentinel" condition: $a }')
    (tmp_path / "bad.yar").write_text("rule broken { condition: nothing_of_that_name }")
    with Inspector(rules=tmp_path) as one:
        (report,) = one.inspect([attachment("a.txt", b"the sentinel stands here")])
        assert "yara_match" in signs(report)
        assert [str(tmp_path / "bad.yar") in problem.where for problem in one.problems] == [True]


def test_folder_of_rules_that_is_not_there(tmp_path: Path) -> None:
    with Inspector(rules=tmp_path / "none") as one:
        assert one.inspect([attachment("a.txt", b"plain")])[0].complete
        assert len(one.problems) == 1


_INERT = (
    attachment("cat.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
    attachment("offer.pdf.exe", b"\xff\xd8\xff\xe0\0\x10JFIF"),
    attachment("dot.gif", b"GIF89a\1\0\1\0" + b"MZ" * 500),
    attachment("", b""),
    attachment("offer\u202efdp.scr", b""),
)


def test_pictures_are_not_sent_and_told_all_the_same() -> None:
    before = set(children())
    opened = attachment("notes.txt", b"plain")
    with Inspector() as inspected:
        alone = inspected.inspect(_INERT)
        assert set(children()) == before
        # beside another file they go with it
        beside = inspected.inspect([*_INERT, opened])
        assert set(children()) > before
    assert alone == beside[: len(_INERT)]


def test_pictures_are_sent_where_own_rules_may_speak_of_them(tmp_path: Path) -> None:
    rule = 'rule picture { strings: $a = "JFIF" condition: $a }'
    (tmp_path / "own.yar").write_text(rule, "utf-8")
    with Inspector(rules=tmp_path) as inspected:
        found = inspected.inspect(_INERT[1:2])
    assert "yara_match" in {sign.name for sign in found[0].signs}


@pytest.mark.parametrize("one", _INERT, ids=lambda one: one.name or "nameless")
def test_nothing_reads_what_is_inert(one: Attachment) -> None:
    assert is_inert(one.data)
    kind = kind_of(one.data, one.name)
    assert kind in ("png", "jpg", "gif", "empty")
    assert inspector_of(kind) is None
    assert not is_inert(b"x" + one.data)
