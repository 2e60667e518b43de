"""The process that opens attachments: `python -I -m vedette.lure.attachment.child`.

Started by an `Inspector` with a socket as its standard input. It imports all that it will need,
closes its sandbox, and then answers one job after the other until the socket ends.
"""

from __future__ import annotations

import faulthandler
import gc
import resource
import signal
import socket
import sys
from pathlib import Path
from types import FrameType

from vedette.lure.attachment import inspectors, wire
from vedette.lure.attachment.containers import libarchive
from vedette.lure.attachment.context import Context
from vedette.lure.attachment.inspection import Inspection, Scan
from vedette.lure.attachment.kinds import MEDIA, PICTURES
from vedette.lure.attachment.known import known
from vedette.lure.attachment.limits import Limits
from vedette.lure.attachment.sandbox import enclose
from vedette.lure.attachment.sandbox.process import CPU_SECONDS
from vedette.lure.attachment.yara_rules import FOLDER, RuleSet
from vedette.model.bundled import bundled

_SPENT = CPU_SECONDS / 2
"""Processor seconds after which the process asks to be replaced, long before its limit."""


class _OutOfTime(BaseException):
    """Raised by the alarm wherever the reading stands; no reader may swallow it."""


def main() -> None:
    """Serve until the other side closes the socket."""
    faulthandler.enable()
    with socket.socket(fileno=0) as line:
        setup = wire.receive(line, wire.Setup)
        rules = _load(setup)
        sandbox = enclose(setup.limits.memory, _libraries(), parent=setup.parent)
        wire.send(line, wire.Hello(sandbox.closed, sandbox.missing, tuple(rules.problems)))
        signal.signal(signal.SIGALRM, _alarm)
        # Keep what was imported out of every later collection.
        gc.collect()
        gc.freeze()
        _serve(line, setup.limits, _scan(setup, rules))


def _serve(line: socket.socket, limits: Limits, scan: Scan | None) -> None:
    jobs = 0
    while True:
        try:
            job = wire.receive(line, wire.Job)
            answer = _inspected(line, job, limits, scan)
        except wire.Closed:
            return
        jobs += 1
        usage = resource.getrusage(resource.RUSAGE_SELF)
        last = jobs >= limits.jobs or usage.ru_utime + usage.ru_stime > _SPENT
        wire.send(line, wire.Answer(answer.reports(), last))
        if last:
            return


def _inspected(line: socket.socket, job: wire.Job, limits: Limits, scan: Scan | None) -> Inspection:
    inspection = Inspection(job.names, job.sizes, job.words, limits, scan=scan)
    data = [wire.receive_bytes(line, size) for size in job.sizes]
    # Readers look at the clock themselves; the alarm reaches those that are stuck.
    signal.setitimer(signal.ITIMER_REAL, limits.seconds * 0.95)
    try:
        for index in range(len(data)):
            inspection.run(index, data[index])
            data[index] = b""
    except _OutOfTime:
        inspection.cut(f"the time for a message ran out ({limits.seconds:g} s)")
    except MemoryError:
        inspection.cut(f"it needs over {limits.memory >> 20} MB of memory")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return inspection


def _alarm(_signal: int, _frame: FrameType | None) -> None:
    raise _OutOfTime


def _load(setup: wire.Setup) -> RuleSet:
    """Everything that opens files: readers, content, rules."""
    inspectors.load_all()
    libarchive.library()
    known()
    rules = Path(setup.rules) if setup.rules else bundled("lures") / FOLDER
    return RuleSet([rules])


def _scan(setup: wire.Setup, rules: RuleSet) -> Scan | None:
    if not rules.names:
        return None
    if setup.rules:
        return rules.scan

    def scan(data: bytes, context: Context) -> None:
        # The rules that come with Vedette say nothing of pictures, which most mail carries.
        if context.kind not in PICTURES | MEDIA:
            rules.scan(data, context)

    return scan


def _libraries() -> list[Path]:
    """Where modules may be imported from later (an encoding, a part of the standard library)."""
    return [Path(entry) for entry in dict.fromkeys(sys.path) if entry]


if __name__ == "__main__":
    main()
