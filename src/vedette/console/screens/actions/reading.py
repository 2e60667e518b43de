"""Actions, read from their register."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec

from vedette.console.cursor import Cursor, Limit, cursor_of, key_of
from vedette.console.faults import RequestError
from vedette.engine.response import modes_of
from vedette.response.modes import missing
from vedette.response.recording import Entry

if TYPE_CHECKING:
    from vedette.console.seat import Seat

Tab = Literal["waiting", "standing", "shadow", "ended", "failed"]

TABS: Final[dict[Tab, tuple[str, ...]]] = {
    "waiting": ("proposed",),
    "standing": ("applied", "intended", "ending"),
    "shadow": ("shadow",),
    "ended": ("expired", "undone", "refused"),
    "failed": ("failed",),
}
"""What each list holds, as states of the register."""

Id = Annotated[str, msgspec.Meta(min_length=4, max_length=64, pattern="^[0-9a-f]+$")]
_DECODER: Final = msgspec.json.Decoder(Entry)


class Principal(msgspec.Struct, frozen=True):
    """A benign principal that the action would have touched in the stored events."""

    kind: str
    value: str
    events: int
    last: str


class CostShown(msgspec.Struct, frozen=True):
    """What the counterfactual check said. `complete` False: nobody can say that this is all, and
    `why_not` says why. `window` is the time looked at, RFC 3339."""

    complete: bool
    benign_count: int
    uncertain: int
    events: int
    covered: int
    looked: int
    window: tuple[str, ...]
    benign: tuple[Principal, ...]
    why_not: tuple[str, ...]


class ActionShown(msgspec.Struct, frozen=True):
    """One action. `agreed` are the people who have agreed, `people` how many it takes in all;
    `missing` how many more. Times are microseconds."""

    id: str
    state: str
    kind: str
    target_kind: str
    target: str
    scope: dict[str, str]
    incident: str
    reason: str
    technique: str
    decided: int
    expires: int
    changed: int
    who: str
    agreed: tuple[str, ...]
    people: int
    missing: int
    detail: str
    cost: CostShown | None


class ActionsQuery(msgspec.Struct, frozen=True):
    """Which list, of which kind; `cursor` from the page before."""

    tab: Tab = "waiting"
    kind: Annotated[str, msgspec.Meta(max_length=64)] = ""
    cursor: Cursor = ""
    limit: Limit = 50


class Actions(msgspec.Struct, frozen=True):
    """A list of actions, the last changed first. `counts` by tab; `next` is "" at the end."""

    tab: Tab
    kind: str
    counts: dict[str, int]
    kinds: tuple[str, ...]
    actions: tuple[ActionShown, ...]
    next: str = ""


class ActionQuery(msgspec.Struct, frozen=True):
    """The action's id, or how it begins."""

    action: Id


def read_actions(seat: Seat, query: ActionsQuery) -> Actions:
    """One page of one list."""
    states = TABS[query.tab]
    marks = ",".join("?" * len(states))
    where, given = f"state IN ({marks})", list[Any](states)
    if query.kind:
        where += " AND json_extract(json, '$.action.kind') = ?"
        given.append(query.kind)
    if query.cursor:
        changed, last = key_of(query.cursor, tuple[int, str])
        where += " AND (changed, id) < (?, ?)"
        given += [changed, last]
    rows = seat.actions.execute(
        # Only question marks and constants are put in.
        f"SELECT json FROM actions WHERE {where} ORDER BY changed DESC, id DESC LIMIT ?",  # noqa: S608
        (*given, query.limit + 1),
    ).fetchall()
    shown = tuple(shown_of(seat, _DECODER.decode(row[0])) for row in rows[: query.limit])
    more = len(rows) > query.limit
    return Actions(
        query.tab,
        query.kind,
        counts_of(seat.actions),
        tuple(
            str(row[0])
            for row in seat.actions.execute(
                "SELECT DISTINCT json_extract(json, '$.action.kind') FROM actions ORDER BY 1"
            )
        ),
        shown,
        cursor_of(shown[-1].changed, shown[-1].id) if more else "",
    )


def counts_of(actions: sqlite3.Connection) -> dict[str, int]:
    """How many actions each list holds."""
    by_state = dict(actions.execute("SELECT state, count(*) FROM actions GROUP BY state"))
    return {tab: sum(by_state.get(state, 0) for state in states) for tab, states in TABS.items()}


def entry_named(seat: Seat, name: str) -> Entry:
    """Raises RequestError where no action, or more than one, begins so."""
    rows = seat.actions.execute(
        "SELECT json FROM actions WHERE id >= ? AND id < ? LIMIT 2", (name, name + "g")
    ).fetchall()
    if len(rows) != 1:
        what = "more than one action begins so" if rows else "is no action"
        raise RequestError("unknown", f"{name}: {what}")
    return _DECODER.decode(rows[0][0])


def read_action(seat: Seat, query: ActionQuery) -> ActionShown:
    """One action."""
    return shown_of(seat, entry_named(seat, query.action))


def shown_of(seat: Seat, entry: Entry) -> ActionShown:
    """An action for people."""
    action = entry.action
    rule = modes_of(seat.config).of(action.kind)
    lacking = missing(rule, entry.agreed, entry.people)
    return ActionShown(
        id=action.id,
        state=entry.state,
        kind=action.kind,
        target_kind=action.target.kind,
        target=action.target.value,
        scope=dict(action.scope),
        incident=action.incident,
        reason=action.reason,
        technique=action.technique,
        decided=action.decided,
        expires=action.expires,
        changed=entry.changed,
        who=entry.who,
        agreed=entry.agreed,
        people=len(set(entry.agreed)) + lacking,
        missing=lacking,
        detail=entry.detail,
        cost=None if entry.cost is None else cost_of(entry.cost),
    )


def cost_of(told: dict[str, Any]) -> CostShown:
    """The cost as it was written down (`counterfactual.cost.as_json`)."""
    return CostShown(
        complete=bool(told["complete"]),
        benign_count=int(told["benign_count"]),
        uncertain=int(told["uncertain"]),
        events=int(told["events"]),
        covered=int(told["covered"]),
        looked=sum(told["looked"].values()),
        window=tuple(told["window"]),
        benign=tuple(
            Principal(one["kind"], one["value"], one["events"], one["last"])
            for one in told["benign"]
        ),
        why_not=tuple(told["why_not"]),
    )
