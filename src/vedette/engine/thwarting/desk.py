"""Where what people ask for is done: written in the ledger with who asked, or not done."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from vedette.engine.thwarting.asking import (
    LONGEST,
    Accessed,
    Answer,
    Approve,
    Asked,
    EndException,
    Except,
    Judge,
    Merge,
    MoveOut,
    Refuse,
    RulesChanged,
    Turn,
    Undo,
    UndoAll,
    Unmasked,
)
from vedette.engine.thwarting.noting import INSTALLED, ROLLED_BACK
from vedette.incident import acts
from vedette.incident.book import Change, IncidentBook
from vedette.incident.exceptions import ExceptionRule
from vedette.ledger.ledger import Ledger
from vedette.model.errors import RefusedError, UnreadableError, VedetteError
from vedette.response.carrying import Carrier
from vedette.response.recording import Entry
from vedette.store.state import State

INCIDENT: Final = "incident"
EXCEPTION: Final = "exception"
UNMASKED: Final = "unmasked"
ACCESS: Final = "access"
UNDO_ALL: Final = "undo-all"
"""Kinds of ledger entries."""

_log = logging.getLogger(__name__)


class Desk:
    """Any thread may call. `look_at` is told of incidents that changed."""

    def __init__(
        self,
        state: State,
        book: IncidentBook,
        ledger: Ledger,
        carrier: Carrier,
        now: Callable[[], int],
        look_at: Callable[[Sequence[str]], None],
    ) -> None:
        self._state = state
        self._book = book
        self._ledger = ledger
        self._carrier = carrier
        self._now = now
        self._look_at = look_at

    def ask(self, who: str, asked: Asked) -> Answer:
        """Do it and say what came of it. Raises VedetteError with nothing done."""
        for text in (getattr(asked, name, "") for name in ("words", "why", "reason")):
            if len(text) > LONGEST:
                raise RefusedError(f"{len(text)} characters are too many; write at most {LONGEST}")
        match asked:
            case Approve():
                return told(self._carrier.agree(asked.action, who))
            case Refuse():
                return told(self._carrier.refuse(asked.action, who, asked.why))
            case Undo():
                return told(self._carrier.undo(asked.action, who, asked.why))
            case UndoAll(why):
                return self._undo_all(who, why)
            case Unmasked():
                what = {"finding": asked.finding, "why": asked.why}
                return {"entry": self._ledger.append(UNMASKED, who, what)}
            case Accessed():
                said = {**asked.details, "what": asked.what, "about": asked.about}
                return {"entry": self._ledger.append(ACCESS, who, said)}
            case RulesChanged():
                return {"entry": self._ledger.append(*rules_entry(who, asked))}
            case _:
                return self._incidents(who, asked)

    def record(self, kind: str, who: str, what: Mapping[str, Any]) -> int:
        """Write into the ledger what somebody did elsewhere; its number there."""
        return self._ledger.append(kind, who, what)

    def _undo_all(self, who: str, why: str) -> Answer:
        try:
            self._ledger.append(UNDO_ALL, who, {"why": why} if why else {})
        except (VedetteError, OSError) as error:  # no reason not to take everything back
            _log.error("not recorded: %s asks for everything to be taken back: %s", who, error)
        ended = self._carrier.undo_all(who)
        return {"actions": [told(entry) for entry in ended]}

    def _incidents(self, who: str, asked: Asked) -> Answer:
        kind = EXCEPTION if isinstance(asked, Except | EndException) else INCIDENT
        try:
            with self._state.transaction() as connection:
                answer, changed = self._change(connection, who, asked)
                self._ledger.append(kind, who, {**msgspec.to_builtins(asked), **answer})
        except sqlite3.OperationalError as error:
            raise UnreadableError(f"the state database: {error}; nothing was changed") from error
        finally:
            # A rollback leaves the book ahead of the disk; it notices by its token.
            self._book.invalidate()
        self._look_at(changed)
        return answer

    def _change(
        self, connection: sqlite3.Connection, who: str, asked: Asked
    ) -> tuple[Answer, list[str]]:
        now = self._now()
        match asked:
            case Turn(incident, what, words):
                act = {"close": acts.close, "reopen": acts.reopen, "note": acts.note}[what]
                name = act(connection, incident, who, words, now)
                return {"incident": name}, [name]
            case Judge(incident, verdict, words):
                name = acts.judge(connection, incident, verdict, who, words, now)
                return {"incident": name}, [name]
            case Merge(one, other):
                return _changes(acts.merge(self._book, connection, one, other, who, now))
            case MoveOut(findings):
                return _changes(acts.move_out(self._book, connection, findings, who, now))
            case Except(rule, entities, owner, reason, expires):
                made = ExceptionRule(rule, entities, owner, reason, now, expires)
                return {"exception": acts.add_exception(self._book, connection, made)}, []
            case EndException(name):
                return _changes(acts.remove_exception(self._book, connection, name, now))
        raise RefusedError(f"{type(asked).__name__}: nothing here does that")


def rules_entry(who: str, asked: RulesChanged) -> tuple[str, str, dict[str, Any]]:
    """The ledger's entry of a set of rules that was installed or put back: kind, who, what."""
    kind = INSTALLED if asked.what == "installed" else ROLLED_BACK
    return kind, who, {"name": asked.name, "version": asked.version, "sha256": asked.sha256}


def told(entry: Entry) -> Answer:
    """An action for whoever asked."""
    written: dict[str, Any] = msgspec.to_builtins(entry.action)
    return {**written, "detail": entry.detail, "agreed": list(entry.agreed), "who": entry.who}


def _changes(changes: Sequence[Change]) -> tuple[Answer, list[str]]:
    said = [msgspec.to_builtins(change) for change in changes]
    return {"changes": said}, sorted({change.incident for change in changes})
