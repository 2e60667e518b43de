"""Every command and every followed file that the guides show, run for real in a small sandbox."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from docs.guide_samples import LINES, furnish
from evtx_writer import event, evtx_file
from vedette.console.access.access import Access
from vedette.console.access.person import Client
from vedette.console.access.sessions import Limits
from vedette.console.access.settings import Settings

REPOSITORY: Final = Path(__file__).resolve().parents[2]
GUIDES: Final = [
    *sorted((REPOSITORY / "docs/how-to").glob("*.md")),
    REPOSITORY / "docs/tutorial/first-finding.md",
]
ELSEWHERE: Final = re.compile(r"\$EDITOR|vedette (watch|serve|init)\b|/opt/vedette/")
"""What is not run: the watch, which is running already; what makes a configuration or an
installation (test_init, test_install_guide)."""


class Sandbox:
    """A folder with all that the guides name, a configuration and a watch over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "root"
        furnish(folder, self.root, evtx_file([[event(1, "Security", 4688, {"a": "b"})]]))
        readme = (REPOSITORY / "README.md").read_text()
        shell = re.search(r"```yaml\n# shell\.yml\n(.*?)```", readme, re.S)
        assert shell is not None
        (folder / "shell.yml").write_text(shell[1])
        (folder / "content").symlink_to(REPOSITORY / "content")
        vedette = folder / "bin" / "vedette"
        vedette.write_text(f'#!/bin/sh\nexec {sys.executable} -m vedette.cli "$@"\n')
        vedette.chmod(0o755)
        self.sources = [self.inside(one) for one in followed()]
        config = {
            "data_dir": "data",
            "sources": self.sources,
            "sinks": [{"name": "desk", "kind": "webhook", "url": "http://127.0.0.1:9/"}],
        }
        (folder / "vedette.yml").write_text(yaml.safe_dump(config))
        self.welcome("ada", "ann")

    def welcome(self, *names: str) -> None:
        """People that guides speak of; the first is an admin."""
        (self.folder / "data").mkdir(mode=0o700)
        settings = Settings("http://127.0.0.1:8360", Limits(1 << 40, 1 << 40))
        access = Access(
            self.folder / "data",
            settings,
            record=lambda audit: None,
            now=lambda: time.time_ns() // 1000,
        )
        try:
            link = access.first_admin_link()
            for name in names:
                assert link is not None
                access.redeem(link, name, "a pass phrase of five words", Client("127.0.0.1"))
                link = access.people.invite("tests", "viewer")
        finally:
            access.close()

    def inside(self, source: dict[str, Any]) -> dict[str, Any]:
        return {**source, "paths": [f"{self.root}{path}" for path in source["paths"]]}

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        line = line.replace("> vedette.yml", "> example.yml")
        line = line.replace("/etc/vedette/vedette.yml", "vedette.yml")
        line = line.replace("checkpoint-2026-11-20.txt", "checkpoint-$(date +%F).txt")
        if re.search(r"rules install sigmahq(?!.*--from)", line):
            line += " --from my-rules"  # nothing is downloaded here
        line = re.sub(r"(?<= )/(?=var|opt|srv)", f"{self.root}/", line)
        return subprocess.run(
            ["bash", "-c", line], cwd=self.folder, env=self.environment(), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        return {**kept, "HOME": str(self.folder), "PATH": path}

    def grow(self) -> None:
        """Write every followed log again, as its program would."""
        for name, text in LINES.items():
            if name.startswith("/"):
                with (self.root / name[1:]).open("a") as file:
                    file.write(text + "\n")

    def statuses(self) -> dict[str, dict[str, Any]]:
        lines = self.run("vedette sources status -c vedette.yml -o json").stdout.splitlines()
        return {one["name"]: one for one in map(json.loads, lines)}


def followed() -> Iterator[dict[str, Any]]:
    """The file sources of all guides."""
    for page in GUIDES:
        for block in re.findall(r"^ {4}sources:\n(?: {4}.*\n|\n)+", page.read_text(), re.M):
            for source in yaml.safe_load(re.sub(r"^ {4}", "", block, flags=re.M))["sources"]:
                if source["kind"] == "file":
                    yield source


def commands() -> list[str]:
    """Every command line of the guides and of the README's example, each once."""
    found = [
        line
        for page in GUIDES
        for line in re.findall(r"^ {4}(\S.*)$", page.read_text(), re.M)
        if re.search(r"\bvedette [a-z]", line) and not line.startswith("#")
    ]
    readme = (REPOSITORY / "README.md").read_text()
    for block in re.findall(r"```sh\n(.*?)```", readme, re.S):
        found += [line for line in block.splitlines() if "vedette " in line]
    shown = [re.sub(r"\s+#.*", "", line) for line in found]
    return list(dict.fromkeys(line for line in shown if not ELSEWHERE.search(line)))


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    made = Sandbox(tmp_path_factory.mktemp("guides"))
    with (made.folder / "log").open("w") as log:
        watch = subprocess.Popen(
            [sys.executable, "-m", "vedette.cli", "watch", "-o", "none", "-c", "vedette.yml"],
            cwd=made.folder, env=made.environment(), stderr=log,
        )  # fmt: skip
    try:
        for _ in range(600):
            if "watching" in (made.folder / "log").read_text():
                break
            time.sleep(0.05)
        yield made
    finally:
        watch.send_signal(signal.SIGTERM)
        watch.wait(30)


def test_what_the_guides_follow_is_read(sandbox: Sandbox) -> None:
    time.sleep(0.5)  # `from: end` is where the files end by now
    sandbox.grow()
    names = {source["name"] for source in sandbox.sources}
    assert len(names) >= 9
    for _ in range(60):
        statuses = sandbox.statuses()
        silent = {name for name in names if not statuses.get(name, {}).get("events")}
        if not silent:
            break
        time.sleep(0.5)
    assert not silent, (sandbox.folder / "log").read_text()
    assert {name: one["problems"] for name, one in statuses.items() if one["problems"]} == {}


def test_every_command_of_the_guides_runs(sandbox: Sandbox) -> None:
    lines = commands()
    assert len(lines) > 35
    failed = []
    for line in lines:
        done = sandbox.run(line)
        unread = "scan" in line and re.search(r"(^|\n)0 events", done.stderr)
        if done.returncode not in (0, 1) or unread or "Traceback" in done.stderr:
            failed.append(f"{line}: {done.returncode}\n{done.stderr}")
    assert not failed, "\n".join(failed)
