"""Damaged, cut and mutated files: always a report, in time, never a parser's own exception."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lure.attachment.construction import Construction
from lure.attachment.constructions import CONSTRUCTIONS
from vedette.lure.attachment.inspection import inspect_in_process
from vedette.lure.attachment.inspectors import DOCUMENTS, PROGRAMS
from vedette.lure.attachment.limits import Limits

_FAULTS = tuple(f" while reading {kind}" for kind in {**DOCUMENTS, **PROGRAMS})
"""What the inspection writes of an exception that a reader should not have raised."""
_SECONDS = 3.0
"""Far above what any of these small files takes; a loop that hangs is what this is after."""


def _inspect(name: str, data: bytes) -> None:
    start = time.monotonic()
    (report,) = inspect_in_process([(name, data)], ("word",), Limits(seconds=2.0))
    assert time.monotonic() - start < _SECONDS
    assert not [why for why in report.unseen if why.endswith(_FAULTS)], report.unseen


_CHANGE = st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=4))
_FILES = [(one.file, one.build()) for one in CONSTRUCTIONS]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(_FILES),
    st.lists(_CHANGE, max_size=6),
    st.floats(0, 1),
)
def test_mutated(file: tuple[str, bytes], changes: list[tuple[float, bytes]], kept: float) -> None:
    name, data = file
    changed = bytearray(data)
    for where, put in changes:
        at = int(where * len(changed))
        changed[at : at + len(put)] = put
    whole = len(changed) if kept > 0.8 else max(1, int(len(changed) * kept))
    _inspect(name, bytes(changed[:whole]))


@pytest.mark.parametrize("one", CONSTRUCTIONS[::3], ids=lambda one: one.name)
def test_cut_short(one: Construction) -> None:
    data = one.build()
    for length in sorted({1, 7, len(data) // 3, len(data) // 2, len(data) - 1}):
        _inspect(one.file, data[:length])


@pytest.mark.parametrize("one", CONSTRUCTIONS[1::3], ids=lambda one: one.name)
def test_bytes_overwritten(one: Construction) -> None:
    # Every file has its own fixed sequence, so that a failure shows again.
    source = random.Random(one.name)
    data = one.build()
    for _ in range(6):
        changed = bytearray(data)
        for _ in range(1 + len(data) // 300):
            changed[source.randrange(len(changed))] = source.choice((0, 1, 0x7F, 0x80, 0xFF, 0x3C))
        _inspect(one.file, bytes(changed))


_HEADS = {
    "a.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "a.rtf": b"{\\rtf1",
    "a.pdf": b"%PDF-1.7\n",
    "a.lnk": bytes.fromhex("4c0000000114020000000000c000000000000046"),
    "a.exe": b"MZ",
    "a.html": b"<html><script>",
    "a.one": bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3"),
    "a.elf": b"\x7fELF\2\1\1",
    "a.url": b"[InternetShortcut]\nURL=",
}


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(_HEADS)), st.binary(max_size=2000))
def test_anything_after_a_head(name: str, tail: bytes) -> None:
    _inspect(name, _HEADS[name] + tail)


_LONG = 300_000


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.rtf", b"{\\rtf1" + b"{" * _LONG),
        ("a.rtf", b"{\\rtf1" + b"{\\*\\objdata 01" * (_LONG // 14)),
        ("a.rtf", b"{\\rtf1" + b"\\bin9999999999 " * (_LONG // 15)),
        ("a.pdf", b"%PDF-1.7\n1 0 obj\n" + b"[" * _LONG),
        ("a.pdf", b"%PDF-1.7\n1 0 obj\n" + b"<<" * (_LONG // 2)),
        ("a.pdf", b"%PDF-1.7\n1 0 obj\n<< /JS (" + b"(" * _LONG),
        ("a.pdf", b"%PDF-1.7\n" + b"1 0 obj<</AA 1 0 R>>" * (_LONG // 20)),
        ("a.pdf", b"%PDF-1.7\n" + b"1 0 obj <<>> stream\n" * (_LONG // 20)),
        ("a.pdf", b"%PDF-1.7\n" + b"9" * _LONG + b" 0 obj"),
        ("a.html", b"<html>" + b"<script>" * (_LONG // 8)),
        ("a.html", b"<html><script>" + b"<!--" * (_LONG // 4)),
        ("a.html", b"<html>" + b'<meta http-equiv="refresh" ' * (_LONG // 27)),
        ("a.html", b"<html><script>" + b"\\x41" * (_LONG // 4)),
        ("a.html", b"<html><script>[" + b"1," * (_LONG // 2)),
        ("a.html", b"<html><script>" + b"A" * _LONG),
        ("a.html", b"<html>" + b"<a href " * (_LONG // 8)),
        ("a.js", b"new ActiveXObject(" + b"eval(" * (_LONG // 5)),
        ("a.js", b"new ActiveXObject(" + b" " * _LONG),
        ("a.ps1", b"param(" + b"curl a " * (_LONG // 7)),
        ("tasks.json", b'{"a": ' + b"/*" * (_LONG // 2)),
        ("package.json", b"[" * _LONG),
        ("a.csproj", b"<Project>" + b"<Exec " * (_LONG // 6)),
        ("makefile", b"\t" * _LONG),
        ("a.url", b"[InternetShortcut]\n" + b"URL=" * (_LONG // 4)),
    ],
    ids=lambda value: value if isinstance(value, str) else value[9:40].decode("latin-1"),
)
def test_repetition_does_not_hang(name: str, data: bytes) -> None:
    _inspect(name, data)
