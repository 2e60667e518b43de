"""A website's attacker refused by the watch that saw it, people told, and both taken back."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from engine.test_shield_watch import ATTACK, Firm, Shop

ATTACKER, GUEST = "203.0.113.9", "198.51.100.7"
CONFIG = """\
data_dir: data
sources:
- kind: shield
  name: web
  listen: 127.0.0.1:{port}
  rules: crs
  fail: open
  trusted_proxies: [127.0.0.1]
  client_from: x-forwarded-for
  sites: [{{name: shop, upstream: "http://127.0.0.1:{origin}"}}]
rules: {{bundled: false, installed: false, paths: [rules]}}
response:
  history: 0s
  modes:
    refuse-client: {{mode: act}}
  people:
    channels:
    - {{name: desk, url: "env:DESK", tlp: GREEN}}
log: {{format: text}}
"""


class Desk(BaseHTTPRequestHandler):
    """Takes what is told."""

    told: list[str]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.told.append(json.loads(body)["message"])
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def firm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Firm]:
    Desk.told = []
    shop = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    desk = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    for server in (shop, desk):
        Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("DESK", f"json://127.0.0.1:{desk.server_address[1]}/")
    firm = Firm(tmp_path, shop.server_address[1])
    text = CONFIG.format(port=firm.port, origin=shop.server_address[1])
    (tmp_path / "vedette.yml").write_text(text)
    yield firm
    if firm.process is not None and firm.process.poll() is None:
        firm.process.kill()
        firm.process.wait(20)
    for server in (shop, desk):
        server.shutdown()
        server.server_close()


def _visit(firm: Firm, client: str, path: str) -> int:
    url = f"http://127.0.0.1:{firm.port}{path}"
    request = urllib.request.Request(url, headers={"X-Forwarded-For": client})
    try:
        with urllib.request.urlopen(request, timeout=10) as got:
            return int(got.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_an_attacker_is_refused_though_the_rules_only_watch(firm: Firm) -> None:
    firm.start("watch")
    assert _visit(firm, GUEST, "/") == 200
    for _ in range(3):
        assert _visit(firm, ATTACKER, "/shop" + ATTACK) == 200
    firm.until(lambda: _visit(firm, ATTACKER, "/shop") == 403, 60)
    assert _visit(firm, GUEST, "/shop") == 200
    firm.until(lambda: bool(Desk.told), 60)
    assert "An incident of level" in Desk.told[0]
    assert "TLP:GREEN" in Desk.told[0]
    assert "203.0.113.9" not in Desk.told[0].replace("[.]", ".")  # more than the channel may carry
    listed = firm.vedette("actions", "list", "--state", "applied", "-o", "json", "-c",
                          "vedette.yml").stdout  # fmt: skip
    actions = {each["kind"]: each for each in map(json.loads, listed.splitlines())}
    assert set(actions) == {"refuse-client", "tell"}
    assert actions["refuse-client"]["target"]["value"] == ATTACKER
    ended = firm.vedette("actions", "undo", "--all", "-c", "vedette.yml")
    assert ended.returncode == 0, ended.stderr
    firm.until(lambda: _visit(firm, ATTACKER, "/shop") == 200)
    firm.until(lambda: len(Desk.told) == 2)
    assert firm.end() == 0
    verified = firm.vedette("ledger", "verify", "-c", "vedette.yml")
    assert verified.returncode == 0, verified.stdout
