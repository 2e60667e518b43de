"""The queue of a Postfix, spoken to by its own programs: postqueue(1), postcat(1), postsuper(1)."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from vedette.model.errors import ActuatorError

HELD: Final = "hold"
"""The queue of messages that wait for a person."""

_ID: Final = re.compile(r"[0-9A-Za-z]{5,32}")
_SAID: Final = 300
_GONE: Final = ("No such file or directory", "no such file or directory")


class Queued(msgspec.Struct, frozen=True):
    """One message of the queue. `queue` is "incoming", "active", "deferred" or "hold"; `arrived`
    is in seconds since the epoch."""

    id: str
    queue: str
    arrived: int


class PostfixQueue:
    """Of the instance with this configuration folder (None: the machine's own). `seconds` is how
    long one program may take. Needs root."""

    def __init__(self, config: Path | None = None, seconds: float = 30.0) -> None:
        self._where = () if config is None else ("-c", str(config))
        self._seconds = seconds

    def listed(self) -> list[Queued]:
        """All messages, the newest first. Raises ActuatorError, also where Postfix is stopped."""
        said = self._run("postqueue", "-j")
        found: list[Queued] = []
        for line in said.splitlines():
            try:
                entry = json.loads(line)
                each = Queued(entry["queue_id"], entry["queue_name"], int(entry["arrival_time"]))
            except (ValueError, KeyError, TypeError) as error:
                raise ActuatorError(
                    f"postqueue: its list is not understood ({error}); needs Postfix 3.1 or later"
                ) from error
            if _ID.fullmatch(each.id):
                found.append(each)
        return sorted(found, key=lambda each: (-each.arrived, each.id))

    def content(self, queued: str, *, headers_only: bool = False) -> bytes | None:
        """The message; None where it has left the queue."""
        try:
            return self._run("postcat", "-h" if headers_only else "-hb", "-q", queued)
        except ActuatorError as error:
            if any(words in str(error) for words in _GONE):
                return None
            raise

    def hold(self, queued: Sequence[str]) -> None:
        """Let these wait. Fine where one has left the queue."""
        self._change("-h", queued)

    def release(self, queued: Sequence[str]) -> None:
        """Let these go on, at once. Fine where one has left the queue."""
        self._change("-H", queued)
        for each in queued:
            # else they wait for the next run through the deferred queue, five minutes by default
            self._run("postqueue", "-i", each)

    def _change(self, how: str, queued: Sequence[str]) -> None:
        if queued:
            self._run("postsuper", how, "-", given="".join(f"{each}\n" for each in queued).encode())

    def _run(self, program: str, *words: str, given: bytes = b"") -> bytes:
        line = [program, *self._where, *words]
        environment = {"PATH": os.environ.get("PATH") or os.defpath, "LC_ALL": "C.UTF-8"}
        environment["PATH"] += ":/usr/sbin:/sbin"  # not on every service's path
        try:
            # the words are ours, queue ids were looked at before
            ended = subprocess.run(  # noqa: S603
                line,
                input=given,
                capture_output=True,
                timeout=self._seconds,
                env=environment,
                check=False,
            )
        except FileNotFoundError:
            raise ActuatorError(f"{program}: is not installed; install postfix") from None
        except subprocess.TimeoutExpired:
            raise ActuatorError(
                f"{program}: no end within {self._seconds:g} s; try again"
            ) from None
        except (OSError, ValueError) as error:
            raise ActuatorError(f"{program}: can't be run: {error}") from error
        if ended.returncode:
            said = ended.stderr.decode("utf-8", "replace").strip()[:_SAID] or "failed in silence"
            raise ActuatorError(f"{program}: {said}; check that Postfix runs and that this is root")
        return ended.stdout
