"""A firm's mail for tests: a real Postfix that delivers into a real Dovecot, a `vedette watch` at
its milter that may act, and the synthetic campaign that it answers."""

from __future__ import annotations

import os
import signal
import smtplib
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any, Final

from engine import test_lure_watch
from lure import samples
from response.playbook.playbook_shapes import END, START, act, dumped, playbook, step_id
from servers.dovecot import Dovecot, dovecot
from servers.postfix import Postfix, free_port, postfix, wait_for_port
from vedette.engine.thwarting.reading import recent_actions
from vedette.response.playbook.playbook import EXTENSION
from vedette.response.shown import entry_json

DOMAIN: Final = "aero-desk.test"
PERSONA: Final = f"jane.roe@{DOMAIN}"
STRANGER: Final = "dora@friend.example"
VICTIM: Final = samples.VICTIM
LINK: Final = "https://jobs-portal.test/apply?candidate=ann.keller%40firm.example"
FILE: Final = ("Offer_Ann_Keller.pdf.exe", b"MZ" + bytes(100))
"""What the lure is made of, as in `samples`; harmless."""

_CONFIG: Final = """\
data_dir: data
sources:
- {{name: mx, kind: milter, listen: "127.0.0.1:{port}", mode: shadow, budget: {budget}}}
lures: {{dns: false, employers: [own]}}
rules: {{bundled: false, installed: false, paths: [rules]}}
response:
  history: 0s
  domains: [firm.example]
  bundled_playbooks: false
  playbooks: [campaign.json]
  otherwise: {{mode: act, people: 1, lasts: {lasts}}}
  mail:
    answer: reject
    postfix: true
    postfix_config: {postfix}
    mailboxes:
    - host: 127.0.0.1
      port: {imap}
      ca: {ca}
      users: [ann.keller, ben]
      master: officer
      password: file:word
sinks:
- {{name: out, kind: file, path: findings.ndjson}}
log: {{level: info, format: text}}
"""
_AIMED: Final = {
    "hold-message": {"entity": "person"},
    "refuse-sender": {"entity": "person"},
    "refuse-domain": {"entity": "domain", "match": DOMAIN},
    "refuse-url": {"entity": "url"},
    "refuse-hash": {"entity": "hash"},
    "retract-message": {"entity": "message"},
}
KINDS: Final = tuple(_AIMED)


def answers_to_a_lure(kinds: Sequence[str]) -> bytes:
    """A playbook that does all this, one after the other."""
    steps = [step_id("action", at) for at, _ in enumerate(kinds)]
    workflow: dict[str, Any] = {
        START: {"type": "start", "on_completion": steps[0]},
        END: {"type": "end"},
    }
    for kind, step, follows in zip(kinds, steps, [*steps[1:], END], strict=True):
        workflow[step] = act(kind, follows, _AIMED[kind]["entity"], target=_AIMED[kind])
    trigger = {EXTENSION: {"trigger": "[incident:stages IN ('lure', 'delivery')]"}}
    return dumped(playbook(workflow, playbook_extensions=trigger))


def letter(subject: str, sender: str = STRANGER, text: str = "As always.", **more: Any) -> bytes:
    """A message of no interest, but for what is put into it: `file` (name, bytes)."""
    files = [more["file"]] if "file" in more else []
    message = samples.mail(sender, subject, text + "\n", *files)
    del message["Message-ID"]
    message["Message-ID"] = f"<{subject.replace(' ', '.')}@mail.example>"
    return bytes(message)


def lure(persona: str = PERSONA) -> bytes:
    """What the campaign begins with: a job offer with a disguised program (a stub)."""
    message = samples.lure()
    message.replace_header("From", f'"Boeing HR" <{persona}>')
    message.replace_header("Message-ID", f"<{persona}>")
    return bytes(message)


class MailFirm(test_lure_watch.Firm):
    """`box` holds the mailboxes of ann.keller and ben, `mx` delivers there and asks the watch."""

    def __init__(
        self,
        folder: Path,
        box: Dovecot,
        mx: Postfix,
        port: int,
        kinds: Sequence[str],
        **settings: str,
    ) -> None:
        super().__init__(folder, "")
        self.box, self.mx, self.port, self.kinds = box, mx, port, kinds
        text = _CONFIG.format(
            port=port, imap=box.tls_port, ca=box.ca, postfix=mx.root / "etc",
            **settings,
        )  # fmt: skip
        (folder / "vedette.yml").write_text(text)
        (folder / "campaign.json").write_bytes(answers_to_a_lure(kinds))
        (folder / "word").write_text("master\n")

    def start(self) -> None:
        super().start()
        wait_for_port(self.port)

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

    def until(self, done: Callable[[], bool], patience: float = 300) -> None:
        super().until(done, patience)

    def kill(self) -> None:
        self.end(signal.SIGKILL)

    def command(self, *words: str) -> str:
        """The output of a command that does what it should."""
        ended = self.vedette(*words, "-c", "vedette.yml")
        assert ended.returncode == 0, (ended.stdout, ended.stderr, self.log())
        return ended.stdout

    def actions(self) -> dict[str, dict[str, Any]]:
        """The first action of each kind."""
        found = sorted(self.all_actions(), key=lambda one: str(one["decided"]), reverse=True)
        return {one["kind"]: one for one in found if one["kind"] in self.kinds}

    def all_actions(self) -> list[dict[str, Any]]:
        """As `vedette actions list -o json` gives them."""
        return [entry_json(one) for one in recent_actions(self.folder / "data", (), 100)]

    def state(self, action: str) -> str:
        return next(str(one["state"]) for one in self.all_actions() if one["id"] == action)

    def states(self) -> dict[str, str]:
        return {kind: one["state"] for kind, one in self.actions().items()}

    def answered(self) -> None:
        """Send the lure and wait until all that the playbook says is done."""
        self.mx.send(lure(), PERSONA, VICTIM)
        self.until(lambda: self.states() == dict.fromkeys(self.kinds, "applied"))

    def undo(self, kind: str) -> None:
        self.command("actions", "undo", self.actions()[kind]["id"])

    def refuses(self, raw: bytes, sender: str) -> bool:
        """Whether the mail server refuses it, for the reason that an action gives."""
        try:
            self.mx.send(raw, sender, VICTIM)
        except smtplib.SMTPDataError as error:
            assert error.smtp_code == 550, error
            assert b"5.7.1 Refused by the recipient's security" in error.smtp_error
            return True
        return False

    def accepted(self, raw: bytes, sender: str) -> None:
        """Hand it in until it is taken: a door looks now and then at what is refused."""
        self.until(lambda: not self.refuses(raw, sender), 120)

    def subjects(self, user: str = "ann.keller") -> Counter[str]:
        """What lies in a person's inbox."""
        parse = BytesHeaderParser().parsebytes
        return Counter(str(parse(raw)["Subject"]) for raw in self.box.messages(user))


class Flow:
    """Ordinary mail for ben, a message every `pause` seconds, until `end`."""

    def __init__(self, firm: MailFirm, pause: float = 0.25) -> None:
        self.seconds: list[float] = []
        """How long each took to hand in."""
        self.faults: list[Exception] = []
        self._firm, self._pause = firm, pause
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def end(self) -> None:
        """Stop, and make sure that each message arrived, and once."""
        self.stop()
        assert not self.faults
        sent = Counter(f"ordinary {number}" for number in range(len(self.seconds)))
        assert sent
        self._firm.until(lambda: len(self._firm.subjects("ben")) >= len(sent))
        assert self._firm.subjects("ben") == sent

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(60)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stop.wait(self._pause):
            raw = letter(f"ordinary {len(self.seconds)}")
            begun = time.monotonic()
            try:
                self._firm.mx.send(raw, STRANGER, "ben@firm.example")
            except (OSError, smtplib.SMTPException) as error:
                self.faults.append(error)
                return
            self.seconds.append(time.monotonic() - begun)


@contextmanager
def mail_firm(
    folder: Path, kinds: Sequence[str] = KINDS, lasts: str = "60m", budget: str = "10s"
) -> Iterator[MailFirm]:
    """The servers run, the watch is not yet started; skips where a server is missing."""
    port = free_port()
    with dovecot() as box:
        more = f"""\
smtpd_milters = inet:127.0.0.1:{port}
virtual_mailbox_base = {box.root}/mail
virtual_mailbox_maps = inline:{{ {VICTIM}=ann.keller/, ben@firm.example=ben/ }}
"""
        with postfix(more) as mx:
            firm = MailFirm(folder, box, mx, port, kinds, lasts=lasts, budget=budget)
            try:
                yield firm
            finally:
                if firm.process is not None and firm.process.poll() is None:
                    firm.kill()
