"""What rules a watch worked by, when and by whom they were changed, stands in its ledger."""

from __future__ import annotations

import getpass
import hashlib
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.test_watch import FIRST, RULE, SECOND, Firm, until
from vedette import __version__
from vedette.engine.config import load_config
from vedette.engine.digests import digest_of_config, digest_of_files
from vedette.ledger.entry import Entry
from vedette.ledger.reading import entries

OURS = ("watch-started", "rules-changed", "rules-refused", "rules-installed", "rules-rolled-back")


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    made = Firm(tmp_path)
    yield made
    if made.watch is not None and made.watch.poll() is None:
        made.end(signal.SIGKILL)


def told(firm: Firm) -> list[Entry]:
    return [entry for entry in entries(firm.folder / "data" / "ledger") if entry.kind in OURS]


def kinds(firm: Firm) -> list[str]:
    return [entry.kind for entry in told(firm)]


def vedette(firm: Firm, *words: str, code: int = 0) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "vedette.cli", *words, "-c", "vedette.yml"], cwd=firm.folder,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == code, ended.stdout + ended.stderr
    return ended.stdout


def package(firm: Firm, name: str, *ids: str) -> str:
    folder = firm.folder / name
    folder.mkdir()
    for number, one in enumerate(ids):
        text = RULE.format(title=f"r{number}", id=one, image="\\r.exe", sample="C:\\r.exe")
        (folder / f"r{number}.yml").write_text(text)
    return str(folder)


def test_every_change_of_rules_is_an_entry(firm: Firm) -> None:
    config = firm.folder / "vedette.yml"
    config.write_text(config.read_text().replace("installed: false", "installed: true"))
    firm.rule("one", FIRST, "\\one.exe")
    firm.start()
    until(lambda: "watching 1 sources" in firm.log(), firm)
    (begun,) = told(firm)
    assert begun.what == {
        "version": __version__,
        "configuration": digest_of_config(load_config(config)),
        "playbooks": begun.what["playbooks"],
        "rules": digest_of_files([firm.folder / "rules"]),
        "loaded": 1,
        "correlations": 0,
    }
    firm.rule("two", SECOND, "\\two.exe", sample="C:\\other.exe")
    until(lambda: kinds(firm)[1:] == ["rules-refused"], firm)
    assert "sample 'it' of" in told(firm)[1].what["why"][0]
    firm.rule("two", SECOND, "\\two.exe")
    until(lambda: kinds(firm)[2:] == ["rules-changed"], firm)
    assert told(firm)[2].what == {
        "rules": digest_of_files([firm.folder / "rules"]), "loaded": 2, "correlations": 0,
    }  # fmt: skip
    first = package(firm, "first", FIRST.replace("0b", "2b", 1))
    second = package(firm, "second", FIRST.replace("0b", "3b", 1), FIRST.replace("0b", "4b", 1))
    vedette(firm, "rules", "install", "sigmahq", "--from", first, "--force")
    until(lambda: kinds(firm)[3:] == ["rules-installed", "rules-changed"], firm)
    assert [entry.who for entry in told(firm)[3:]] == [getpass.getuser(), "vedette"]
    assert told(firm)[4].what["loaded"] == 3
    vedette(firm, "rules", "install", "sigmahq", "--from", second, "--force")
    until(lambda: len(told(firm)) == 7, firm)
    assert firm.end(signal.SIGTERM) == 0
    vedette(firm, "rules", "rollback", "sigmahq")  # no watch runs
    assert kinds(firm)[5:] == ["rules-installed", "rules-changed", "rules-rolled-back"]
    assert told(firm)[7].what["sha256"] == told(firm)[3].what["sha256"]
    shown = vedette(firm, "ledger", "show")
    assert f"watch-started  vedette  Vedette {__version__}; 1 rules and 0 correlations (" in shown
    assert re.search(r"rules-refused  vedette  the old rules go on: .*sample 'it' of", shown)
    assert re.search(r"rules-rolled-back  \w+  sigmahq .*, sha256 [0-9a-f]{64}", shown)


def test_installing_where_no_watch_has_run_makes_no_ledger(firm: Firm) -> None:
    vedette(firm, "rules", "install", "sigmahq", "--from", package(firm, "p", FIRST), "--force")
    assert not (firm.folder / "data" / "ledger").exists()


def test_what_can_not_be_recorded_is_said(firm: Firm) -> None:
    (firm.folder / "data" / "ledger").mkdir(parents=True)
    (firm.folder / "data" / "ledger" / "head").write_text("nonsense")
    words = ["rules", "install", "sigmahq", "--from", package(firm, "p", FIRST), "--force"]
    vedette(firm, *words, code=3)
    assert (firm.folder / "data" / "rulesets" / "sigmahq").is_dir()


def test_a_digest_is_what_sha256sum_gives(tmp_path: Path) -> None:
    for name in ("b/z.yml", "b/a.yaml", "a.yml", "b/no.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    files = [str(tmp_path / name) for name in ("a.yml", "b/a.yaml", "b/z.yml")]
    program = shutil.which("sha256sum")
    if program is None:
        pytest.skip("needs the program sha256sum")
    lines = subprocess.run([program, *files], capture_output=True, check=True, timeout=20).stdout
    wanted = hashlib.sha256(lines).hexdigest()
    assert digest_of_files([tmp_path / "b", tmp_path / "a.yml"]) == wanted
    (tmp_path / "b" / "z.yml").write_text("else")
    assert digest_of_files([tmp_path]) != wanted
