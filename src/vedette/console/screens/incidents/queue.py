"""The queue: which incidents to look at, in which order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec

from vedette.console.cursor import Cursor, Limit, cursor_of, key_of
from vedette.console.faults import RequestError
from vedette.console.screens.incidents.ranking import Brief, Ranked, order_of, ranking
from vedette.console.screens.incidents.standing import Tally, standing
from vedette.store.query import QueryError, parse_time

if TYPE_CHECKING:
    from vedette.console.seat import Seat

Words = Annotated[str, msgspec.Meta(max_length=200)]
BANDS: Final = ("critical", "high", "medium", "low")
Order = Literal["priority", "newest", "oldest", "largest"]


class QueueQuery(msgspec.Struct, frozen=True):
    """`text` is sought in titles, rules and names; `asset` in the names of listed assets;
    `tactic` is an ATT&CK tactic; `since` a time (2026-11-21T08:00:00Z, 2026-11-21, -24h) after
    which an incident must have findings; `low` takes in what is of level low alone."""

    state: Literal["open", "closed", "all"] = "open"
    band: Literal["", "critical", "high", "medium", "low"] = ""
    verdict: Literal["", "none", "true", "false", "benign"] = ""
    tactic: Annotated[str, msgspec.Meta(max_length=64)] = ""
    asset: Words = ""
    text: Words = ""
    since: Annotated[str, msgspec.Meta(max_length=40)] = ""
    low: bool = False
    sort: Order = "priority"
    cursor: Cursor = ""
    limit: Limit = 50


class TacticName(msgspec.Struct, frozen=True):
    """An ATT&CK tactic and what it means."""

    name: str
    words: str


class Queue(msgspec.Struct, frozen=True):
    """Incidents of a query (`asked`). `actions` tells of each that has some how many wait, stand or
    would have been done. `total` fit it; `bands` counts them by band, whatever band
    was asked for; `hidden_low` fit but for being of level low alone; `older` are too old to be
    ranked and shown by name only. `next` is the cursor of the next page, "" at the end."""

    incidents: tuple[Brief, ...]
    actions: dict[str, Tally]
    total: int
    bands: dict[str, int]
    hidden_low: int
    older: int
    next: str
    tactics: tuple[TacticName, ...]
    asked: QueueQuery

    @property
    def filtered(self) -> bool:
        """Whether something but the state was asked for."""
        plain = QueueQuery(state=self.asked.state, limit=self.asked.limit)
        return msgspec.structs.replace(self.asked, sort="priority", cursor="") != plain


_ORDERS: Final[dict[Order, Callable[[Brief], tuple[Any, ...]]]] = {
    "priority": order_of,
    "newest": lambda brief: (-brief.last, brief.id),
    "oldest": lambda brief: (brief.first, brief.id),
    "largest": lambda brief: (-brief.findings, brief.id),
}


def read_queue(seat: Seat, query: QueueQuery) -> Queue:
    """Raises RequestError for a time or cursor that is none."""
    kept = ranking(seat)
    found = kept.all(seat.state)
    fits = _fits(query, _since(query.since, seat.now()))
    those = [each for each in found if fits(each)]
    low = 0 if query.low else sum(each.low for each in those)
    shown = [each.brief for each in those if query.low or not each.low]
    bands = dict.fromkeys(BANDS, 0)
    for brief in shown:
        bands[brief.band] += 1
    if query.band:
        shown = [brief for brief in shown if brief.band == query.band]
    key = _ORDERS[query.sort]
    if query.sort != "priority":
        shown.sort(key=key)
    page, following = _page(shown, key, query)
    tallies = standing(seat)
    return Queue(
        tuple(page),
        {brief.id: tallies[brief.id] for brief in page if brief.id in tallies},
        len(shown),
        bands,
        low,
        kept.older(),
        following,
        tuple(TacticName(tactic.name, tactic.words) for tactic in kept.tactics.ordered),
        query,
    )


def _page(
    shown: Sequence[Brief], key: Callable[[Brief], tuple[Any, ...]], query: QueueQuery
) -> tuple[Sequence[Brief], str]:
    if query.cursor:
        after = _after(query)
        shown = [brief for brief in shown if key(brief) > after]
    page = shown[: query.limit]
    more = len(shown) > len(page)
    return page, cursor_of(query.sort, *key(page[-1])) if more else ""


def _after(query: QueueQuery) -> tuple[Any, ...]:
    order: type[Any] = (
        tuple[Order, float, int, str] if query.sort == "priority" else tuple[Order, int, str]
    )
    sort, *after = key_of(query.cursor, order)
    if sort != query.sort:
        raise RequestError("malformed", "cursor: is of another order; begin at the first page")
    return tuple(after)


def _since(text: str, now: int) -> int:
    if not text:
        return -(1 << 62)
    try:
        return parse_time(text, now)
    except QueryError as error:
        raise RequestError("invalid", f"since: {error}") from error


def _fits(query: QueueQuery, since: int) -> Callable[[Ranked], bool]:
    words = query.text.lower().split()
    asset = query.asset.lower().strip()
    verdict = "" if query.verdict == "none" else query.verdict

    def fits(each: Ranked) -> bool:
        brief = each.brief
        return (
            (query.state in ("all", brief.state))
            and brief.last >= since
            and (not query.verdict or brief.verdict == verdict)
            and (not query.tactic or any(one.tactic == query.tactic for one in brief.stages))
            and (not asset or any(asset in name.lower() for name in brief.assets))
            and all(word in each.text for word in words)
        )

    return fits
