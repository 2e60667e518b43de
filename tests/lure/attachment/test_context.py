"""What a report keeps, and where it stops."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vedette.lure.attachment.context import Context, Findings
from vedette.lure.attachment.inspection import Inspection, inspect_in_process
from vedette.lure.attachment.limits import Budget, LimitReached, Limits


def made(
    limits: Limits, clock: Callable[[], float], inspect: Callable[[Context, bytes], None]
) -> Context:
    root = Context(Findings(Budget(limits, clock)), "a.zip", size=1, inspect=inspect)
    root.findings.files.append(root)
    return root


def ignore(_file: Context, _data: bytes) -> None:
    """An inspection that sees nothing."""


def test_same_sign_is_said_once() -> None:
    root = made(Limits(), lambda: 0.0, ignore)
    for _ in range(3):
        root.sign("link", "text", 1, 5, target="x")
    (sign,) = root.findings.signs
    assert sign.detail == (("file", "a.zip"), ("target", "x"))
    assert sign.evidence[0].part == "attachment:a.zip"


def test_signs_end_and_the_first_of_a_kind_is_kept() -> None:
    root = made(Limits(signs=3), lambda: 0.0, ignore)
    for number in range(10):
        root.sign("often", str(number))
    root.sign("rare", "x")
    assert [sign.name for sign in root.findings.signs] == ["often", "often", "often", "rare"]
    assert root.findings.report().unseen == ("further signs of the same kinds were left out",)


def test_texts_and_links_end() -> None:
    root = made(Limits(text=10, texts=15, urls=1), lambda: 0.0, ignore)
    root.text("a" * 12)
    root.text("b" * 12)
    root.url("https://a.example")
    root.url("https://b.example")
    report = root.findings.report()
    assert report.texts == (("a.zip", "a" * 10), ("a.zip", "b" * 5))
    assert report.urls == (("a.zip", "https://a.example"),)
    assert len(report.unseen) == 3


def test_members_and_bytes_and_time_end() -> None:
    now = [0.0]
    root = made(Limits(members=2, unpacked=10, seconds=10), lambda: now[0], ignore)
    root.member("a", b"12345")
    with pytest.raises(LimitReached, match="unpacked"):
        root.member("b", b"123456")
    with pytest.raises(LimitReached, match="over 2 files"):
        root.listed("c", 1, "why")
    now[0] = 9.5
    with pytest.raises(LimitReached, match="time"):
        root.budget.time()


def test_path_and_place_of_a_member() -> None:
    root = made(Limits(), lambda: 0.0, ignore)
    root.kind = "zip"
    inner = root.member("b/c\ud800.exe", b"x", "opened")
    deeper = inner.member("d", b"x")
    assert deeper.path == "a.zip/b/c\\ud800.exe/d"
    assert (inner.depth, deeper.depth, deeper.inside) == (1, 2, ("zip", "unknown"))
    assert inner.record().encrypted == "opened"


def test_file_that_holds_itself_is_not_opened_again() -> None:
    inspection = Inspection(["a.bin"], [5])
    inspection.run(0, b"bytes")
    root = inspection._roots[0]
    root.member("copy.bin", b"bytes")
    (report,) = inspection.reports()
    assert "container_bomb" in {sign.name for sign in report.signs}
    assert report.unseen == ("a.bin/copy.bin: not opened: it contains itself",)


def test_clock_is_the_callers() -> None:
    ticks = iter(range(1000))
    (report,) = inspect_in_process(
        [("a.txt", b"words")], limits=Limits(seconds=0.5), clock=lambda: float(next(ticks))
    )
    assert "time for a message ran out" in report.unseen[0]
