"""What people do about actions: agree, refuse, take back, take back everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec

from vedette.console.faults import RequestError
from vedette.console.screens.actions.reading import Id, entry_named
from vedette.engine.thwarting.asking import LONGEST, Answer, Approve, Asked, Refuse, Undo, UndoAll
from vedette.model.errors import VedetteError

if TYPE_CHECKING:
    from vedette.console.seat import Seat

MOST_AT_ONCE: Final = 200
SURE: Final = "undo everything"
"""What has to be written to take everything back."""

Words = Annotated[str, msgspec.Meta(max_length=LONGEST)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST)]


class Agreeing(msgspec.Struct, frozen=True):
    """An action to agree to."""

    action: Id


class Refusing(msgspec.Struct, frozen=True):
    """An action to say no to, with the reason."""

    action: Id
    why: Reason


class Undoing(msgspec.Struct, frozen=True):
    """An action to take back, for good."""

    action: Id
    why: Words = ""


class Several(msgspec.Struct, frozen=True):
    """The same for many actions."""

    what: Literal["approve", "refuse", "undo"]
    actions: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE)]
    why: Words = ""


class Everything(msgspec.Struct, frozen=True):
    """Take back all that stands. `sure` must read "undo everything"."""

    sure: Annotated[str, msgspec.Meta(max_length=40)]


class Outcome(msgspec.Struct, frozen=True):
    """What came of it. `detail` says why where it is not as asked."""

    id: str
    kind: str
    target: str
    state: str
    detail: str


class Outcomes(msgspec.Struct, frozen=True):
    """What came of each; `failed` names those that nothing was done about, with why."""

    done: tuple[Outcome, ...]
    failed: dict[str, str] = {}


def approve(seat: Seat, body: Agreeing) -> Outcome:
    return _agreed(seat, body.action)


def refuse(seat: Seat, body: Refusing) -> Outcome:
    return _one(seat, body.action, lambda action: Refuse(action, body.why))


def undo(seat: Seat, body: Undoing) -> Outcome:
    return _one(seat, body.action, lambda action: Undo(action, body.why))


def several(seat: Seat, body: Several) -> Outcomes:
    """One after the other; a failure of one does not keep back the others."""
    if body.what == "refuse" and not body.why:
        raise RequestError("invalid", "why: say why not, for the record")
    one: dict[str, Callable[[str], Outcome]] = {
        "approve": lambda action: _agreed(seat, action),
        "refuse": lambda action: refuse(seat, Refusing(action, body.why)),
        "undo": lambda action: undo(seat, Undoing(action, body.why)),
    }
    done, failed = [], {}
    for action in dict.fromkeys(body.actions):
        try:
            done.append(one[body.what](action))
        except VedetteError as error:
            failed[action] = str(error)
    return Outcomes(tuple(done), failed)


def undo_everything(seat: Seat, body: Everything) -> Outcomes:
    if body.sure.strip().lower() != SURE:
        raise RequestError("invalid", f'sure: write "{SURE}" to take back all that stands')
    return Outcomes(tuple(_outcome(each) for each in seat.ask(UndoAll())["actions"]))


def words_of(outcome: Outcome) -> str:
    """What the person is told."""
    detail = f" ({outcome.detail})" if outcome.detail else ""
    return f"{outcome.kind} {outcome.target}: {outcome.state}{detail}"


def words_of_all(outcomes: Outcomes) -> str:
    """What the person is told of many."""
    states: dict[str, int] = {}
    for each in outcomes.done:
        states[each.state] = states.get(each.state, 0) + 1
    told = [f"{count} {state}" for state, count in sorted(states.items())]
    told += [f"{name[:12]}: {why}" for name, why in outcomes.failed.items()]
    return "; ".join(told) or "Nothing stood."


def _agreed(seat: Seat, name: str) -> Outcome:
    return _outcome(seat.agree(Approve(entry_named(seat, name).action.id)))


def _one(seat: Seat, name: str, asked: Callable[[str], Asked]) -> Outcome:
    return _outcome(seat.ask(asked(entry_named(seat, name).action.id)))


def _outcome(answer: Answer) -> Outcome:
    return Outcome(
        answer["id"], answer["kind"], answer["target"]["value"], answer["state"], answer["detail"]
    )
