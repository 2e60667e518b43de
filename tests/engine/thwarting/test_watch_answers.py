"""A watch that answers an attack on a website, in a network namespace of its own, as a user runs
it: what it would have done, what it does when it may, and everything taken back."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ATTACKER, GUEST = "198.51.100.66", "198.51.100.7"
CONFIG = """\
data_dir: data
sources:
  - {name: web, kind: file, paths: ["access.log"], poll: 50ms}
rules: {bundled: false, installed: false, paths: [rules]}
correlation: {lateness: 0s, idle: 1s}
response:
  history: 0s
  modes:
    refuse-address: {mode: MODE}
  network: {enabled: true, protected: [192.0.2.0/24]}
log: {level: info, format: text}
"""
RULE = """\
title: A shell behind the website was called
id: 0b0f7bb7-0a5c-4a5e-9a52-2f6b0c9f4d11
level: critical
tags: [attack.initial-access, attack.t1190, attack.persistence, attack.t1505.003]
logsource: {category: webserver}
detection: {selection: {cs-uri-query|contains: 'shell.php'}, condition: selection}
"""


class Firm:
    """A folder with a watch in a namespace, and its commands."""

    def __init__(self, folder: Path, mode: str) -> None:
        self.folder, self.space = folder, f"vw{os.getpid()}"
        (folder / "rules").mkdir()
        (folder / "rules" / "shell.yml").write_text(RULE)
        (folder / "vedette.yml").write_text(CONFIG.replace("MODE", mode))
        (folder / "access.log").touch()
        subprocess.run(["ip", "netns", "add", self.space], check=True, timeout=20)
        self.watch: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.folder / "log").open("wb") as log:
            self.watch = subprocess.Popen(
                self._inside("watch", "-o", "none"), cwd=self.folder, stderr=log
            )
        self.until(lambda: "watching 1 sources" in self.log())

    def close(self) -> None:
        if self.watch is not None and self.watch.poll() is None:
            self.watch.kill()
            self.watch.wait(20)
        subprocess.run(["ip", "netns", "del", self.space], check=True, timeout=20)

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def visit(self, client: str, target: str) -> None:
        now = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime())
        with (self.folder / "access.log").open("a") as file:
            file.write(f'{client} - - [{now}] "GET {target} HTTP/1.1" 200 512 "-" "Mozilla/5.0"\n')

    def vedette(self, *words: str, code: int = 0) -> str:
        ended = subprocess.run(
            self._inside(*words), cwd=self.folder, capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip
        assert ended.returncode == code, ended.stdout + ended.stderr
        return ended.stdout

    def actions(self) -> dict[str, dict[str, Any]]:
        """The newest action of each kind."""
        code = subprocess.run(
            self._inside("actions", "list", "-o", "json"), cwd=self.folder, capture_output=True,
            timeout=60, check=False,
        )  # fmt: skip
        return {one["kind"]: one for one in map(json.loads, code.stdout.splitlines())}

    def state_of(self, kind: str) -> str:
        return str(self.actions().get(kind, {}).get("state", "none"))

    def refused(self) -> bool:
        rules = ["ip", "netns", "exec", self.space, "nft", "list", "ruleset"]
        ended = subprocess.run(rules, capture_output=True, text=True, timeout=20, check=True)
        return ATTACKER in ended.stdout

    def until(self, done: Callable[[], bool], seconds: float = 40) -> None:
        end = time.monotonic() + seconds
        while not done():
            assert self.watch is None or self.watch.poll() is None, self.log()
            assert time.monotonic() < end, self.log()
            time.sleep(0.1)

    def _inside(self, *words: str) -> list[str]:
        inside = ["ip", "netns", "exec", self.space, sys.executable, "-m", "vedette.cli"]
        return [*inside, *words, "-c", "vedette.yml"]


@pytest.fixture
def firm(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Firm]:
    for program in ("ip", "nft"):
        if shutil.which(program) is None:
            pytest.skip(f"needs the program {program}")
    try:
        made = Firm(tmp_path, request.param)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("may not make a network namespace")
    yield made
    made.close()


@pytest.mark.parametrize("firm", ["act"], indirect=True)
def test_an_attack_is_answered_and_everything_is_taken_back(firm: Firm) -> None:
    firm.start()
    for number in range(5):
        firm.visit(GUEST, f"/shop?item={number}")
    firm.visit(ATTACKER, "/upload/shell.php?c=id")
    firm.until(firm.refused)
    firm.until(lambda: firm.state_of("refuse-address") == "applied")
    told = firm.actions()["refuse-address"]
    assert told["target"] == {"kind": "address", "value": ATTACKER}
    assert told["cost"]["benign_count"] == 0
    assert told["cost"]["events"] == told["cost"]["covered"] == 1
    assert GUEST not in json.dumps(told)
    shown = firm.vedette("incidents", "show", told["incident"])
    assert "A shell behind the website was called" in shown
    assert "stands" in shown
    assert "persistence" in firm.vedette("incidents", "list", code=1)
    assert "no benign principal" in firm.vedette("actions", "simulate", told["id"])
    # The same decision again is the same action; a person's no to all of it is final.
    assert firm.watch is not None
    firm.watch.send_signal(signal.SIGKILL)
    firm.watch.wait(20)
    assert firm.refused()
    firm.start()
    assert firm.state_of("refuse-address") == "applied"
    assert "undone" in firm.vedette("actions", "undo", "--all")
    assert not firm.refused()
    assert "0 actions" not in firm.vedette("actions", "list", "--state", "undone", code=1)
    firm.visit(ATTACKER, "/upload/shell.php?c=ls")
    firm.until(lambda: "2 findings" in firm.vedette("incidents", "list", code=1))
    assert firm.state_of("refuse-address") == "undone"
    assert not firm.refused()
    firm.vedette("incidents", "verdict", told["incident"], "true", "-m", "seen by us")
    firm.vedette("incidents", "close", told["incident"])
    assert firm.vedette("incidents", "list") == ""
    firm.watch.terminate()
    assert firm.watch.wait(30) == 0
    assert "sound" in firm.vedette("ledger", "verify", "-o", "json")
    kinds = {
        json.loads(line)["kind"]
        for line in firm.vedette("ledger", "show", "-o", "json").splitlines()
    }
    assert {"action", "findings", "incident", "undo-all"} <= kinds


@pytest.mark.parametrize("firm", ["ask"], indirect=True)
def test_a_person_decides_while_the_watch_runs_and_while_it_does_not(firm: Firm) -> None:
    firm.start()
    firm.visit(ATTACKER, "/upload/shell.php?c=id")
    firm.until(lambda: firm.state_of("refuse-address") == "proposed")
    assert firm.state_of("refuse-client") == "shadow"
    assert not firm.refused()
    waiting = firm.actions()["refuse-address"]["id"]
    assert "applied" in firm.vedette("actions", "approve", waiting[:10])
    assert firm.refused()
    assert firm.watch is not None
    firm.watch.terminate()
    assert firm.watch.wait(30) == 0
    assert firm.refused()
    assert "undone" in firm.vedette("actions", "undo", waiting)
    assert not firm.refused()
    firm.vedette("actions", "approve", waiting, code=2)
    hidden = firm.vedette(
        "exceptions", "add", "--entity", f"address={ATTACKER}", "--owner", "ann", "--reason",
        "our own test", "--expires", "+1d",
    )  # fmt: skip
    assert "would have hidden 1 findings of the last 30 days" in hidden
    assert "ann: our own test" in firm.vedette("exceptions", "list", code=1)
