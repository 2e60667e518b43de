"""The shadow report: what would have been refused, by path, parameter and rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from vedette.console.cursor import Cursor, Limit, cursor_of, key_of
from vedette.console.faults import RequestError
from vedette.console.screens.websites.choosing import Name, names_of, seen
from vedette.console.screens.websites.reports import Making, reports_of
from vedette.console.screens.websites.sites import Figures, figures_of
from vedette.model.visible import visible

if TYPE_CHECKING:
    from vedette.console.seat import Seat
    from vedette.engine.shielding.report import Report
    from vedette.shield.shadow.overview import PathRow, Row

MOST_PATHS: Final = 12
Short = Annotated[str, msgspec.Meta(max_length=1_024)]


class ReportQuery(msgspec.Struct, frozen=True):
    """`site` and `path` as they stand in a row; `left` True leaves out what exclusions cover.
    `cursor` from the page before."""

    shield: Name = ""
    site: Short = ""
    path: Short = ""
    rule: Annotated[int, msgspec.Meta(ge=1)] | None = None
    left: bool = False
    cursor: Cursor = ""
    limit: Limit = 50


class PathShown(msgspec.Struct, frozen=True):
    """All requests to a path (0 where the store has no count) of about so many clients, and those
    of them that would have been or were refused."""

    site: str
    path: str
    requests: int
    clients: int
    would_block: int
    blocked: int


class RowShown(msgspec.Struct, frozen=True):
    """One rule on one parameter of one path, in requests that were or would have been refused.
    `clients` are different addresses, `like_attackers` those of them that behave so; `values` are
    masked examples. `excluded`: exclusions in force covered it when the report was made."""

    site: str
    path: str
    parameter: str
    rule: int
    msg: str
    requests: int
    clients: int
    like_attackers: int
    values: tuple[str, ...]
    excluded: bool


class ShadowReport(msgspec.Struct, frozen=True):
    """A page of the report, what concerns most requests first; `rows` of `all_rows`. `figures`
    None: there is no report yet. `paths` are those with most refusals. `partial`: only the newest
    200,000 requests were looked at."""

    shields: tuple[str, ...] = ()
    shield: str = ""
    making: Making = Making()
    figures: Figures | None = None
    partial: bool = False
    site: str = ""
    path: str = ""
    rule: int | None = None
    left: bool = False
    paths: tuple[PathShown, ...] = ()
    all_paths: int = 0
    rows: tuple[RowShown, ...] = ()
    all_rows: int = 0
    next: str = ""


def read_report(seat: Seat, query: ReportQuery) -> ShadowReport:
    """Raises RequestError, ConfigError."""
    shield = seen(seat, query.shield)
    if shield is None:
        return ShadowReport()
    making, report = reports_of(seat).of(shield, seat.now())
    begun = ShadowReport(
        names_of(seat), shield.name, making, site=query.site, path=query.path, rule=query.rule,
        left=query.left,
    )  # fmt: skip
    if report is None:
        return begun
    start = place_after(query.cursor, making.report)
    fitting = [row for row in report.found.rows if _fits(row, query)]
    end = start + query.limit
    return msgspec.structs.replace(
        begun,
        figures=figures_of(report),
        partial=report.more,
        paths=tuple(map(_path, _paths(report, query)[:MOST_PATHS])),
        all_paths=len(_paths(report, query)),
        rows=tuple(map(_row, fitting[start:end])),
        all_rows=len(fitting),
        next=cursor_of(making.report, end) if end < len(fitting) else "",
    )


def place_after(cursor: str, report: str) -> int:
    """Where a list out of a report goes on. Raises RequestError where the cursor is of another
    report."""
    if not cursor:
        return 0
    of, start = key_of(cursor, tuple[str, int])
    if of != report or start < 0:
        raise RequestError("conflict", "the report was made anew since; begin at its first page")
    return start


def _fits(row: Row, query: ReportQuery) -> bool:
    return (
        (not query.site or visible(row.site) == query.site)
        and (not query.path or visible(row.path) == query.path)
        and (query.rule is None or row.rule == query.rule)
        and not (query.left and row.excluded)
    )


def _paths(report: Report, query: ReportQuery) -> list[PathRow]:
    return [
        each for each in report.found.paths if not query.site or visible(each.site) == query.site
    ]


def _path(each: PathRow) -> PathShown:
    return PathShown(
        visible(each.site),
        visible(each.path),
        each.requests,
        each.clients,
        each.would_block,
        each.blocked,
    )


def _row(row: Row) -> RowShown:
    return RowShown(
        visible(row.site),
        visible(row.path),
        visible(row.parameter),
        row.rule,
        visible(row.msg),
        row.requests,
        row.clients,
        row.like_attackers,
        tuple(map(visible, row.values)),
        row.excluded,
    )
