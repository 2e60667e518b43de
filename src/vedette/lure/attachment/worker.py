"""One child process that opens attachments, seen from the service that uses it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from vedette.lure.attachment import wire
from vedette.lure.attachment.limits import Limits
from vedette.lure.attachment.report import Report
from vedette.lure.message import Attachment
from vedette.model.errors import VedetteError

START = 60.0
"""Seconds that a process may take to import its readers, on a machine under load."""
GRACE = 1.0
"""Seconds beyond a message's limit that the process has to write its report."""
_MODULE = "vedette.lure.attachment.child"


class Died(VedetteError, ConnectionError):
    """The process ended over a message. The message says how; `late`: it had to be stopped."""

    def __init__(self, why: str, *, late: bool = False) -> None:
        super().__init__(why)
        self.late = late


class Worker:
    """A running child. Used by one thread at a time; `last` tells that it wants to be replaced."""

    def __init__(self, limits: Limits, rules: Path | None) -> None:
        """Start it. Raises OSError where it can't be started."""
        self._limits = limits
        self.last = False
        ours, theirs = socket.socketpair()
        self._line = ours
        reading, writing = os.pipe()
        # A process that says more than fits shall not wait for a reader.
        os.set_blocking(writing, False)
        self._errors = reading
        try:
            self._process = subprocess.Popen(  # noqa: S603 # our own interpreter and module
                [sys.executable, "-I", "-B", "-m", _MODULE],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=writing,
                env={"LC_ALL": "C.UTF-8"},
                cwd="/",
            )
        except OSError:
            ours.close()
            os.close(reading)
            raise
        finally:
            theirs.close()
            os.close(writing)
        try:
            self._line.settimeout(START)
            wire.send(self._line, wire.Setup(limits, str(rules or ""), os.getpid()))
            self.hello = wire.receive(self._line, wire.Hello)
        except (OSError, msgspec.MsgspecError) as error:
            said = self._end()
            raise OSError(f"the process that opens attachments does not start: {said}") from error

    def alive(self) -> bool:
        """Whether it can take a job."""
        return self._process.poll() is None

    def inspect(
        self, attachments: Sequence[Attachment], words: Sequence[str]
    ) -> tuple[Report, ...]:
        """One message. Raises Died, after which the worker is of no use."""
        job = wire.Job(
            tuple(sendable(attachment.name) for attachment in attachments),
            tuple(len(attachment.data) for attachment in attachments),
            tuple(sendable(word) for word in words[: self._limits.words]),
        )
        try:
            self._line.settimeout(self._limits.seconds + GRACE)
            wire.send(self._line, job, [attachment.data for attachment in attachments])
            answer = wire.receive(self._line, wire.Answer)
        except TimeoutError as error:
            self._end()
            why = f"not inspected: the time for a message ran out ({self._limits.seconds:g} s)"
            raise Died(why, late=True) from error
        except (OSError, msgspec.MsgspecError) as error:
            raise Died(
                f"not inspected: the process that opens attachments {self._end()}"
            ) from error
        if len(answer.reports) != len(attachments):
            raise Died(f"not inspected: {self._end()}")
        self.last = answer.last
        return answer.reports

    def stop(self) -> None:
        """End it."""
        self._end()

    def _end(self) -> str:
        """Kill it and clean up; gives how it ended and the last line that it said."""
        self._line.close()
        try:
            code: int | None = self._process.wait(0.2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            code = None
        with os.fdopen(self._errors, "rb") as errors:
            os.set_blocking(self._errors, False)
            said = (errors.read(65536) or b"").decode("utf-8", "replace").strip()
        how = "was stopped" if code is None else _ending(code)
        return f"{how}: {said.splitlines()[-1][:200]}" if said else how


def _ending(code: int) -> str:
    if code >= 0:
        return f"ended with code {code}"
    return f"was ended by {signal.Signals(-code).name}"


def sendable(text: str) -> str:
    """A text as it reaches the child: half characters are spelled out."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
