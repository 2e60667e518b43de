"""`vedette ledger` on a ledger that was written before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from vedette.cli.ledger import command
from vedette.ledger.ledger import Ledger

NOON = 1_795_176_000_000_000


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(one) for one in arguments], catch_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Below a data directory: five entries, an hour apart."""
    times = iter(range(NOON, NOON * 2, 3_600_000_000))
    with Ledger(tmp_path / "ledger", tmp_path / "ledger.key", lambda: next(times)) as ledger:
        for number in range(5):
            kind = "login" if number % 2 else "action"
            ledger.append(kind, "ann", {"number": number, "text": "\x1b[31m"})
    return tmp_path / "ledger"


def test_show(folder: Path) -> None:
    result = _run("show", "--folder", folder, "--last", "1")
    assert (result.exit_code, result.stdout) == (
        0,
        '       4  2026-11-20T16:00:00.000000Z  action  ann  {"number":4,"text":"\\u001b[31m"}\n',
    )

    def numbers(*options: str) -> list[int]:
        shown = _run("show", "--folder", folder, "-o", "json", *options).stdout.splitlines()
        return [json.loads(one)["what"]["number"] for one in shown]

    assert numbers() == [0, 1, 2, 3, 4]
    assert numbers("--kind", "login") == [1, 3]
    assert numbers("--kind", "action", "--last", "2") == [2, 4]
    assert numbers("--since", "2026-11-20T15:00:00Z") == [3, 4]
    assert _run("show", "--folder", folder, "--kind", "undo").exit_code == 1


def test_verify(folder: Path, tmp_path: Path) -> None:
    result = _run("verify", "--folder", folder)
    assert result.exit_code == 0
    assert result.stdout.startswith("5 entries, 2 checkpoints: all as written\nsigned by vedette/")
    note = tmp_path / "kept"
    note.write_text(_run("checkpoint", "export", "--folder", folder).stdout)
    told = json.loads(_run("verify", "--folder", folder, "--checkpoint", note, "-o", "json").stdout)
    assert (told["sound"], told["entries"], told["checkpoints"]) == (True, 5, 3)
    path = next(folder.glob("*.entries"))
    path.write_bytes(path.read_bytes().replace(b'"number":3', b'"number":4'))
    result = _run("verify", "--folder", folder)
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{path}:5: entry 3: was altered")


def test_proofs_and_exports(folder: Path, tmp_path: Path) -> None:
    note = tmp_path / "kept"
    note.write_text(_run("checkpoint", "export", "--folder", folder).stdout)
    key = json.loads(_run("verify", "--folder", folder, "-o", "json").stdout)["keys"][0]
    new = _run("rotate-key", "--folder", folder).stdout.strip()
    assert _run("export", "--folder", folder, tmp_path / "out").exit_code == 0
    proof, grown = tmp_path / "proof.json", tmp_path / "grown.json"
    proof.write_text(_run("prove", "--folder", folder, "3").stdout)
    grown.write_text(_run("prove", "--folder", folder, "--from", note).stdout)
    for path in folder.iterdir():
        path.unlink()
    result = _run("verify", "--proof", proof, "--key", new)
    assert (result.exit_code, '"number":3' in result.stdout) == (0, True)
    assert _run("verify", "--proof", proof, "--key", key).exit_code == 1
    result = _run("verify", "--proof", grown, "--key", new, "--key", key)
    assert (result.exit_code, "begin with the 5" in result.stdout) == (0, True)
    assert _run("verify", "--export", tmp_path / "out", "--key", key).exit_code == 0
    assert _run("verify", "--proof", proof).exit_code == 2
    assert _run("verify").exit_code == 2
