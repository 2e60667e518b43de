"""The websites, what holds at each of their paths, and what comes and is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import msgspec

from vedette.console.screens.now.health import SourceHealth, sources
from vedette.console.screens.websites.choosing import Name, names_of, seen
from vedette.console.screens.websites.reports import Making, reports_of
from vedette.engine.shield import shield_named
from vedette.model.visible import visible
from vedette.response.actuators.shield.refusing import CLIENT, PARAMETER
from vedette.response.recording import Entry
from vedette.shield.policy.settings import Mode

if TYPE_CHECKING:
    from vedette.console.seat import Seat
    from vedette.engine.shielding.course import Course
    from vedette.engine.shielding.report import Report
    from vedette.shield.policy.decided import Decided
    from vedette.shield.policy.settings import Place, Site

MOST_REFUSED: Final = 20
MOST_CHANGES: Final = 20
_ENTRY: Final = msgspec.json.Decoder(Entry)


class SitesQuery(msgspec.Struct, frozen=True):
    """Which of several shields."""

    shield: Name = ""


class PlaceShown(msgspec.Struct, frozen=True):
    """What holds at `path` and below, where no longer path is named. `paranoia` None: as
    crs-setup.conf says; `sample` and `canary` are percentages of clients that are judged, and for
    whom `enforce` holds. `by` is who decided the mode (``""``: the configuration), `at` when
    (microseconds). `requests`, `would_block` and `blocked` are those of the last report, None
    where there is none."""

    path: str
    mode: Mode
    paranoia: int | None
    sample: int
    canary: int
    by: str
    at: int | None
    why: str
    requests: int | None
    would_block: int | None
    blocked: int | None


class SiteShown(msgspec.Struct, frozen=True):
    """A website; no `hosts`: any name. `upstream` is where it runs, "" where another server asks
    the shield."""

    name: str
    hosts: tuple[str, ...]
    upstream: str
    places: tuple[PlaceShown, ...]


class Line(msgspec.Struct, frozen=True):
    """A stretch of time from `start` (microseconds)."""

    start: int
    requests: int
    would_block: int
    refused: int


class OverTime(msgspec.Struct, frozen=True):
    """Stretches of `width` microseconds: when each begins, all requests in it, those that would
    have been refused and those that were, by rules or by an action."""

    width: int
    times: tuple[int, ...]
    requests: tuple[int, ...]
    would_block: tuple[int, ...]
    refused: tuple[int, ...]

    @property
    def columns(self) -> list[list[float]]:
        """For the chart: seconds, requests a minute, would have been refused, refused."""
        minutes = self.width / 60_000_000
        return [
            [time // 1_000_000 for time in self.times],
            [round(count / minutes, 2) for count in self.requests],
            list(self.would_block),
            list(self.refused),
        ]

    @property
    def lines(self) -> list[Line]:
        """Those in which anything came, the newest first."""
        all_of = zip(self.times, self.requests, self.would_block, self.refused, strict=True)
        return [Line(*each) for each in all_of if any(each[1:])][::-1]


class Figures(msgspec.Struct, frozen=True):
    """The last report in numbers: all requests, those that would have been refused and those
    that were, those of both that still would be (`still`), by how many clients, of which so many
    like attackers; exclusions that are proposed."""

    first: int | None
    last: int | None
    requests: int
    would_block: int
    blocked: int
    still: int
    clients: int
    like_attackers: int
    proposals: int


class RefusedShown(msgspec.Struct, frozen=True):
    """An action that refuses a client (an address) or a parameter now."""

    id: str
    kind: str
    target: str
    scope: dict[str, str]
    state: str
    expires: int
    incident: str
    reason: str


class ChangeShown(msgspec.Struct, frozen=True):
    """A decision, by whom and when (microseconds)."""

    at: int
    by: str
    what: str
    why: str


class Websites(msgspec.Struct, frozen=True):
    """The websites of one shield of `shields` (none: nothing is protected yet). `source` is how
    the shield itself is doing, None where it never ran. `refused` are the newest of
    `all_refused`; `changes` the last decisions."""

    shields: tuple[str, ...] = ()
    shield: str = ""
    front: str = ""
    listens: str = ""
    source: SourceHealth | None = None
    sites: tuple[SiteShown, ...] = ()
    exclusions: int = 0
    patches: int = 0
    refused: tuple[RefusedShown, ...] = ()
    all_refused: int = 0
    changes: tuple[ChangeShown, ...] = ()
    making: Making = Making()
    figures: Figures | None = None
    over_time: OverTime | None = None


def read_sites(seat: Seat, query: SitesQuery) -> Websites:
    """Raises RequestError, UnreadableError, ConfigError."""
    shield = seen(seat, query.shield)
    if shield is None:
        return Websites()
    making, report = reports_of(seat).of(shield, seat.now())
    decided = shield.decided()
    entry = shield_named(seat.config, shield.name)
    upstreams = {site.name: site.upstream or "" for site in entry.sites}
    refused, all_refused = _refused(seat)
    spoken = {each.name: each for each in sources(seat.state, seat.now())}
    return Websites(
        names_of(seat),
        shield.name,
        entry.front,
        str(entry.listen),
        next((spoken[name] for name in (shield.name, *shield.sources) if name in spoken), None),
        tuple(
            _site(each, upstreams, decided, report) for each in decided.laid_on(shield.policy).sites
        ),
        len(decided.exclusions),
        len(decided.patches),
        refused,
        all_refused,
        tuple(
            ChangeShown(each.at, visible(each.by), visible(each.what), visible(each.why))
            for each in decided.changes[: -MOST_CHANGES - 1 : -1]
        ),
        making,
        None if report is None else figures_of(report),
        None if report is None else _over_time(report.course),
    )


def figures_of(report: Report) -> Figures:
    found = report.found
    return Figures(
        found.first,
        found.last,
        found.requests,
        found.would_block,
        found.blocked,
        found.still,
        found.clients,
        found.like_attackers,
        len(report.proposals),
    )


def _over_time(course: Course) -> OverTime:
    refused = zip(course.blocked, course.turned_away, strict=True)
    return OverTime(
        course.width, course.times, course.requests, course.would_block, tuple(map(sum, refused))
    )


def _site(
    site: Site, upstreams: Mapping[str, str], decided: Decided, report: Report | None
) -> SiteShown:
    places = sorted(site.places, key=lambda each: each.path)
    counts = _counted(site.name, places, report)
    return SiteShown(
        site.name,
        site.hosts,
        upstreams.get(site.name, ""),
        tuple(_place(site.name, each, decided, counts.get(each.path)) for each in places),
    )


def _place(
    site: str, place: Place, decided: Decided, counted: tuple[int, int, int] | None
) -> PlaceShown:
    path = place.path.rstrip("/") or "/"
    said = next((one for one in decided.enforced if (one.site, one.path) == (site, path)), None)
    what = f"{place.mode} {site}{path}"
    why = next((one.why for one in reversed(decided.changes) if one.what == what), "")
    requests, would_block, blocked = counted or (None, None, None)
    return PlaceShown(
        visible(place.path),
        place.mode,
        place.paranoia,
        place.sample,
        place.canary,
        "" if said is None else visible(said.by or "nobody"),
        None if said is None else said.at,
        "" if said is None else visible(why),
        requests,
        would_block,
        blocked,
    )


def _counted(
    site: str, places: list[Place], report: Report | None
) -> dict[str, tuple[int, int, int]]:
    """The report's requests by the place that they belong to. A site that nothing was counted of
    has zeros."""
    if report is None:
        return {}
    found = {place.path: [0, 0, 0] for place in places}
    longest = sorted(found, key=len, reverse=True)
    for row in report.found.paths:
        if row.site != site:
            continue
        for path in longest:
            base = path.rstrip("/")
            if row.path == base or row.path.startswith(f"{base}/") or not base:
                counts = found[path]
                counts[0] += row.requests
                counts[1] += row.would_block
                counts[2] += row.blocked
                break
    return {path: (counts[0], counts[1], counts[2]) for path, counts in found.items()}


def _refused(seat: Seat) -> tuple[tuple[RefusedShown, ...], int]:
    where = (
        "FROM actions WHERE state IN ('applied', 'intended', 'ending') "
        "AND json_extract(json, '$.action.kind') IN (?, ?)"
    )
    given = (CLIENT, PARAMETER)
    count = seat.actions.execute(f"SELECT count(*) {where}", given).fetchone()[0]
    rows = seat.actions.execute(
        f"SELECT json {where} ORDER BY changed DESC, id LIMIT ?",
        (*given, MOST_REFUSED),
    )
    return tuple(_refusal(_ENTRY.decode(row[0])) for row in rows), int(count)


def _refusal(entry: Entry) -> RefusedShown:
    action = entry.action
    return RefusedShown(
        action.id,
        action.kind,
        visible(action.target.value),
        {name: visible(value) for name, value in action.scope},
        entry.state,
        action.expires,
        action.incident,
        visible(action.reason),
    )
