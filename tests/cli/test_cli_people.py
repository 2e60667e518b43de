"""People and tokens from the terminal, with a service running and without."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from vedette.cli import USAGE, command, people, tokens
from vedette.console.access.database import NAME
from vedette.console.access.roles import ROLES, SCOPES
from vedette.model.errors import VedetteError

CONFIG = """\
data_dir: data
rules: {bundled: false, installed: false, paths: [rules]}
console: {listen: "127.0.0.1:0", public_url: "https://vedette.firm.example"}
log: {level: info, format: text}
"""


class Terminal:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "vedette.yml").write_text(CONFIG)
        (folder / "rules").mkdir()
        (folder / "data").mkdir(mode=0o700)

    def start(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "vedette.cli", *words, "-c", "vedette.yml"]

    def run(self, *words: str, code: int = 0) -> str:
        """What it prints; what is wrong where `code` is 2."""
        done = CliRunner().invoke(command, [*words, "-c", str(self.folder / "vedette.yml")])
        if code == USAGE:
            assert isinstance(done.exception, VedetteError), done.output
            return str(done.exception)
        assert done.exit_code == code, (done.output, done.exception)
        return done.stdout

    def ledger(self) -> list[dict[str, Any]]:
        lines = self.run("ledger", "show", "--kind", "access", "-o", "json").splitlines()
        return [json.loads(line)["what"] for line in lines]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def test_what_commands_offer_is_what_the_console_knows() -> None:
    assert people.ROLES == ROLES
    assert tuple(tokens.SCOPES) == tuple(SCOPES)


def test_people_are_invited_changed_and_told_of_in_the_ledger(terminal: Terminal) -> None:
    assert terminal.run("people", "list") == ""
    link = terminal.run("people", "invite", "admin").strip()
    assert link.startswith("https://vedette.firm.example/join/")
    redeem(terminal.folder, link, "ada")
    invited = json.loads(terminal.run("people", "invite", "viewer", "-o", "json"))
    redeem(terminal.folder, invited["link"], "ben")
    terminal.run("people", "role", "ben", "analyst")
    listed = [
        json.loads(line)
        for line in terminal.run("people", "list", "-o", "json", code=1).splitlines()
    ]
    assert [(one["name"], one["role"], one["disabled"]) for one in listed] == [
        ("ada", "admin", False), ("ben", "analyst", False)
    ]  # fmt: skip
    assert "last admin" in terminal.run("people", "disable", "ada", code=2)
    assert "nobody has this name" in terminal.run("people", "reset", "cy", code=2)
    made = json.loads(
        terminal.run("tokens", "make", "ci", "--owner", "ben", "--scope", "read", "-o", "json")
    )
    assert made["token"].startswith(f"vdt_{made['id']}_")
    assert made["token"] not in terminal.run("tokens", "list", code=1)
    terminal.run("tokens", "revoke", made["id"])
    assert terminal.run("tokens", "list") == ""
    said = terminal.ledger()
    assert [one["what"] for one in said] == [
        "invite", "invite", "role", "make-token", "revoke-token"
    ]  # fmt: skip
    assert (said[2]["about"], said[2]["was"], said[2]["role"]) == ("ben", "viewer", "analyst")
    assert made["token"][17:] not in json.dumps(said)


def test_changes_reach_a_running_service_and_its_ledger(terminal: Terminal) -> None:
    log = terminal.folder / "log"
    with log.open("wb") as file:
        service = subprocess.Popen(
            terminal.start("serve", "-o", "none"), cwd=terminal.folder, env=environment(),
            stdout=file, stderr=file,
        )  # fmt: skip
    try:
        until = time.monotonic() + 60
        while "first sign-in" not in log.read_text():
            assert service.poll() is None and time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        terminal.run("people", "invite", "responder")
        (said,) = terminal.ledger()
        assert (said["what"], said["role"]) == ("invite", "responder")
        assert oct((terminal.folder / "data" / NAME).stat().st_mode & 0o777) == "0o600"
    finally:
        service.send_signal(signal.SIGTERM)
        service.wait(60)


def redeem(folder: Path, link: str, name: str) -> None:
    """As the page of the link does."""
    from console.access.access_shapes import HOME, PASSWORD, entered, house

    with house(folder / "data") as it:
        it.clock.at = time.time_ns() // 1000
        entered(it.access.redeem(link.rpartition("/")[2], name, PASSWORD, HOME))
