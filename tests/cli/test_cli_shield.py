"""`vedette shield explain` and `replay` as a user runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from shield.small_pack import write_pack

ATTACK = "GET /?q=1+union+select+2&password=hunter2 HTTP/1.1\nHost: shop.example\n\n"
LINE = '203.0.113.{} - - [02/Mar/2026:09:10:40 +0000] "GET {} HTTP/1.1" 200 5 "-" "b"\n'


def vedette(folder: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vedette.cli", "shield", *arguments], cwd=folder, input=stdin,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_pack(tmp_path / "crs")
    return tmp_path


def test_explain_shows_the_reasoning(folder: Path) -> None:
    done = vedette(folder, "explain", "--rules", "crs", stdin=ATTACK)
    assert done.returncode == 1, done.stderr
    assert "would be blocked by rule 949110 with status 403" in done.stdout
    assert "hunter2" not in done.stdout
    shown = vedette(folder, "explain", "--rules", "crs", "--show-secrets", "--text", ATTACK)
    assert "hunter2" in shown.stdout
    fine = vedette(folder, "explain", "--rules", "crs", "--text", "GET /?q=O'Brien HTTP/1.1")
    assert (fine.returncode, fine.stdout.splitlines()[0]) == (0, "passes: score 0, blocked from 5")


def test_explain_in_json_and_at_a_level(folder: Path) -> None:
    (folder / "request").write_text("GET /?q=O'Brien HTTP/1.1\n\n")
    done = vedette(folder, "explain", "request", "--rules", "crs", "--paranoia", "2", "-o", "json")
    assert done.returncode == 1, done.stderr
    said = json.loads(done.stdout)
    assert said["by"] == 949110
    assert said["steps"][0]["rule"] == 942500


def test_replay_reports_what_would_have_been_blocked(folder: Path) -> None:
    lines = [LINE.format(i, "/list?q=1+union+select+2") for i in range(3)]
    lines.append(LINE.format(9, "/list?q=shoes"))
    (folder / "access.log").write_text("".join(lines))
    done = vedette(folder, "replay", "access.log", "--rules", "crs", "-o", "json")
    assert done.returncode == 1, done.stderr
    said = json.loads(done.stdout)
    assert (said["requests"], said["blocked"], said["blocked_clients"]) == (4, 3, 3)
    assert said["rows"][0]["rule"] == 942100
    human = vedette(folder, "replay", "-", "--rules", "crs", stdin="".join(lines))
    assert "3 requests of 4 (75.00%) would have been blocked, of 3 clients" in human.stdout
    (folder / "fine.log").write_text(lines[-1])
    assert vedette(folder, "replay", "fine.log", "--rules", "crs").returncode == 0
    (folder / "fine.log").write_text(lines[-1] + "nonsense\n")
    assert vedette(folder, "replay", "fine.log", "--rules", "crs").returncode == 3


def test_the_rules_of_a_configuration(folder: Path) -> None:
    (folder / "vedette.yml").write_text(
        "data_dir: data\nsources:\n"
        "- {kind: shield, name: web, listen: '127.0.0.1:0', rules: crs, sites:\n"
        "    [{name: shop, upstream: 'http://127.0.0.1:1', paranoia: 1,\n"
        "      paths: [{path: /strict, paranoia: 2, mode: enforce}]}]}\n"
    )
    quote = "GET {}?q=O'Brien HTTP/1.1"
    text = ("explain", "-c", "vedette.yml", "--text")
    mild = vedette(folder, *text, quote.format("/x"))
    assert mild.stdout.startswith("site shop, path /: shadow\npasses"), mild.stderr
    strict = vedette(folder, *text, quote.format("/strict"))
    assert strict.stdout.startswith("site shop, path /strict: enforce\nwould be blocked")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("explain", "--text", "GET / HTTP/1.1"), "which rules?"),
        (("explain", "--text", "nothing", "--rules", "crs"), "request line"),
        (("explain", "x", "--text", "y", "--rules", "crs"), "not both"),
        (("explain", "--text", "GET / HTTP/1.1", "--rules", "."), "git clone"),
        (("replay", "nowhere.log", "--rules", "crs"), "nowhere.log"),
        (("replay", "crs", "--rules", "crs", "--format", "x"), "no such format"),
        (("replay", "crs", "--rules", "crs", "--field", "x"), "NAME=PLACE"),
        (("replay", "crs", "--rules", "crs", "--trusted", "x"), "no address"),
    ],
)
def test_wrong_usage_says_what_to_do(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    done = vedette(folder, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
