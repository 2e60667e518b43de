"""`vedette watch` as a process: finds, goes on after SIGKILL, reloads rules, refuses bad ones."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

CONFIG = """\
data_dir: data
sources:
  - {name: logs, kind: file, paths: ["logs/*.ndjson"], poll: 50ms}
rules: {bundled: false, installed: false, paths: [rules]}
correlation: {lateness: 0s, idle: 1s}
sinks:
  - {name: out, kind: file, path: findings.ndjson}
log: {level: info, format: json}
"""

RULE = """\
title: {title}
id: {id}
level: high
logsource: {{product: windows, category: process_creation}}
detection: {{selection: {{Image|endswith: '{image}'}}, condition: selection}}
samples:
  - name: it
    match: true
    format: windows
    event: {{Channel: Microsoft-Windows-Sysmon/Operational, EventID: 1, Image: '{sample}'}}
"""

FIRST = "0b0f7bb7-0a5c-4a5e-9a52-2f6b0c9f4b11"
SECOND = "1b0f7bb7-0a5c-4a5e-9a52-2f6b0c9f4b12"


class Firm:
    """A folder with a configuration, rules, logs and a watch over them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "logs").mkdir()
        (folder / "rules").mkdir()
        (folder / "vedette.yml").write_text(CONFIG)
        self.watch: subprocess.Popen[str] | None = None

    def rule(self, name: str, id: str, image: str, sample: str = "") -> None:
        text = RULE.format(title=name, id=id, image=image, sample=sample or "C:" + image)
        (self.folder / "rules" / f"{name}.yml").write_text(text)

    def start(self) -> None:
        with (self.folder / "log").open("a") as log:
            self.watch = subprocess.Popen(
                [sys.executable, "-m", "vedette.cli", "watch", "-c", "vedette.yml", "-o", "none"],
                cwd=self.folder,
                env={**os.environ, "HOME": str(self.folder)},
                stderr=log,
                text=True,
            )

    def end(self, number: signal.Signals) -> int:
        assert self.watch is not None
        self.watch.send_signal(number)
        return self.watch.wait(30)

    def event(self, image: str, count: int = 1) -> None:
        with (self.folder / "logs" / "a.ndjson").open("a") as file:
            for number in range(count):
                event = {
                    "Channel": "Microsoft-Windows-Sysmon/Operational",
                    "EventID": 1,
                    "Image": image,
                    "ProcessId": number,
                    "UtcTime": "2026-03-02 09:14:07.123",
                }
                file.write(json.dumps(event) + "\n")

    def found(self) -> list[str]:
        path = self.folder / "findings.ndjson"
        lines = path.read_text().splitlines() if path.exists() else []
        return [json.loads(line)["rule"]["title"] for line in lines]

    def log(self) -> str:
        return (self.folder / "log").read_text()


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    made = Firm(tmp_path)
    yield made
    if made.watch is not None and made.watch.poll() is None:
        made.end(signal.SIGKILL)


def until(condition: Callable[[], bool], firm: Firm) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail(f"nothing happened; the log says:\n{firm.log()}")


def test_a_watch_goes_on_where_it_was_killed(firm: Firm) -> None:
    firm.rule("one", FIRST, "\\one.exe")
    firm.event("C:\\one.exe", 20)
    firm.start()
    until(lambda: len(firm.found()) == 20, firm)
    firm.event("C:\\one.exe", 30)
    firm.end(signal.SIGKILL)
    firm.event("C:\\one.exe", 50)
    firm.start()
    until(lambda: len(firm.found()) >= 100, firm)
    assert firm.end(signal.SIGTERM) == 0
    ids = [json.loads(x)["id"] for x in (firm.folder / "findings.ndjson").read_text().splitlines()]
    assert len(ids) == len(set(ids)) == 100


def test_rules_are_reloaded_and_bad_ones_refused(firm: Firm) -> None:
    firm.rule("one", FIRST, "\\one.exe")
    firm.start()
    firm.event("C:\\one.exe")
    until(lambda: firm.found() == ["one"], firm)
    firm.rule("two", SECOND, "\\two.exe", sample="C:\\other.exe")
    until(lambda: "rules not reloaded" in firm.log(), firm)
    assert "sample 'it' of" in firm.log()
    firm.event("C:\\two.exe")
    firm.event("C:\\one.exe")
    until(lambda: firm.found() == ["one", "one"], firm)
    firm.rule("two", SECOND, "\\two.exe")
    until(lambda: "reloaded: 2 rules" in firm.log(), firm)
    firm.event("C:\\two.exe")
    until(lambda: "two" in firm.found(), firm)
    assert firm.end(signal.SIGINT) == 0


def test_a_second_watch_is_told_who_has_the_folder(firm: Firm) -> None:
    firm.rule("one", FIRST, "\\one.exe")
    firm.start()
    until(lambda: "watching 1 sources" in firm.log(), firm)
    first = firm.watch
    assert first is not None
    firm.start()
    assert firm.watch is not None
    assert firm.watch.wait(30) == 2
    assert f"pid {first.pid}" in firm.log()
    firm.watch = first


def test_a_folder_that_can_not_be_made_is_told_of(firm: Firm) -> None:
    firm.rule("one", FIRST, "\\one.exe")
    text = CONFIG.replace("data_dir: data", "data_dir: vedette.yml/data")
    (firm.folder / "vedette.yml").write_text(text)
    firm.start()
    assert firm.watch is not None
    assert firm.watch.wait(30) == 2
    assert "Not a directory; make a folder that this user may write in" in firm.log()
    assert "Traceback" not in firm.log()


def test_nothing_to_watch_is_a_fault(firm: Firm) -> None:
    (firm.folder / "vedette.yml").write_text("data_dir: data\n")
    firm.start()
    assert firm.watch is not None
    assert firm.watch.wait(30) == 2
    assert "has no sources" in firm.log()


def test_rules_installed_for_somebody_else_are_told_of(firm: Firm) -> None:
    package = firm.folder / "package"
    package.mkdir()
    (package / "one.yml").write_text(
        RULE.format(title="installed", id=FIRST, image="\\one.exe", sample="C:\\one.exe")
    )
    (firm.folder / "vedette.yml").write_text(
        CONFIG.replace("bundled: false, installed: false", "bundled: true, installed: true")
    )
    home = {**os.environ, "HOME": str(firm.folder)}
    home.pop("XDG_DATA_HOME", None)
    install = [sys.executable, "-m", "vedette.cli", "rules", "install", "sigmahq", "--from"]
    subprocess.run([*install, str(package)], env=home, check=True, capture_output=True)
    firm.start()
    until(lambda: "watching 1 sources" in firm.log(), firm)
    assert "is not used: it lies outside of" in firm.log()
    assert "Started server process" not in firm.log()
    assert firm.end(signal.SIGTERM) == 0
    subprocess.run(
        [*install, str(package), "-c", "vedette.yml"],
        env=home, cwd=firm.folder, check=True, capture_output=True,
    )  # fmt: skip
    firm.start()
    firm.event("C:\\one.exe")
    until(lambda: "installed" in firm.found(), firm)
    assert firm.log().count("is not used") == 1


def test_what_is_stored_is_found_by_the_name_of_its_source(firm: Firm) -> None:
    firm.rule("one", FIRST, "\\one.exe")
    firm.event("C:\\one.exe", 3)
    firm.start()
    until(lambda: len(firm.found()) == 3, firm)
    assert firm.end(signal.SIGTERM) == 0

    def vedette(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "vedette.cli", *words, "-c", "vedette.yml"],
            cwd=firm.folder, env={**os.environ, "HOME": str(firm.folder)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    for source, count in (("logs", 3), ("a.ndjson", 3), ("other", 0)):
        done = vedette("search", "-o", "json", "--source", source)
        assert len(done.stdout.splitlines()) == count, source
    shown = vedette("search", "-n", "1")
    assert f"  windows  {firm.folder}/logs/a.ndjson:" in shown.stdout
    assert (shown.returncode, len(shown.stdout.splitlines())) == (0, 2)
    nothing = vedette("search", "no such text")
    assert (nothing.returncode, nothing.stdout, nothing.stderr) == (1, "", "nothing was found\n")
    status = vedette("sources", "status", "-o", "json")
    assert (status.returncode, json.loads(status.stdout)["state"]) == (1, "stopped")
