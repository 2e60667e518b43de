"""Exceptions: what people do not want to see again, for how long, and what that hides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from msgspec import Meta

from vedette.console.faults import RequestError
from vedette.console.screens.rules.catalogue import Catalogues, key_of
from vedette.console.screens.search.shown import Row, rows_of
from vedette.console.screens.search.times import moment
from vedette.console.table import Done
from vedette.engine.thwarting.asking import EndException, Except
from vedette.incident.exceptions import ExceptionRule, Preview, check, in_force, preview
from vedette.incident.kinds import DAY
from vedette.model.errors import ConfigError
from vedette.model.visible import visible
from vedette.store import reading

if TYPE_CHECKING:
    from vedette.console.seat import Seat

DAYS: Final = 30
"""How far back a preview looks."""
ALIKE: Final = 10
"""Findings that a preview shows."""

Pair = Annotated[str, Meta(min_length=3, max_length=600)]
Pairs = Annotated[tuple[Pair, ...], Meta(max_length=16)]
RuleId = Annotated[str, Meta(max_length=200)]
Words = Annotated[str, Meta(max_length=2000)]


class Condition(msgspec.Struct, frozen=True):
    """An entity of this kind must be named whose value the pattern fits (`*`, `?`)."""

    kind: str
    pattern: str


class InForce(msgspec.Struct, frozen=True):
    """An exception in force: which findings it hides (of `rule`, "" any; that fit all
    `conditions`), who answers for it and why, since and until when (microseconds), whether it is
    `over`, and how many findings it has `hidden`."""

    id: str
    rule: str
    rule_key: str
    title: str
    conditions: tuple[Condition, ...]
    owner: str
    reason: str
    created: int
    expires: int
    over: bool
    hidden: int


class ExceptionQuery(msgspec.Struct, frozen=True):
    """`rule` chooses those of one rule, by its id."""

    rule: RuleId = ""


class Exceptions(msgspec.Struct, frozen=True):
    """All exceptions that nobody ended, those that end soonest first."""

    exceptions: tuple[InForce, ...]


def read_exceptions(seat: Seat, query: ExceptionQuery) -> Exceptions:
    return Exceptions(exceptions_of(seat, query.rule))


def exceptions_of(seat: Seat, rule: str = "") -> tuple[InForce, ...]:
    """Those in force, of one rule or all."""
    now = seat.now()
    found = [
        InForce(
            name,
            one.rule,
            key_of(one.rule) if one.rule else "",
            _title(seat, one.rule),
            tuple(Condition(visible(kind), visible(pattern)) for kind, pattern in one.entities),
            visible(one.owner),
            visible(one.reason),
            one.created,
            one.expires,
            one.expires <= now,
            hidden,
        )
        for name, one, hidden in in_force(seat.state)
        if rule in ("", one.rule)
    ]
    return tuple(sorted(found, key=lambda one: (one.over, one.expires, one.id)))


class NewQuery(msgspec.Struct, frozen=True):
    """What an exception would say. `entity` is `kind:pattern`, given several times where several
    must fit; `expires` a time or `+30d`. Left out: a form to fill in."""

    rule: RuleId = ""
    entity: Annotated[tuple[Annotated[str, Meta(max_length=600)], ...], Meta(max_length=16)] = ()
    expires: Annotated[str, Meta(max_length=40)] = "+30d"
    reason: Words = ""
    owner: Annotated[str, Meta(max_length=100)] = ""


class NewException(msgspec.Struct, frozen=True):
    """An exception that is not made yet, with what it would have hidden of the findings of the
    last 30 days; `alike` are the newest of these. `faults` say why it can't be made so."""

    rule: str
    title: str
    entity: tuple[str, ...]
    expires: str
    until: int | None
    reason: str
    owner: str
    preview: Preview | None
    days: int
    alike: tuple[Row, ...]
    faults: tuple[str, ...]


def read_new(seat: Seat, query: NewQuery) -> NewException:
    """Raises RequestError for conditions that can't be understood."""
    now = seat.now()
    owner = query.owner or seat.who.person.name
    given = tuple(one for one in query.entity if one.strip())
    faults: list[str] = []
    until: int | None = None
    seen: Preview | None = None
    alike: tuple[Row, ...] = ()
    try:
        until = moment(query.expires, now)
    except RequestError as error:
        faults.append(f"expires: {error.detail}")
    if query.rule or given:
        made = ExceptionRule(
            rule_id(seat, query.rule), _pairs(given), owner, "a preview", now, until or now + DAY
        )
        try:
            check(made)
        except ConfigError as error:
            faults += error.faults
        else:
            seen = preview(seat.state, made, now, DAYS)
            found = [reading.finding(seat.state, one) for one in seen.samples[:ALIKE]]
            alike = rows_of(seat.state, [one for one in found if one is not None])
    return NewException(
        query.rule, _title(seat, rule_id(seat, query.rule)), given, query.expires, until,
        query.reason, owner, seen, DAYS, alike, tuple(faults),
    )  # fmt: skip


class Made(msgspec.Struct, frozen=True):
    """The fields of an exception: as of the form that previews it. `owner` left out is whoever
    asks."""

    reason: Annotated[str, Meta(min_length=1, max_length=2000)]
    expires: Annotated[str, Meta(min_length=1, max_length=40)]
    rule: RuleId = ""
    entity: Annotated[tuple[Annotated[str, Meta(max_length=600)], ...], Meta(max_length=16)] = ()
    owner: Annotated[str, Meta(max_length=100)] = ""


def make(seat: Seat, asked: Made) -> Done:
    """Raises ConfigError with every fault, RequestError."""
    until = moment(asked.expires, seat.now())
    pairs = _pairs(tuple(one for one in asked.entity if one.strip()))
    owner = asked.owner.strip() or seat.who.person.name
    answer = seat.ask(Except(rule_id(seat, asked.rule), pairs, owner, asked.reason, until))
    return Done(f"Exception {answer['exception']} is in force.", "/rules/exceptions")


class Ended(msgspec.Struct, frozen=True):
    """The exception to end."""

    exception: Annotated[str, Meta(min_length=1, max_length=64)]


def end(seat: Seat, asked: Ended) -> Done:
    """What it hid is folded into incidents. Raises ConfigError where there is none such."""
    changes = seat.ask(EndException(asked.exception))["changes"]
    count = len(changes)
    said = (
        f"Exception {asked.exception} is over; {count} incident{'' if count == 1 else 's'} changed."
    )
    return Done(said, "/rules/exceptions")


def rule_id(seat: Seat, text: str) -> str:
    """The id of a rule by its id or its name in addresses."""
    place = seat.place
    found = place.kept.of(Catalogues, lambda: Catalogues(place.config, place.rules)).now()
    known = found.known.get(text)
    return text if known is None else known.verdict.id


def _pairs(given: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    pairs = []
    for text in given:
        kind, colon, pattern = text.partition(":")
        if not colon:
            raise RequestError("invalid", f"entity: {text[:60]}: write kind:pattern (host:build-*)")
        pairs.append((kind.strip(), pattern.strip()))
    return tuple(pairs)


def _title(seat: Seat, rule: str) -> str:
    if not rule:
        return ""
    place = seat.place
    found = place.kept.of(Catalogues, lambda: Catalogues(place.config, place.rules)).now()
    known = found.known.get(found.key_of.get(rule, ""))
    return "" if known is None else visible(known.verdict.title)
