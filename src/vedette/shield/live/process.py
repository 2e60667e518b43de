"""A process that serves websites: `python -m vedette.shield.live.process SOCKET RUN.JSON`.

It gets one end of a pair of sockets (SOCK_SEQPACKET) and tells everything over it. It ends when
the other end does. With `--check RUN.JSON` it loads and compiles the rules, says what is wrong
with them on standard output, one fault a line, and ends with 2, or with 0 where all is well.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

from vedette.model.errors import ConfigError, VedetteError
from vedette.shield.guard import ShieldGuard
from vedette.shield.guard.outlet import SocketOutlet
from vedette.shield.guard.recording import alarm_record, refusal_record
from vedette.shield.live.housekeeping import Housekeeping
from vedette.shield.live.settings import Run, read_run
from vedette.shield.policy.ready import make_ready
from vedette.store.refusals import Refusals

READY: Final = "ready"
FAILED: Final = "failed"
"""Kinds of records about the process itself."""
FAULTY: Final = 2


def main(arguments: list[str]) -> int:
    if arguments[0] == "--check":
        return check(Path(arguments[1]))
    path = Path(arguments[1])
    made = socket.socket(fileno=int(arguments[0]))
    outlet = SocketOutlet(made, _dropped)
    try:
        run = read_run(path)
        _serve(run, path, made, outlet)
    except (VedetteError, OSError) as error:
        faults = error.faults if isinstance(error, ConfigError) else [str(error)]
        outlet.put({"kind": FAILED, "faults": faults[:100]})
        return FAULTY
    return 0


def check(path: Path) -> int:
    """Whether the rules of a run can be loaded; they are compiled into the cache by that."""
    try:
        run = read_run(path)
        make_ready(run.policy, Path(run.serving.cache) if run.serving.cache else None)
    except ConfigError as error:
        print("\n".join(error.faults))  # noqa: T201  # this is how the parent is told
        return FAULTY
    except (VedetteError, OSError) as error:
        print(error)  # noqa: T201
        return FAULTY
    return 0


def _serve(run: Run, path: Path, made: socket.socket, outlet: SocketOutlet) -> None:
    serving = run.serving
    ready = make_ready(run.policy, Path(serving.cache) if serving.cache else None)
    log = Path(serving.log) if serving.log else None
    refusals = Refusals(Path(serving.refusals), _now) if serving.refusals else None
    guard = ShieldGuard(ready, outlet, now=_now, log=log, refusals=refusals)

    def begin(number: int) -> None:
        """In each worker, first of all."""
        outlet.start()
        Housekeeping(guard, made, path, run, number).start()

    def told(port: int) -> None:
        outlet.put({"kind": READY, "port": port})

    def end() -> None:
        """In each worker, last of all."""
        guard.close()
        outlet.close()

    _front(run, guard, outlet, Steps(begin, told, end))


class Steps(NamedTuple):
    """What is called on the way: in each worker first, once the port is bound, in each last."""

    begin: Callable[[int], None]
    told: Callable[[int], None]
    end: Callable[[], None]


def _front(run: Run, guard: ShieldGuard, outlet: SocketOutlet, steps: Steps) -> None:
    from vedette.shield.proxy import Refusal, serve

    serving = run.serving
    settings, handle = serving.proxy, None

    def refused(refusal: Refusal) -> None:
        outlet.put(refusal_record(refusal.client, refusal.status, refusal.reason, refusal.received))

    if serving.front == "haproxy":
        from vedette.shield.live.asked_by_haproxy import serve_haproxy

        steps.begin(0)
        serve_haproxy(settings, guard, _now, steps.told)
        steps.end()
        return
    if serving.front != "proxy":
        from vedette.shield.decision.service import DecisionSettings, service

        settings, handle = service(
            DecisionSettings(
                asker=serving.front,
                host=settings.host,
                port=settings.port,
                trusted=settings.trusted or DecisionSettings(asker="nginx").trusted,
                connections=settings.connections.total,
                fail_open=settings.fail_open,
                workers=settings.workers,
            )
        )
    serve(
        settings,
        guard,
        alarm=guard.alarm,
        refused=refused,
        now=_now,
        ready=steps.told,
        in_worker=steps.begin,
        at_end=steps.end,
        handle=handle,
    )


def _now() -> int:
    return time.time_ns() // 1_000


def _dropped(lost: int) -> dict[str, Any]:
    return alarm_record(
        f"{lost} records of requests were lost: the watch was too slow to take them",
        now=_now(),
        fix="the requests were judged all the same; give the watch more room",
        count=lost,
    )


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)  # threads of an orderly end are done; others shall not hold it up
