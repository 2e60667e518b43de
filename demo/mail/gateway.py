"""The firm's mail gateway: a queue that asks Vedette about each message, and mailboxes.

It stands where Postfix stands elsewhere, and its queue is looked into and changed by programs of
the same names (`queue_programs.py`), so that Vedette holds and releases mail as it does there.
"""

from __future__ import annotations

import json
import random
import shlex
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from demo.mail.letter import Letter
from demo.mail.milter import Answer, MilterError, ask

POLL: Final = 0.1
"""Seconds between two looks at what is to be delivered."""
PROGRAMS: Final = ("postqueue", "postsuper", "postcat")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a letter at the gateway."""

    letter: Letter
    queue_id: str
    answer: Answer


class Gateway:
    """Takes letters in, any thread. `told` is called with what became of each."""

    def __init__(
        self, folder: Path, milter: tuple[str, int], seed: int, told: Callable[[Taken], None]
    ) -> None:
        self.mailboxes = folder / "mailboxes"
        self._queue = folder / "queue"
        self._milter = milter
        self._told = told
        self._ids = random.Random(f"queue/{seed}")
        self._lock = threading.Lock()
        self._stop = threading.Event()
        for name in ("incoming", "active", "hold"):
            (self._queue / name).mkdir(parents=True)
        self._programs(folder / "programs")
        self._thread = threading.Thread(target=self._deliver_for_ever, name="mail gateway")
        self._thread.start()

    @property
    def programs(self) -> Path:
        """The folder of its programs, for the path of whoever is to use them."""
        return self._queue.parent / "programs"

    def close(self) -> None:
        """Deliver no more."""
        self._stop.set()
        self._thread.join()

    def take(self, letter: Letter) -> Taken:
        """Take a letter in: ask, then deliver, hold or refuse it. A gateway without a milter
        delivers, as it is told to (`milter_default_action = accept`)."""
        with self._lock:
            queue_id = f"{self._ids.getrandbits(48):012X}"
        raw = letter.raw()
        try:
            answer = ask(self._milter, queue_id, letter.sender, [letter.recipient], raw)
        except (OSError, MilterError) as error:
            answer = Answer(reason=f"not asked: {error}")
        above = "".join(f"{name}:{value}\r\n" for name, value in answer.headers).encode()
        if answer.verdict in ("accept", "hold"):
            self._put(
                "hold" if answer.verdict == "hold" else "active", queue_id, letter, above + raw
            )
        taken = Taken(letter, queue_id, answer)
        self._told(taken)
        return taken

    def delivered(self) -> dict[str, list[bytes]]:
        """What lies in the mailboxes, by address."""
        found: dict[str, list[bytes]] = {}
        for path in sorted(self.mailboxes.glob("*/new/*")):
            found.setdefault(path.parent.parent.name, []).append(path.read_bytes())
        return found

    def held(self) -> list[bytes]:
        """What waits for somebody to decide."""
        return [path.read_bytes() for path in sorted((self._queue / "hold").glob("*.eml"))]

    def _put(self, queue: str, queue_id: str, letter: Letter, raw: bytes) -> None:
        envelope = {
            "queue_id": queue_id,
            "arrival_time": int(time.time()),
            "sender": letter.sender,
            "recipients": [{"address": letter.recipient}],
        }
        (self._queue / f"{queue_id}.json").write_text(json.dumps(envelope))
        incoming = self._queue / "incoming" / f"{queue_id}.eml"
        incoming.write_bytes(raw)
        incoming.rename(self._queue / queue / incoming.name)

    def _deliver_for_ever(self) -> None:
        while not self._stop.wait(POLL):
            for path in sorted((self._queue / "active").glob("*.eml")):
                envelope_path = self._queue / f"{path.stem}.json"
                envelope = json.loads(envelope_path.read_text())
                for recipient in envelope["recipients"]:
                    box = self.mailboxes / recipient["address"]
                    for name in ("new", "cur", "tmp"):
                        (box / name).mkdir(parents=True, exist_ok=True)
                    kept = box / "tmp" / path.stem
                    kept.write_bytes(path.read_bytes())
                    kept.rename(box / "new" / f"{envelope['arrival_time']}.{path.stem}.gateway")
                path.unlink()
                envelope_path.unlink()

    def _programs(self, folder: Path) -> None:
        """The queue's programs, for this queue alone."""
        folder.mkdir()
        source = Path(__file__).with_name("queue_programs.py")
        for name in PROGRAMS:
            words = [sys.executable, "-I", "-S", str(source), str(self._queue), name]
            path = folder / name
            path.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
            path.chmod(0o700)
