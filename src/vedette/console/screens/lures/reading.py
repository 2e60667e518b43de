"""Messages that were taken for lures, refused, or passed unexamined: read from their findings.

Of mail that passed only counts are kept, so nothing here tells who got a job offer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec

from vedette.console.cursor import Cursor, Limit, cursor_of, key_of
from vedette.console.faults import RequestError
from vedette.engine.embedded.watch import store_paths
from vedette.incident.reading import incident_of
from vedette.incident.verdicts import precision, verdict_counts
from vedette.lure.detector import RULES
from vedette.model.finding import Finding
from vedette.model.visible import visible
from vedette.response.recording import Entry
from vedette.store import reading
from vedette.store.search import fetch

if TYPE_CHECKING:
    from vedette.console.seat import Seat

Verdict = Literal["lure", "suspicious", "refused", "unexamined"]
DAYS: Final = 30
DAY: Final = 86_400_000_000
MOST_SHARED: Final = 20
SHARED: Final = ("hash", "document", "url", "domain", "person")
"""What messages of one campaign have in common."""
AT_MAIL: Final = ("hold-message", "retract-message")

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern="^[0-9a-f]+$")]
_VERDICTS: Final[Mapping[str, Verdict]] = {RULES[name].id: name for name in RULES}  # type: ignore[misc]  # its keys are the verdicts
_DECODER: Final = msgspec.json.Decoder(Finding)
_ENTRY: Final = msgspec.json.Decoder(Entry)


class LuresQuery(msgspec.Struct, frozen=True):
    """Only those of a verdict."""

    verdict: Verdict | Literal[""] = ""
    cursor: Cursor = ""
    limit: Limit = 50


class LureLine(msgspec.Struct, frozen=True):
    """A message. `mailboxes` are pseudonyms; `reported` True where a person asked about it;
    `incident` is "" where it is in none."""

    id: str
    time: int
    verdict: Verdict
    probability: float | None
    sentence: str
    mailboxes: int
    reported: bool
    incident: str


class Record(msgspec.Struct, frozen=True):
    """How right a verdict was, by what people said of its incidents."""

    verdict: Verdict
    last_days: int
    right: int
    wrong: int
    likely: float


class Lures(msgspec.Struct, frozen=True):
    """A page of messages, the newest first. `examining` False: no source of mail is configured."""

    verdict: str
    examining: bool
    lines: tuple[LureLine, ...]
    records: tuple[Record, ...]
    next: str = ""


class LureQuery(msgspec.Struct, frozen=True):
    """A finding, by its id."""

    finding: Id


class FeatureShown(msgspec.Struct, frozen=True):
    """A reason and what it adds to the logarithm of the odds. `quotes` are masked."""

    says: str
    weight: float
    contradiction: bool
    technique: str
    quotes: tuple[str, ...]


class FileShown(msgspec.Struct, frozen=True):
    """A file of the message."""

    path: str
    kind: str
    size: int
    sha256: str


class Shared(msgspec.Struct, frozen=True):
    """Something that tells a campaign: in how many incidents it was seen, this one among them."""

    kind: str
    value: str
    incidents: int


class Done(msgspec.Struct, frozen=True):
    """An action about this message."""

    id: str
    kind: str
    state: str


class Lure(msgspec.Struct, frozen=True):
    """One message. Subject and people are sealed; `stored` False: its event is not there any
    more, and the reasons with it. `unmasked` is set for whoever has just looked."""

    id: str
    time: int
    verdict: Verdict
    probability: float | None
    sentence: str
    incident: str
    way: str
    done_then: str
    mailboxes: tuple[str, ...]
    persona: str
    features: tuple[FeatureShown, ...]
    files: tuple[FileShown, ...]
    unread: tuple[str, ...]
    shared: tuple[Shared, ...]
    actions: tuple[Done, ...]
    stored: bool
    sealed: bool
    unmasked: dict[str, str] = {}


def read_lures(seat: Seat, query: LuresQuery) -> Lures:
    """One page."""
    ids = [RULES[query.verdict].id] if query.verdict else list(_VERDICTS)
    marks = ",".join("?" * len(ids))
    where, given = f"rule_id IN ({marks})", list[Any](ids)
    if query.cursor:
        time, last = key_of(query.cursor, tuple[int, str])
        where += " AND (time, id) < (?, ?)"
        given += [time, last]
    rows = seat.state.execute(
        # Only question marks and constants are put in.
        f"SELECT json FROM findings WHERE {where} ORDER BY time DESC, id DESC LIMIT ?",  # noqa: S608
        (*given, query.limit + 1),
    ).fetchall()
    found = [_DECODER.decode(row[0]) for row in rows[: query.limit]]
    reports = {source.name for source in seat.config.sources if source.kind == "imap"}
    following = cursor_of(found[-1].time, found[-1].id) if len(rows) > query.limit else ""
    kinds = {source.kind for source in seat.config.sources}
    return Lures(
        query.verdict,
        bool(kinds & {"milter", "imap", "folder"}),
        tuple(_line(seat.state, each, reports) for each in found),
        tuple(_records(seat.state, seat.now())),
        following,
    )


def read_lure(seat: Seat, query: LureQuery) -> Lure:
    """One message. Raises RequestError."""
    found = reading.finding(seat.state, query.finding)
    if found is None or found.rule.id not in _VERDICTS:
        raise RequestError("unknown", f"{query.finding}: is no message that was held against")
    event = fetch(store_paths(seat.config), [found.event_ref.key]).get(found.event_ref.key)
    record: Mapping[str, Any] = {} if event is None else event.record()
    incident = incident_of(seat.state, found.id)
    return Lure(
        id=found.id,
        time=found.time,
        verdict=_VERDICTS[found.rule.id],
        probability=found.probability,
        sentence=visible(found.message),
        incident=incident,
        way=str(record.get("way", "")),
        done_then=str(record.get("action", "")),
        mailboxes=_values(found, "mailbox"),
        persona=next(iter(_values(found, "person")), ""),
        features=tuple(_feature(each) for each in record.get("features", ())),
        files=tuple(_file(each) for each in record.get("attachments", ())),
        unread=tuple(visible(str(each)) for each in record.get("unread", ())),
        shared=tuple(_shared(seat.state, found)),
        actions=_actions(seat, incident, _values(found, "message")),
        stored=event is not None,
        sealed="sealed" in record,
    )


def _line(state: sqlite3.Connection, found: Finding, reports: set[str]) -> LureLine:
    return LureLine(
        found.id,
        found.time,
        _VERDICTS[found.rule.id],
        found.probability,
        visible(found.message),
        len(_values(found, "mailbox")),
        found.event_ref.source.removeprefix("lure:") in reports,
        incident_of(state, found.id),
    )


def _records(state: sqlite3.Connection, now: int) -> list[Record]:
    counts = verdict_counts(state)
    records = []
    for rule in RULES.values():
        row = state.execute(
            "SELECT count(*) FROM findings WHERE rule_id = ? AND time >= ?",
            (rule.id, now - DAYS * DAY),
        ).fetchone()
        true, false, benign = counts.get(rule.id, (0, 0, 0))
        measured = precision(rule.level, (true, false, benign))
        records.append(Record(_VERDICTS[rule.id], int(row[0]), true, false + benign, measured.mean))
    return records


def _values(found: Finding, kind: str) -> tuple[str, ...]:
    return tuple(entity.value for entity in found.entities if entity.kind == kind)


def _feature(each: Mapping[str, Any]) -> FeatureShown:
    quotes = tuple(
        visible(str(one.get("text", "")))[:300]
        for one in each.get("evidence", ())
        if isinstance(one, Mapping)
    )
    return FeatureShown(
        visible(str(each.get("says", each.get("name", "")))),
        float(each.get("weight", 0.0)),
        bool(each.get("contradiction")),
        str(each.get("technique") or ""),
        quotes[:5],
    )


def _file(each: Mapping[str, Any]) -> FileShown:
    return FileShown(
        visible(str(each.get("path", ""))),
        str(each.get("kind", "")),
        int(each.get("size", 0)),
        str(each.get("sha256", "")),
    )


def _shared(state: sqlite3.Connection, found: Finding) -> list[Shared]:
    """What this message has in common with other incidents, the most telling first."""
    shared: list[Shared] = []
    for entity in found.entities:
        if entity.kind in SHARED and len(shared) < MOST_SHARED:
            row = state.execute(
                "SELECT count(DISTINCT i.root) FROM incident_spans s "
                "JOIN incidents i ON i.id = s.incident WHERE s.kind = ? AND s.value = ?",
                (entity.kind, entity.value),
            ).fetchone()
            shared.append(Shared(entity.kind, visible(entity.value), int(row[0])))
    shared.sort(key=lambda each: SHARED.index(each.kind))
    return shared


def _actions(seat: Seat, incident: str, messages: tuple[str, ...]) -> tuple[Done, ...]:
    if not incident:
        return ()
    rows = seat.actions.execute("SELECT json FROM actions WHERE incident = ?", (incident,))
    entries = [_ENTRY.decode(row[0]) for row in rows]
    return tuple(
        Done(entry.action.id, entry.action.kind, entry.state)
        for entry in entries
        if entry.action.kind not in AT_MAIL
        or entry.action.target.kind != "message"
        or entry.action.target.value in messages
        or not messages
    )
