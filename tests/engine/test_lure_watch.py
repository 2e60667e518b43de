"""`vedette watch` over real mail servers, as a firm would run it: nothing is faked but the mail."""

from __future__ import annotations

import email
import email.policy
import json
import mailbox
import os
import signal
import smtplib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from lure import samples
from servers.dovecot import dovecot
from servers.postfix import free_port, postfix, wait_for_port

OWN = """\
employers:
- {key: firm, name: Firm Rotors, country: DE, sector: aerospace, domains: [firm.example], own: true}
"""
CONFIG = """\
data_dir: data
sources:
  - {source}
lures: {{dns: false, employers: [own]}}
rules: {{bundled: false, installed: false, paths: [rules]}}
sinks:
  - {{name: out, kind: file, path: findings.ndjson}}
log: {{level: info, format: json}}
"""
RULE = """\
title: A lure was moved
id: 2b0f7bb7-0a5c-4a5e-9a52-2f6b0c9f4b13
level: low
logsource: {product: vedette, service: lure}
detection: {selection: {verdict: lure, action: quarantine}, condition: selection}
"""
PRIVATE = (
    samples.LURE_SUBJECT,
    samples.LURE_SENDER,
    samples.VICTIM,
    "ann.keller",
    "Ann_Keller",
    "boeing.talent.desk",
)


class Firm:
    """A folder with a configuration and a watch over one source of mail."""

    def __init__(self, folder: Path, source: str) -> None:
        self.folder = folder
        (folder / "own").mkdir()
        (folder / "own" / "employers.yml").write_text(OWN)
        (folder / "rules").mkdir()
        (folder / "rules" / "moved.yml").write_text(RULE)
        (folder / "vedette.yml").write_text(CONFIG.format(source=source))
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the watch and wait until it watches."""
        begun = self.log().count("watching 1 sources")
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "vedette.cli", "watch", "-c", "vedette.yml", "-o", "none"],
                cwd=self.folder, env=self.environment(), stderr=log,
            )  # fmt: skip
        self.until(lambda: self.log().count("watching 1 sources") > begun)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(40)

    def environment(self) -> dict[str, str]:
        return {**os.environ, "HOME": str(self.folder)}

    def vedette(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "vedette.cli", *arguments], cwd=self.folder,
            env=self.environment(), capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text() if path.exists() else ""

    def findings(self) -> list[dict[str, Any]]:
        path = self.folder / "findings.ndjson"
        return [json.loads(x) for x in path.read_text().splitlines()] if path.exists() else []

    def titles(self) -> list[str]:
        return [finding["rule"]["title"] for finding in self.findings()]

    def events(self) -> list[dict[str, Any]]:
        """The stored records, as the store's own command gives them."""
        found = self.vedette("search", "-c", "vedette.yml", "--limit", "1000", "-o", "json")
        assert found.returncode in (0, 1), found.stderr
        return [json.loads(line)["record"] for line in found.stdout.splitlines()]

    def until(self, done: Callable[[], bool], patience: float = 120) -> None:
        end = time.monotonic() + patience
        while not done():
            assert self.process is None or self.process.poll() is None, self.log()
            assert time.monotonic() < end, f"nothing happened; the log says:\n{self.log()}"
            time.sleep(0.05)

    def inspecting_child(self) -> int | None:
        """The process id of the watch's child that opens attachments."""
        assert self.process is not None
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal():
                try:
                    parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                    command = (entry / "cmdline").read_bytes()
                except OSError:
                    continue  # it has just ended
                if parent == self.process.pid and b"attachment.child" in command:
                    return int(entry.name)
        return None

    def holds_nothing_private(self, *more: str) -> None:
        """Neither in what was sent on, nor anywhere below the data directory."""
        seen = [(self.folder / "findings.ndjson").read_text(), self.log(), repr(self.events())]
        segments = sorted((self.folder / "data").rglob("*.parquet"))
        assert segments
        seen += [repr(pq.read_table(path).to_pylist()) for path in segments]
        seen += [
            path.read_bytes().decode("latin-1")
            for path in (self.folder / "data").rglob("*")
            if path.is_file()
        ]
        for text in seen:
            for private in (*PRIVATE, *more):
                assert private.lower() not in text.lower(), private


@pytest.fixture
def firms(tmp_path: Path) -> Iterator[Callable[[str], Firm]]:
    made: list[Firm] = []

    def make(source: str) -> Firm:
        made.append(Firm(tmp_path, source))
        return made[-1]

    yield make
    for firm in made:
        if firm.process is not None and firm.process.poll() is None:
            firm.end(signal.SIGKILL)


def test_mail_through_a_real_postfix(firms: Callable[[str], Firm]) -> None:
    port = free_port()
    firm = firms(f'{{name: mx, kind: milter, listen: "127.0.0.1:{port}", mode: shadow}}')
    with postfix(f"smtpd_milters = inet:127.0.0.1:{port}") as mx:

        def send(message: EmailMessage) -> None:
            mx.send(bytes(message), "x@jobs.example", samples.VICTIM)

        firm.start()
        wait_for_port(port)
        send(samples.ordinary())
        send(samples.lure())
        send(samples.with_bomb())
        delivered = mx.delivered(3)
        assert len(delivered) == 3
        assert not any(b"X-Vedette" in raw for raw in delivered)
        firm.until(lambda: len(firm.findings()) == 2)
        assert firm.titles() == ["Recruiter lure", "Recruiter lure"]
        assert "unpack without end" in repr(firm.findings())

        # The process that opens attachments dies: the next message is judged all the same.
        child = firm.inspecting_child()
        assert child is not None
        os.kill(child, signal.SIGKILL)
        send(samples.lure("Another confidential opening for you"))
        firm.until(lambda: len(firm.findings()) == 3)
        assert "file_double_extension" in repr(firm.findings()[2]["evidence"])

        verdicts = sorted(event["verdict"] for event in firm.events())
        assert verdicts == ["lure", "lure", "lure", "passed"]
        firm.holds_nothing_private("Another confidential opening", "Lunch", "bob@friend")

        # Who has a reason may look, and that is on record.
        finding = firm.findings()[0]
        unmask = ("lure", "unmask", finding["id"], "-c", "vedette.yml", "-o", "json", "--reason")
        assert firm.vedette(*unmask, "x").returncode == 2
        shown = firm.vedette(*unmask, "Ann asked for help")
        assert shown.returncode == 0, shown.stderr
        assert json.loads(shown.stdout) == {
            "subject": samples.LURE_SUBJECT,
            "sender": samples.LURE_SENDER,
            "name": "Boeing HR",
            "recipients": samples.VICTIM,
        }
        ledger = firm.vedette("ledger", "show", "--kind", "unmasked", "-c", "vedette.yml",
                              "-o", "json")  # fmt: skip
        record = json.loads(ledger.stdout)
        assert record["what"] == {"finding": finding["id"], "why": "Ann asked for help"}

        # Vedette is killed while mail flows: every message arrives, and the gap is told of.
        def flow() -> None:
            for number in range(12):
                send(samples.ordinary(f"Message {number}"))

        flowing = threading.Thread(target=flow)
        flowing.start()
        time.sleep(0.3)
        firm.end(signal.SIGKILL)
        flowing.join(60)
        assert len(mx.delivered(16)) == 16
        firm.start()
        firm.until(lambda: "Mail passed without being examined" in firm.titles())
        assert "was not running from" in repr(firm.findings())
        assert firm.end() == 0
        ids = [finding["id"] for finding in firm.findings()]
        assert len(ids) == len(set(ids))


def test_lures_are_held_by_a_real_postfix(firms: Callable[[str], Firm]) -> None:
    port = free_port()
    firm = firms(f'{{name: mx, kind: milter, listen: "127.0.0.1:{port}", mode: quarantine}}')
    with postfix(f"smtpd_milters = inet:127.0.0.1:{port}") as mx:
        firm.start()
        wait_for_port(port)
        mx.send(bytes(samples.lure()), "x@jobs.example", samples.VICTIM)
        mx.send(bytes(samples.ordinary()), "x@jobs.example", samples.VICTIM)
        firm.until(lambda: len(firm.findings()) == 2)  # the firm's own rule is the second
        (passed,) = mx.delivered(1)
        assert b"Lunch" in passed
        firm.until(lambda: mx.held() == 1)
        assert "fake" not in mx.log()  # the mail log names the recipient, so it says no more
        assert firm.end() == 0


def test_people_who_report_are_answered_once_and_stay_private(
    firms: Callable[[str], Firm],
) -> None:
    with dovecot() as box, postfix() as mx:
        source = (
            f"{{name: reports, kind: imap, host: 127.0.0.1, port: {box.tls_port}, ca: {box.ca}, "
            "user: report, password: 'file:word', "
            "answer: {sender: report@firm.example, domains: [firm.example], "
            f"contact: 'Mia Weber, 555', port: {mx.port}}}}}"
        )
        firm = firms(source)
        (firm.folder / "word").write_text("secret\n")
        firm.start()
        box.append(bytes(samples.report(samples.lure())), "report")
        (raw,) = mx.delivered(1)
        answer = email.message_from_bytes(raw, policy=email.policy.default)
        assert (answer["To"], answer["From"]) == (samples.VICTIM, "report@firm.example")
        assert answer["In-Reply-To"] == "<report-1@firm.example>"
        assert answer["Auto-Submitted"] == "auto-replied"
        text = answer.get_body(("plain",))
        assert text is not None
        said = text.get_content()
        assert "fake job offer" in said
        assert "Mia Weber, 555" in said
        assert "it speaks for Boeing and comes from a free mail address" in said

        # Killed after the answer: the report is looked at again, its person is not answered twice.
        firm.end(signal.SIGKILL)
        firm.start()
        box.append(
            bytes(samples.report(samples.lure(), reporter="ben@firm.example", attached=False)),
            "report",
        )
        box.append(bytes(samples.report(samples.lure(), reporter="eve@other.example")), "report")
        firm.until(lambda: len(firm.findings()) >= 2)  # the same lure twice, and a pasted text
        assert len(mx.delivered(2)) == 2
        time.sleep(1)
        to = [email.message_from_bytes(raw)["To"] for raw in mx.delivered(2)]
        assert sorted(to) == [samples.VICTIM, "ben@firm.example"]
        assert {event["way"] for event in firm.events()} == {"report"}
        firm.holds_nothing_private("ben@firm.example", "Is this real?")
        assert firm.end() == 0


def test_a_watched_maildir_with_a_quarantine(firms: Callable[[str], Firm], tmp_path: Path) -> None:
    inbox = mailbox.Maildir(str(tmp_path / "inbox"), create=True)
    firm = firms("{name: inbox, kind: folder, path: inbox, quarantine: held, poll: 50ms}")
    inbox.add(bytes(samples.ordinary()))
    firm.start()
    inbox.add(bytes(samples.lure()))
    held = tmp_path / "held" / "new"
    firm.until(lambda: held.is_dir() and len(list(held.iterdir())) == 1)
    assert len(inbox) == 1
    firm.until(lambda: sorted(firm.titles()) == ["A lure was moved", "Recruiter lure"])
    finding = next(f for f in firm.findings() if f["rule"]["title"] == "Recruiter lure")
    kinds = {entity["kind"] for entity in finding["entities"]}
    assert kinds >= {"mailbox", "person", "domain", "hash", "url"}
    assert "T1036.007" in finding["techniques"]
    record = next(e for e in firm.events() if e["verdict"] == "lure")
    assert record["action"] == "quarantine"
    firm.holds_nothing_private()
    assert firm.end(signal.SIGINT) == 0


def test_a_milter_that_is_stopped_in_order_raises_no_alarm(firms: Callable[[str], Firm]) -> None:
    port = free_port()
    firm = firms(f'{{name: mx, kind: milter, listen: "127.0.0.1:{port}"}}')
    for _ in range(2):
        firm.start()
        wait_for_port(port)
        assert firm.end() == 0
    assert not firm.findings()
    with pytest.raises((ConnectionError, smtplib.SMTPException)):
        smtplib.SMTP("127.0.0.1", port, timeout=2)
