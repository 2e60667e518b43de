"""`vedette shield serve`, `shadow`, `apply`, `enforce`, `revert`, `patch` and `export` as a user
runs them, on websites at work."""

from __future__ import annotations

import contextlib
import http.server
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from modsecurity import Oracle
from shield.small_pack import RULES, write_pack
from vedette.seclang.parse import load_program
from vedette.seclang.request import Request
from vedette.seclang.run.transaction import Engine

GUIDES: Final = Path(__file__).resolve().parents[2] / "docs/how-to"
SQL: Final = "q=union+select"
CONFIG: Final = """\
data_dir: data
sources:
- kind: shield
  name: web
  listen: 127.0.0.1:{port}
  rules: crs
  trusted_proxies: [127.0.0.1]
  client_from: x-forwarded-for
  sites: [{{name: shop, upstream: 'http://127.0.0.1:{origin}'}}]
"""


class Website(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextlib.contextmanager
def website() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Website) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "vedette.cli", "shield", *arguments, "-c", "vedette.yml"]


def environment(folder: Path) -> dict[str, str]:
    path = ":".join(sys.path)
    return {"HOME": str(folder), "PATH": "/usr/bin:/bin", "PYTHONPATH": path, "SUDO_USER": "ann"}


def shield(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), cwd=folder, env=environment(folder), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def fine(folder: Path, *arguments: str) -> str:
    done = shield(folder, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Proxy:
    """`vedette shield serve` and a browser."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port

    def ask(self, path: str, client: str = "203.0.113.99") -> tuple[int, str]:
        """The status, and the incident's number."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            headers={"Host": "shop.example", "X-Forwarded-For": client},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return int(answer.status), ""
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers.get("X-Vedette-Incident", "")

    def becomes(self, path: str, status: int) -> None:
        end = time.monotonic() + 40
        while self.ask(path)[0] != status:
            assert time.monotonic() < end, (path, status)
            time.sleep(0.2)


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Proxy]:
    write_pack(folder / "crs")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with website() as origin:
        (folder / "vedette.yml").write_text(CONFIG.format(port=port, origin=origin))
        with served(folder, port) as web:
            yield web


@contextlib.contextmanager
def served(folder: Path, port: int) -> Iterator[Proxy]:
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            command("serve", "-o", "none"), cwd=folder, env=environment(folder), stdout=said,
            stderr=said,
        )  # fmt: skip
        try:
            end = time.monotonic() + 40
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    assert process.poll() is None, (folder / "said").read_text()
                    assert time.monotonic() < end
                    time.sleep(0.1)
            yield Proxy(folder, port)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def seen(folder: Path, requests: int) -> dict[str, Any]:
    """What the shadow shows, once it has seen so many."""
    end = time.monotonic() + 40
    while True:
        done = shield(folder, "shadow", "-o", "json")
        assert done.returncode in (0, 1), done.stderr
        said: dict[str, Any] = json.loads(done.stdout)
        if said["would_block"] + said["blocked"] >= requests:
            return said
        assert time.monotonic() < end, said
        time.sleep(0.3)


def test_from_the_shadow_to_blocking_and_back(tmp_path: Path) -> None:
    with serving(tmp_path) as web:
        for n in range(5):
            client = f"192.0.2.{n + 1}"
            for _ in range(3):
                assert web.ask("/", client)[0] == 200
            assert web.ask(f"/search?{SQL}", client)[0] == 200
        assert web.ask("/admin?x=<script>")[0] == 200

        said = seen(tmp_path, 6)
        assert (said["would_block"], said["still"]) == (6, 6)
        (one,) = said["proposals"]
        assert one["exclusion"]["path"] == "/search"
        assert one["exclusion"]["target"] == "ARGS:q"
        assert (one["parties"], one["freed"], one["price"]["rules"]) == (5, 5, [942100])
        shown = shield(tmp_path, "shadow")
        assert shown.returncode == 1
        assert "6 requests" in shown.stdout
        assert "shop/search ARGS:q: rule 942100" in shown.stdout

        assert "shop/search" in fine(tmp_path, "apply", "1", "--why", "people search for SQL")
        assert "in force already" in fine(tmp_path, "apply", "--all")
        assert seen(tmp_path, 6)["still"] == 1
        fine(tmp_path, "enforce", "shop")
        web.becomes("/admin?x=<script>", 403)
        status, incident = web.ask("/login?user=1+union+select+2")
        assert status == 403
        assert re.fullmatch(r"[\w-]{6,}", incident)
        assert web.ask(f"/search?{SQL}")[0] == 200
        assert web.ask("/search?q=shoes")[0] == 200

        assert "reverted 1: shop/search" in fine(tmp_path, "revert", "1")
        web.becomes(f"/search?{SQL}", 403)
        fine(tmp_path, "enforce", "shop", "--shadow")
        web.becomes(f"/search?{SQL}", 200)
        assert seen(tmp_path, 8)["blocked"] >= 2

    decided = json.loads((tmp_path / "data/shield/web/decided.json").read_text())
    assert [each["by"] for each in decided["changes"]] == ["ann"] * 4
    assert decided["changes"][0]["why"] == "people search for SQL"
    previous = json.loads((tmp_path / "data/shield/web/decided.previous.json").read_text())
    assert previous["changes"] == decided["changes"][:3]
    assert (decided["exclusions"], decided["last"]) == ([], 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_pack(tmp_path / "crs")
    (tmp_path / "vedette.yml").write_text(CONFIG.format(port=1, origin=2))
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("apply",), "NUMBERS, or --all"),
        (("apply", "1"), "run vedette shield shadow"),
        (("shadow",), "start `vedette watch` first"),
        (("revert", "7"), "nothing in force has the number 7: none"),
        (("enforce", "forum/x"), "there are: shop"),
        (("enforce", "shop/x?y"), "leave out the query"),
        (("patch", "shop/x", "ARGS:id"), "either what alone is allowed"),
        (("patch", "shop/x", "ARGS:id", "--only", "("), "no regular expression"),
        (("patch", "shop/x", "WHAT:id", "--only", "x"), "no variable of rules"),
        (("shadow", "--since", "yesterday"), "yesterday"),
        (("shadow", "--source", "other"), "no source of kind shield named other"),
    ],
)
def test_wrong_usage_says_what_to_do(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    done = shield(folder, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "data/shield/web/decided.json").exists()


def test_an_unreadable_decision_is_not_overwritten(folder: Path) -> None:
    (folder / "data/shield/web").mkdir(parents=True)
    file = folder / "data/shield/web/decided.json"
    file.write_text("{")
    done = shield(folder, "enforce", "shop")
    assert done.returncode != 0
    assert "restore it" in done.stderr
    assert file.read_text() == "{"


def exported(folder: Path, text: str) -> list[Path]:
    for name, content in (("a.conf", text), ("b.conf", f"SecRuleEngine On\n{RULES}")):
        (folder / name).write_text(content)
    return [folder / "a.conf", folder / "crs/crs-setup.conf", folder / "b.conf"]


def test_what_is_exported_holds_in_both_engines(folder: Path) -> None:
    said = fine(folder, "patch", "shop/view", "ARGS:id", "--only", "[0-9]{1,9}", "--why", "a hole")
    assert said == "1: shop/view ARGS:id: virtual patch\n"
    assert "1: shop/view ARGS:id: virtual patch (by ann" in fine(folder, "revert")
    shown = [
        {"exclusion": {"number": n, "site": "shop", "rule": 942100, **more}, "msg": "m",
         "requests": 1, "parties": 3, "engaged": 3, "freed": 1, "examples": [],
         "price": {"rules": [], "remaining": 0, "attacks": 0, "attackers": 0}}
        for n, more in enumerate(
            ({"path": "/s/{any}", "target": "ARGS:q"},
             {"path": "/j", "target": "ARGS:json.array_*.q"}), 1)
    ]  # fmt: skip
    (folder / "data/shield/web/proposals.json").write_text(json.dumps(shown))
    fine(folder, "apply", "2", "1")
    done = shield(folder, "export")
    assert done.returncode == 3
    assert "left out: exclusion 2" in done.stderr
    assert "Ids 20000 to 89999" in done.stdout
    assert set(re.findall(r"\bid:(\d+)", done.stdout)) == {"20001", "20003"}
    coraza = fine(folder, "export", "--for", "coraza")
    assert set(re.findall(r"\bid:(\d+)", coraza)) == {"20001", "20002", "20003"}
    files = exported(folder, done.stdout)
    detecting = (folder / "b.conf").read_text().replace("Engine On", "Engine DetectionOnly")
    theirs = Oracle(files[:2], detecting)  # it tells what it found only where it refuses nothing
    ours = Engine(load_program(files))
    for target, expected in (
        (b"/s/x?q=1+union+select", set()),
        (b"/s/../x?q=1+union+select", {942100}),
        (b"/s/x?p=1+union+select", {942100}),
        (b"/view?id=12", set()),
        (b"/view?id=x", {20001}),
    ):
        request = Request(b"GET", target, headers=((b"Host", b"a.example"),))
        looked = {20001, 942100}
        assert {each.id for each in ours.inspect(request).matches} & looked == expected
        assert {each.rule_id for each in theirs.judge(request, b"")} & looked == expected


def test_every_command_of_the_guide(folder: Path) -> None:
    page = (GUIDES / "shield-protect.md").read_text()
    (setup,) = re.findall(r"```yaml\n(.*?)```", page, re.S)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with website() as origin:
        for said, here in ((":8000", f":{origin}"), (":8080", f":{port}"), ("/opt/crs", "crs")):
            assert said in setup
            setup = setup.replace(said, here)
        setup += "    trusted_proxies: [127.0.0.1]\n    client_from: x-forwarded-for\n"
        (folder / "vedette.yml").write_text(setup)
        (folder / "access.log").write_text(
            '192.0.2.1 - - [02/Mar/2026:09:10:40 +0000] "GET / HTTP/1.1" 200 5 "-" "b"\n'
        )
        with served(folder, port) as web:
            for n in range(4):
                for path in ("/", "/", "/", f"/search?{SQL}"):
                    assert web.ask(path, f"192.0.2.{n + 1}")[0] == 200
            seen(folder, 4)
            blocks = "".join(re.findall(r"```sh\n(.*?)```", page, re.S))
            lines = [line for line in blocks.splitlines() if "shield serve" not in line]
            assert len(lines) >= 14
            for line in lines:
                line = line.replace("vedette ", f"{sys.executable} -m vedette.cli ", 1)
                done = subprocess.run(
                    ["bash", "-c", line],
                    cwd=folder, env=environment(folder), stdin=subprocess.DEVNULL,
                    capture_output=True, text=True, timeout=60, check=False,
                )  # fmt: skip
                assert done.returncode in (0, 1), (line, done.stderr)
    assert "Virtual patch" in (folder / "before.conf").read_text()


def test_the_middleware_of_the_guide(folder: Path) -> None:
    page = (GUIDES / "shield-middleware.md").read_text()
    for name, text in re.findall(r"```python\n# (\w+\.py)\n(.*?)```", page, re.S):
        (folder / name).write_text(text.replace("/opt/crs", "crs"))
    script = """\
from starlette.testclient import TestClient
import asgi, wsgi
web = TestClient(asgi.app)
asked = [web.get(path).status_code for path in ("/x", "/x?q=<script", "/login?q=<script")]
web = wsgi.app.test_client()
asked += [web.get(path).status_code for path in ("/x", "/x?q=<script", "/login?q=<script")]
print(asked)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, env=environment(folder),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout == "[200, 200, 403, 200, 200, 403]\n", done.stderr


def test_two_who_decide_at_once_lose_nothing(folder: Path) -> None:
    at_once = [
        subprocess.Popen(
            command("enforce", f"shop/p{n}"), cwd=folder, env=environment(folder),
            stdout=subprocess.DEVNULL,
        )
        for n in range(4)
    ]  # fmt: skip
    assert [each.wait(60) for each in at_once] == [0] * 4
    decided = json.loads((folder / "data/shield/web/decided.json").read_text())
    assert sorted(each["path"] for each in decided["enforced"]) == ["/p0", "/p1", "/p2", "/p3"]
    assert (folder / "data/shield/web/decided.json").stat().st_nlink == 1
