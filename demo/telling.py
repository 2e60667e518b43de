"""What the terminal shows: what came to the firm's doors, and what Vedette says about it.

Findings are lines of Vedette's own output; incidents and actions are read where its commands
(`vedette incidents list`, `vedette actions list`) read them.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter
from typing import Final, TextIO

import msgspec

from demo.mail.gateway import Taken
from demo.place import Place
from vedette.engine.thwarting.reading import recent_actions
from vedette.findings.pieces import pieces
from vedette.incident.assets import load_assets
from vedette.incident.priority import prioritise
from vedette.incident.reading import list_incidents, present_name
from vedette.incident.stages import load_tactics
from vedette.incident.verdicts import verdict_counts
from vedette.model.errors import VedetteError
from vedette.model.finding import Finding
from vedette.model.instant import instant_of
from vedette.model.visible import visible
from vedette.store.database import NAME, open_reader

LOOK: Final = 0.7
"""Seconds between two looks at incidents and actions."""
_COLOURS: Final = {"CRITICAL": "\x1b[1;97;41m", "HIGH": "\x1b[1;31m", "critical": "\x1b[1;97;41m",
                   "high": "\x1b[1;31m", "medium": "\x1b[33m"}  # fmt: skip
_DIM, _BOLD, _OFF = "\x1b[2m", "\x1b[1m", "\x1b[0m"
_STATES: Final = {
    "shadow": "would be done", "proposed": "waits for you", "refused": "refused", "applied": "done",
    "failed": "failed", "expired": "over", "undone": "taken back",
}  # fmt: skip
_PASSING: Final = ("intended", "ending")


class Teller:
    """Prints, one line for one thing. Any thread may call."""

    def __init__(self, out: TextIO, place: Place) -> None:
        self._out = out
        self._colours = out.isatty()
        self._place = place
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._incidents: dict[str, tuple[str, str]] = {}
        self._actions: dict[str, str] = {}
        self.ordinary: Counter[str] = Counter()
        self.shadow: Counter[str] = Counter()
        self.findings = 0

    def start(self) -> None:
        """Look at incidents and actions until closed."""
        self._thread = threading.Thread(target=self._look_for_ever, name="telling")
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def say(self, text: str = "") -> None:
        """A line as it is."""
        with self._lock, contextlib.suppress(BrokenPipeError):
            print(text, file=self._out, flush=True)

    def line(self, who: str, text: str, colour: str = "") -> None:
        """A line of the story."""
        stamp = time.strftime("%H:%M:%S")
        self.say(f"{self._paint(_DIM, stamp)}  {who:9} {self._paint(colour, visible(text))}")

    def mail(self, taken: Taken, story: bool) -> None:
        """What became of a letter. Of ordinary ones only what is not ordinary."""
        letter, verdict = taken.letter, taken.answer.verdict
        what = {"accept": "delivered", "hold": "HELD", "refuse": "REFUSED"}.get(verdict, verdict)
        if verdict == "accept" and not story:
            self.ordinary["letters delivered"] += 1
            return
        text = f"{letter.sender} to {letter.recipient.partition('@')[0]}: {letter.subject}"
        self.line("mail", f"{what:9} {text}", _BOLD)

    def visit(self, address: str, method: str, target: str, status: int) -> None:
        """A request of the intruder."""
        what = {0: "no answer", 403: "403 REFUSED"}.get(status, str(status))
        shown = target if len(target) <= 70 else target[:69] + "…"
        self.line("website", f"{what:11} {address} {method} {shown}", _BOLD)

    def found(self, line: bytes) -> None:
        """A finding, as Vedette printed it."""
        told = msgspec.json.decode(line)
        told["time"] = instant_of(told["time"]) or 0
        row = pieces(msgspec.convert(told, Finding))
        self.findings += 1
        words = (
            row.matched.after
            if not row.matched.span
            else f"{row.matched.field}: {row.matched.span}"
        )
        rest = words if len(words) <= 90 else words[:89] + "…"
        where = f"{row.where}: " if row.where and row.matched.span else ""
        self.line("  finding", f"{row.level:8} {row.title}", _COLOURS.get(row.level, ""))
        self.say(f"{'':20} {'':8} {self._paint(_DIM, where + rest)}")

    def log(self, line: str) -> None:
        """A line of Vedette's own log."""
        if line:
            self.say(self._paint(_DIM, f"vedette: {line}"))

    def tally(self) -> None:
        """The ordinary traffic so far."""
        told = ", ".join(f"{count:,} {name}" for name, count in sorted(self.ordinary.items()))
        self.say(self._paint(_DIM, f"{time.strftime('%H:%M:%S')}  ordinary  {told}"))

    def _look_for_ever(self) -> None:
        while not self._stop.wait(LOOK):
            self.look()

    def look(self) -> None:
        """Tell what is new about incidents and actions."""
        with contextlib.suppress(VedetteError):  # the database is made when Vedette starts
            self._look_at_incidents()
            self._look_at_actions()

    def _look_at_incidents(self) -> None:
        assets, tactics = load_assets(self._place.folder / "assets.yml"), load_tactics()
        with contextlib.closing(open_reader(self._place.data / NAME)) as state:
            counts = verdict_counts(state)
            for former in [*self._incidents]:  # it may have been united with another since
                name = present_name(state, former)
                if name != former:
                    self._incidents.setdefault(name, self._incidents.pop(former))
            for incident in reversed(list_incidents(state)):
                rated = prioritise(incident.summary, tactics, assets, counts)
                stages = " > ".join(stage.tactic for stage in rated.stages)
                known = self._incidents.get(incident.summary.id)
                now = (rated.band, stages)
                if now != known:
                    self._incidents[incident.summary.id] = now
                    what = "opened" if known is None else "goes on"
                    text = f"{rated.band:8} {incident.summary.id[:8]} {what}: {stages}"
                    self.line("  incident", f"{text} (priority {rated.score:.0f})",
                              _COLOURS.get(rated.band, ""))  # fmt: skip

    def _look_at_actions(self) -> None:
        for entry in reversed(recent_actions(self._place.data, (), 200)):
            action = entry.action
            if entry.state in _PASSING or self._actions.get(action.id) == entry.state:
                continue
            self._actions[action.id] = entry.state
            if entry.state == "shadow":  # of many of a kind the first is told
                self.shadow[action.kind] += 1
                if self.shadow[action.kind] > 1:
                    continue
            cost = entry.cost or {}
            touched = f", {cost['benign_count']} bystanders" if cost.get("looked") else ""
            why = (
                f" ({entry.detail})"
                if entry.state in ("failed", "proposed") and entry.detail
                else ""
            )
            colour = _DIM if entry.state == "shadow" else _BOLD
            state = _STATES.get(entry.state, entry.state)
            value = action.target.value
            shown = value if len(value) <= 60 else f"{value[:30]}…{value[-12:]}"
            text = f"{state:13} {action.kind} {shown}{touched}{why}"
            self.line("  action", text, colour)

    def _paint(self, code: str, text: str) -> str:
        return f"{code}{text}{_OFF}" if self._colours and code else text
