"""The receiver and the configuration that the guide to notifications shows do what it says."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from finding_shapes import finding
from servers.postfix import free_port
from vedette.engine.config import load_config
from vedette.findings.ndjson import line
from vedette.model.errors import RefusedError
from vedette.model.signature import signature
from vedette.sinks.webhook import WebhookSink

GUIDE = Path(__file__).resolve().parents[2] / "docs/how-to/notifications.md"
SECRET = "a key of some length"


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", GUIDE.read_text(), re.S)
    assert found is not None
    return found[1]


class Receiver:
    def __init__(self, folder: Path) -> None:
        (folder / "receiver.py").write_text(block("python"))
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/hooks/vedette"
        self.output = folder / "output"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(folder / "receiver.py"), str(port)], stdout=output,
                stderr=subprocess.DEVNULL, env={**os.environ, "WEBHOOK_KEY": SECRET},
            )  # fmt: skip
        for _ in range(200):
            if self.post(b"", "") == 401:
                return
            time.sleep(0.05)
        pytest.fail("the receiver of the guide does not answer")

    def post(self, body: bytes, signed: str, key: str = "k") -> int:
        headers = {"Vedette-Signature": signed, "Idempotency-Key": key}
        request = urllib.request.Request(self.url, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except urllib.error.URLError:
            return 0


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    made = Receiver(tmp_path)
    yield made
    made.process.kill()
    made.process.wait(20)


def test_findings_arrive_once(receiver: Receiver) -> None:
    found = [finding(), finding()]
    for _ in range(2):  # as after a crash: another process sends them again
        sink = WebhookSink("desk", receiver.url, secret=SECRET, allow_private=True)
        sink.deliver(found)
        sink.close()
    assert receiver.output.read_bytes().splitlines() == [line(found[0])]
    other = WebhookSink("desk", receiver.url, secret="another key", allow_private=True)
    with pytest.raises(RefusedError, match="401"):
        other.deliver(found)
    other.close()


def test_what_is_not_ours_is_refused(receiver: Receiver) -> None:
    now = int(time.time())
    body = b'{"id": "x"}\n'
    right = signature(SECRET, now, body)
    for signed in (
        "", "t=,v1=", "v1=0", right.replace("v1=", "v1=0"), right[:-1], f"t={now},v1=\u00e9",
        f"t={now + 1},v1={right.partition('v1=')[2]}",
        signature(SECRET, now - 400, body), signature(SECRET, now + 400, body),
        f"t={now},v1={hashlib.sha256(body).hexdigest()}",
    ):  # fmt: skip
        assert receiver.post(body, signed) == 401, signed
    assert receiver.output.read_bytes() == b""
    assert receiver.post(body + b" ", right) == 401
    assert receiver.post(body, right) == 204
    assert receiver.output.read_bytes() == body


def test_the_receiver_is_short() -> None:
    code = [text for text in block("python").splitlines() if text and not text.startswith("#")]
    assert len(code) <= 24


def test_its_configuration_is_taken(tmp_path: Path) -> None:
    (tmp_path / "vedette.yml").write_text(block("yaml"))
    people = load_config(tmp_path / "vedette.yml").response.people
    assert [(one.name, one.tlp, one.per_hour) for one in people.channels] == [
        ("desk", "AMBER+STRICT", 20), ("chat", "GREEN", 10),
    ]  # fmt: skip
