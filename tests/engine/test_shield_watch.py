"""`vedette watch` and `vedette shield serve` before a website, as a user runs them."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from servers.postfix import free_port
from shield.small_pack import write_pack

CONFIG = """\
data_dir: data
sources:
- kind: shield
  name: web
  listen: 127.0.0.1:{port}
  rules: crs
  workers: {workers}
  fail: open
  log: shield.log
  sites:
  - name: shop
    upstream: http://127.0.0.1:{origin}
    paths: [{{path: /strict, mode: enforce}}]
rules: {{bundled: false, installed: false, paths: [rules]}}
sinks:
- {{name: out, kind: file, path: findings.ndjson}}
log: {{format: text}}
"""
RULE = """\
title: Something would be blocked
id: 2b0f7bb7-0a5c-4a5e-9a52-2f6b0c9f4b14
level: low
logsource: {product: vedette, service: shield}
detection: {selection: {action: would_block, hits.rule: 942100}, condition: selection}
"""
ATTACK = "?q=1+union+select+2&password=hunter2"


class Shop(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"fine")

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


class Firm:
    def __init__(self, folder: Path, origin: int, workers: int = 1) -> None:
        self.folder = folder
        self.port = free_port()
        write_pack(folder / "crs")
        (folder / "rules").mkdir()
        (folder / "rules/own.yml").write_text(RULE)
        text = CONFIG.format(port=self.port, origin=origin, workers=workers)
        (folder / "vedette.yml").write_text(text)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *command: str) -> None:
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "vedette.cli", *command, "-c", "vedette.yml", "-o", "none"],
                cwd=self.folder, env={**os.environ, "HOME": str(self.folder)}, stderr=log,
            )  # fmt: skip
        self.until(lambda: "serving at" in self.log())

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(40)

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def ask(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as got:
                return int(got.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def findings(self) -> list[dict[str, Any]]:
        path = self.folder / "findings.ndjson"
        return [json.loads(x) for x in path.read_text().splitlines()] if path.exists() else []

    def vedette(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "vedette.cli", *arguments], cwd=self.folder,
            env={**os.environ, "HOME": str(self.folder)}, capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip

    def until(self, done: Callable[[], bool], seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not done():
            assert self.process is None or self.process.poll() is None, self.log()
            assert time.monotonic() < end, self.log()
            time.sleep(0.05)


@pytest.fixture(scope="module")
def origin() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("command", [("watch",), ("shield", "serve")])
def test_from_a_request_to_a_finding(tmp_path: Path, origin: int, command: tuple[str, ...]) -> None:
    firm = Firm(tmp_path, origin, workers=2)
    assert firm.vedette("config", "check", "vedette.yml").returncode == 0
    firm.start(*command)
    assert firm.ask("/") == 200
    assert firm.ask(f"/{ATTACK}") == 200
    assert firm.ask(f"/strict/{ATTACK}") == 403
    for _ in range(20):
        firm.ask(f"/strict/{ATTACK}")
    firm.until(lambda: len(firm.findings()) >= 3)
    titles = [finding["rule"]["title"] for finding in firm.findings()]
    assert sorted(titles) == ["SQL injection", "SQL injection", "Something would be blocked"]
    assert "942100" in (tmp_path / "shield.log").read_text()
    assert firm.end() == 0
    stored = firm.vedette(
        "search", "-c", "vedette.yml", "--source", "web", "--where", "kind=request", "-o", "json"
    )
    records = [json.loads(line)["record"] for line in stored.stdout.splitlines()]
    assert len(records) == 22
    everything = stored.stdout + json.dumps(firm.findings())
    assert "hunter2" not in everything
    assert "(masked)" not in records[0]["hits"][0]["value"]


def test_when_the_watch_is_killed_nobody_goes_on_unheard(tmp_path: Path, origin: int) -> None:
    firm = Firm(tmp_path, origin, workers=2)
    firm.start("watch")
    assert firm.ask("/") == 200
    firm.end(signal.SIGKILL)

    def refused() -> bool:
        with contextlib.suppress(urllib.error.URLError, OSError):
            firm.ask("/")
            return False
        return True

    firm.process = None
    firm.until(refused)
    firm.start("watch")
    assert firm.ask("/") == 200
    assert firm.end() == 0


def test_faulty_rules_are_told_before_anything_is_served(tmp_path: Path, origin: int) -> None:
    firm = Firm(tmp_path, origin)
    (tmp_path / "crs/rules/RULES.conf").write_text("SecNonsense\n")
    done = firm.vedette("shield", "serve", "-c", "vedette.yml")
    assert done.returncode == 2
    assert "RULES.conf:1:1: there is no directive 'SecNonsense'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_configuration_without_websites(tmp_path: Path) -> None:
    (tmp_path / "v.yml").write_text("data_dir: data\n")
    done = subprocess.run(
        [sys.executable, "-m", "vedette.cli", "shield", "serve", "-c", "v.yml"], cwd=tmp_path,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "no sources of kind shield" in done.stderr
