"""One demonstration from its beginning to its end."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Final, Protocol, TypeVar

from demo.checking import check
from demo.engine import Engine, EngineError, environment
from demo.mail.campaign import SENDER_DOMAIN
from demo.mail.gateway import Gateway, Taken
from demo.place import HERE, Place, free_ports, write
from demo.receiver import Receiver
from demo.story import LENGTH, Story
from demo.telling import Teller
from demo.website.site import Website

SEED: Final = 41
CHECKED: Final = 24.0
"""Seconds of the story where only its outcome is looked at."""
SETTLE: Final = 6.0
ENDS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
HISTORY_SECONDS: Final = 600.0


class _HasEnd(Protocol):
    def close(self) -> None: ...


_Closes = TypeVar("_Closes", bound=_HasEnd)

_BEFORE: Final = """\
{name}: a firm of 40, a working day and two attacks on it. All of it is invented (seed {seed});
it happens on this machine alone, changes nothing on it, and is gone when you press Ctrl-C.
"""
_AFTER: Final = """
The story is over. Vedette watches on, with ordinary traffic: look around, take an action back,
approve one. Ctrl-C ends everything and removes it.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; 0 when it was ended in order, with --check when all was as it should be."""
    given = _arguments(arguments)
    seconds = CHECKED if given.check else float(os.environ.get("VEDETTE_DEMO_SECONDS", LENGTH))
    with _interruptible() as ends:
        try:
            with _folder() as folder:
                return _run(Path(folder), given, seconds, ends)
        except KeyboardInterrupt:
            print("\nended; nothing is left of it", flush=True)
            return 130
        except EngineError as error:
            print(f"\n{error}", file=sys.stderr)
            return 1


def _run(folder: Path, given: argparse.Namespace, seconds: float, ends: _Ends) -> int:
    place = Place(folder, free_ports())
    with ExitStack() as opened:

        def kept(make: Callable[[], _Closes]) -> _Closes:
            """What is begun is also ended, whenever the signal comes."""
            with ends.held():
                made = make()
                opened.callback(made.close)
            return made

        teller = kept(lambda: Teller(sys.stdout, place))
        teller.say(_BEFORE.format(name="Halden Optronics", seed=given.seed))
        website = kept(Website)
        receiver = kept(Receiver)
        write(place, website.port, (receiver.url, receiver.secret), given.rules)
        _days_before(place, given.seed, teller)

        def mailed(taken: Taken) -> None:
            teller.mail(taken, taken.letter.domain == SENDER_DOMAIN)

        milter = ("127.0.0.1", place.ports.mail)
        gateway = kept(lambda: Gateway(folder / "mail", milter, given.seed, mailed))
        began = time.monotonic()
        engine = kept(lambda: Engine(place, gateway.programs, teller.found, teller.log))
        engine.wait_until(lambda: _at_work(place))
        teller.say(f"Vedette is at work after {time.monotonic() - began:.1f} s\n")
        if given.open and engine.link:
            webbrowser.open(engine.link)
        story = kept(lambda: Story(place, given.seed, seconds, gateway, website, receiver, teller))
        teller.start()
        story.start()
        while not story.over.wait(0.2):
            if engine.ended:
                raise EngineError("\n".join(["Vedette has ended:", *engine.said[-20:]]))
        if not given.check:
            teller.say(_AFTER)
            while not engine.ended:
                time.sleep(0.2)
            raise EngineError("\n".join(["Vedette has ended:", *engine.said[-20:]]))
        time.sleep(SETTLE)
        teller.look()
        faults = check(place, story, gateway, engine)
    for fault in faults:
        print(f"FAULT: {fault}", file=sys.stderr)
    print("checked: " + ("something is wrong" if faults else "all as it should be"), flush=True)
    return 1 if faults else 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="demo", description=__doc__)
    parser.add_argument("--open", action="store_true", help="open the console in the browser")
    parser.add_argument("--check", action="store_true", help="quickly, and only say if all is well")
    parser.add_argument("--seed", type=int, default=SEED, help="of everything that is invented")
    parser.add_argument(
        "--rules", type=Path, help="a checkout of the OWASP Core Rule Set 4, for the website"
    )
    return parser.parse_args(arguments)


def _days_before(place: Place, seed: int, teller: Teller) -> None:
    """Write the history, in a process of its own."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "demo.history", str(place.config), str(seed)],
        cwd=HERE.parent, env=environment(), capture_output=True, text=True,
        timeout=HISTORY_SECONDS, check=False, start_new_session=True,
    )  # fmt: skip
    if done.returncode:
        raise EngineError(f"the days before could not be written: {done.stderr[-2000:]}")
    teller.say(f"{done.stdout.strip()} ({time.monotonic() - began:.1f} s)")


def _at_work(place: Place) -> bool:
    """Whether all doors are open."""
    ports = place.ports
    for port in (ports.mail, ports.web, ports.events, ports.syslog, ports.console):
        with contextlib.closing(socket.socket()) as one:
            if one.connect_ex(("127.0.0.1", port)):
                return False
    return True


@contextmanager
def _folder() -> Iterator[str]:
    """A temporary folder, or the one that is to be kept."""
    kept = os.environ.get("VEDETTE_DEMO_KEEP")
    if kept:
        folder = Path(kept).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise EngineError(f"VEDETTE_DEMO_KEEP: {folder} is not empty; name a new folder")
        yield str(folder)
        print(f"kept in {folder}")
        return
    with tempfile.TemporaryDirectory(prefix="vedette-demo-") as made:
        yield made


class _Ends:
    """Every signal that ends it does so in order, and once: what ends is not disturbed."""

    def __init__(self) -> None:
        self._asked = self._held = False

    def end(self, number: int, frame: FrameType | None) -> None:
        """Handles the signal."""
        del number, frame
        for each in ENDS:
            signal.signal(each, signal.SIG_IGN)
        self._asked = True
        if not self._held:
            raise KeyboardInterrupt

    @contextmanager
    def held(self) -> Iterator[None]:
        """A signal that comes meanwhile counts when this is over."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self._asked:
            raise KeyboardInterrupt


@contextmanager
def _interruptible() -> Iterator[_Ends]:
    ends = _Ends()
    before = {each: signal.signal(each, ends.end) for each in ENDS}
    try:
        yield ends
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
