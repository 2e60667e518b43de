"""Whatever is altered, moved or taken out is found, and the first of it named."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest

from ledger.ledger_shapes import filled, opened
from vedette.ledger.errors import LedgerDamagedError, ProofError
from vedette.ledger.export import export, verify_export
from vedette.ledger.frames import Chain, header, segments
from vedette.ledger.proofs import check_proof, consistency_proof, inclusion_proof
from vedette.ledger.reading import entries, shape
from vedette.ledger.verification import verify

SIZE = 60


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return filled(tmp_path, SIZE)


def place(folder: Path, index: int) -> tuple[Path, int]:
    first, path = [one for one in segments(folder) if one[0] <= index][-1]
    return path, index - first + 2


def test_a_sound_ledger(folder: Path) -> None:
    told: list[int] = []
    verdict = verify(folder, progress=told.append)
    assert (verdict.size, verdict.fault, verdict.beyond) == (SIZE, None, 0)
    assert verdict.agreed >= SIZE // 7
    assert len(segments(folder)) > 3


def test_any_altered_byte_is_found_and_named(folder: Path) -> None:
    chance = random.Random(1)
    for first, path in segments(folder):
        whole = path.read_bytes()
        for at in chance.sample(range(len(whole)), 60):
            other = chance.choice([one for one in (0, 10, 32, 48, 122, 255) if one != whole[at]])
            path.write_bytes(whole[:at] + bytes([other]) + whole[at + 1 :])
            fault = verify(folder).fault
            line = whole[:at].count(b"\n") + 1
            assert fault is not None
            assert (fault.path, fault.line) == (path, line)
            assert fault.index == (first if line == 1 else first + line - 2)
        path.write_bytes(whole)
    path = folder / "checkpoints"
    whole = path.read_bytes()
    for at in chance.sample(range(len(whole)), 60):
        path.write_bytes(whole[:at] + b"x" + whole[at + 1 :])
        assert whole[at] == b"x"[0] or verify(folder).fault is not None
    path.write_bytes(whole)
    assert verify(folder).fault is None


@pytest.mark.parametrize("index", [0, 1, 13, 31, SIZE - 2])
def test_entries_moved_taken_out_or_put_in(folder: Path, index: int) -> None:
    path, line = place(folder, index)
    whole = path.read_bytes().splitlines(keepends=True)
    at = line - 1
    last = at + 1 == len(whole)
    changed = [whole[:at] + whole[at + 1 :], [*whole[:at], whole[at], *whole[at:]]]
    if not last:
        changed.append([*whole[:at], whole[at + 1], whole[at], *whole[at + 2 :]])
    for number, lines in enumerate(changed):
        path.write_bytes(b"".join(lines))
        fault = verify(folder).fault
        assert fault is not None
        assert (fault.index, fault.line) == (index + (number == 1), line + (number == 1))


def rewritten(folder: Path, index: int) -> None:
    """As one would do who has everything but the key: alter an entry, and all links after it."""
    path, line = place(folder, index)
    whole = path.read_bytes().splitlines(keepends=True)
    chain: Chain = header(whole[0]).chain
    made = [whole[0]]
    for number, old in enumerate(whole[1:], 2):
        entry = old.split(b" ", 2)[2][:-1]
        made.append(chain.add(entry.replace(b"ann", b"bob") if number == line else entry))
    path.write_bytes(b"".join(made))


@pytest.mark.parametrize("index", [0, 13, 31, SIZE - 1])
def test_one_who_rewrites_every_link_is_found_by_the_checkpoints(folder: Path, index: int) -> None:
    rewritten(folder, index)
    fault = verify(folder).fault
    assert fault is not None
    assert fault.index <= index < fault.index + 8
    assert "was replaced" in fault.what


def test_segments_and_heads_taken_away(folder: Path, tmp_path: Path) -> None:
    for number, (first, path) in enumerate(segments(folder)):
        path.rename(tmp_path / "kept")
        fault = verify(folder).fault
        assert fault is not None
        assert fault.index <= first, number
        (tmp_path / "kept").rename(path)
    (folder / "head").unlink()
    fault = verify(folder).fault
    assert fault is not None
    assert fault.path == folder / "head"
    with pytest.raises(LedgerDamagedError):
        list(entries(folder))


def test_the_end_cut_off_shows_against_an_exported_checkpoint(tmp_path: Path) -> None:
    folder = filled(tmp_path, 20)
    shutil.copytree(folder, tmp_path / "before")
    with opened(tmp_path) as ledger:
        for _ in range(20):
            ledger.append("action", "ann", {})
    note = shape(folder).head
    assert note is not None
    shutil.rmtree(folder)
    (tmp_path / "before").rename(folder)
    assert verify(folder).fault is None  # nothing here can tell
    fault = verify(folder, against=[("kept", note.note)]).fault
    assert fault is not None
    assert (fault.index, "40 entries" in fault.what) == (20, True)
    with pytest.raises(ProofError):
        verify(folder, against=[("kept", "nonsense")])


def test_a_ledger_written_anew_shows_against_the_key(tmp_path: Path) -> None:
    folder = filled(tmp_path, 5)
    (tmp_path / "other").mkdir()
    other = verify(filled(tmp_path / "other", 5)).keys[0]
    fault = verify(folder, key=other).fault
    assert fault is not None
    assert "never signed by" in fault.what


def test_proofs_without_the_ledger(tmp_path: Path) -> None:
    folder = filled(tmp_path, 12)
    early = shape(folder).head
    assert early is not None
    with opened(tmp_path) as ledger:
        for _ in range(9):
            ledger.append("undo", "bob", {})
        ledger.rotate_key("ann")
        ledger.append("undo", "bob", {})
    keys = verify(folder).keys
    for index in range(23):
        proof = inclusion_proof(folder, index)
        proven = check_proof(json.dumps(proof).encode(), keys)
        assert proven.entry == next(entries(folder, index))
        for name, wrong in (("index", index + 1), ("entry", proof["entry"].replace("a", "b")),
                            ("path", proof["path"][1:]), ("checkpoint", early.note),
                            ("kind", "consistency"), ("index", "1"), ("path", 7)):  # fmt: skip
            with pytest.raises(ProofError):
                check_proof(json.dumps({**proof, name: wrong}).encode(), keys)
    proof = consistency_proof(folder, early.note)
    assert check_proof(json.dumps(proof).encode(), keys).first == early
    for text in (b"", b"[]", b"{}", b"9" * 2_000_000, json.dumps({**proof, "path": []}).encode()):
        with pytest.raises(ProofError):
            check_proof(text, keys)
    with pytest.raises(ProofError, match="is not signed by"):
        check_proof(json.dumps(proof).encode(), keys[:1])
    with pytest.raises(ProofError, match="there is no entry 23"):
        inclusion_proof(folder, 23)


def test_an_export_is_verified_elsewhere(tmp_path: Path) -> None:
    folder = filled(tmp_path, 30)
    with opened(tmp_path) as ledger:
        ledger.rotate_key("ann")
        ledger.append("undo", "bob", {})
    into = tmp_path / "export"
    export(folder, into)
    keys = verify(folder).keys
    verdict = verify_export(into, key=keys[0])
    assert (verdict.size, verdict.keys, verdict.fault) == (32, keys, None)
    path = into / "entries.ndjson"
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b'"number":17', b'"number":71'))
    fault = verify_export(into).fault
    assert fault is not None
    assert fault.index <= 17 < fault.index + 8
    for changed in (whole + b"{}\n", whole[:-1], b""):
        path.write_bytes(changed)
        assert verify_export(into).fault is not None
