"""What people decide about websites. It is in the ledger before it is in force."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import msgspec

from vedette.console.faults import RequestError
from vedette.console.screens.websites.choosing import Name, Text, UrlPath, decided_about
from vedette.console.screens.websites.reports import USUAL, Making, Since, reports_of
from vedette.engine.shielding import deciding
from vedette.engine.shielding.deciding import Author, Decision
from vedette.model.errors import UnreadableError
from vedette.model.visible import visible
from vedette.shield.policy.settings import Mode

if TYPE_CHECKING:
    from vedette.console.seat import Seat
    from vedette.engine.shielding.shield import Shield

T = TypeVar("T")

KIND: Final = "shield"
"""The kind of ledger entries."""
MOST_AT_ONCE: Final = 200
_SAID: Final = 3

Numbers = Annotated[
    tuple[Annotated[int, msgspec.Meta(ge=1, le=1_000_000)], ...],
    msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE),
]
Site = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Expression = Annotated[str, msgspec.Meta(max_length=1_000)]


class Looking(msgspec.Struct, frozen=True):
    """A report to be made of the last day, week or month."""

    shield: Name = ""
    since: Since = USUAL


class Applying(msgspec.Struct, frozen=True):
    """Proposals to put in force, by their numbers in the report of this name."""

    report: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    numbers: Numbers
    shield: Name = ""
    why: Text = ""


class Reverting(msgspec.Struct, frozen=True):
    """Exclusions and virtual patches to take back, by the numbers under which they are in
    force."""

    numbers: Numbers
    shield: Name = ""
    why: Text = ""


class Setting(msgspec.Struct, frozen=True):
    """Refuse (`enforce`) at a path of a site and below, or only say what would be refused
    (`shadow`). Places further down that the configuration names keep what it says of them."""

    site: Site
    path: UrlPath
    mode: Mode
    shield: Name = ""
    why: Text = ""


class Patching(msgspec.Struct, frozen=True):
    """A virtual patch: at this path every value of `parameter` (ARGS:id) must be `only`, or must
    not contain `never` (regular expressions). Else the request is refused where the path is
    enforced, and noted in the shadow."""

    site: Site
    path: UrlPath
    parameter: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    only: Expression = ""
    never: Expression = ""
    shield: Name = ""
    why: Text = ""


class Outcome(msgspec.Struct, frozen=True):
    """What was decided, in words; `numbers` are those of the exclusions or the patch."""

    shield: str
    said: str
    numbers: tuple[int, ...] = ()


def look(seat: Seat, body: Looking) -> Making:
    """Begin a report. Raises RequestError where one is being made."""
    shield = decided_about(seat, body.shield)
    reports = reports_of(seat)
    if not reports.look(shield, body.since, seat.now()):
        raise RequestError("too-many", "a report is being made; wait for it")
    return reports.told(shield)


def apply(seat: Seat, body: Applying) -> Outcome:
    shield = decided_about(seat, body.shield)
    report = reports_of(seat).named(shield, body.report)
    if report is None:
        raise RequestError(
            "conflict", "the report was made anew since; look at its proposals, then apply"
        )
    known = {each.exclusion.number: each.exclusion for each in report.proposals}
    if unknown := [number for number in body.numbers if number not in known]:
        raise RequestError("unknown", f"{unknown[0]}: there are {len(known)} proposals")
    wanted = [known[number] for number in dict.fromkeys(body.numbers)]
    done = _decided(seat, shield, body.why, lambda by: deciding.apply(shield, wanted, by))
    words = [f"{each.number}: {each.words}{' (was so)' if each.already else ''}" for each in done]
    return Outcome(shield.name, f"In force: {_listed(words)}", tuple(each.number for each in done))


def revert(seat: Seat, body: Reverting) -> Outcome:
    shield = decided_about(seat, body.shield)
    done = _decided(
        seat, shield, body.why, lambda by: deciding.revert(shield, set(body.numbers), by)
    )
    return Outcome(shield.name, f"Taken back: {_listed(done)}", tuple(sorted(set(body.numbers))))


def set_mode(seat: Seat, body: Setting) -> Outcome:
    shield = decided_about(seat, body.shield)
    made = _decided(
        seat,
        shield,
        body.why,
        lambda by: deciding.set_mode(shield, body.site, body.path, body.mode, by),
    )
    what = "is refused now" if made.mode == "enforce" else "passes, and is noted"
    return Outcome(
        shield.name, f"{made.site}{made.path}: {made.mode}; what rules object to {what}."
    )


def patch(seat: Seat, body: Patching) -> Outcome:
    shield = decided_about(seat, body.shield)
    made = _decided(
        seat,
        shield,
        body.why,
        lambda by: deciding.patch(
            shield, body.site, body.path, body.parameter, by, only=body.only, never=body.never
        ),
    )
    said = visible(f"In force: {made.number}: {deciding.words_of(made)}")
    return Outcome(shield.name, said, (made.number,))


def _decided(seat: Seat, shield: Shield, why: str, decide: Callable[[Author], T]) -> T:
    """Decide in this person's name, recorded before it holds. Raises VedetteError."""
    recorded = False

    def record(decisions: Sequence[Decision]) -> None:
        nonlocal recorded
        about: list[dict[str, Any]] = msgspec.to_builtins(decisions)
        seat.record(KIND, {"shield": shield.name, "why": why, "decisions": about})
        recorded = True

    try:
        return decide(Author(seat.who.label, seat.now(), why, record))
    except OSError as error:
        if recorded:
            seat.record(KIND, {"shield": shield.name, "failed": str(error)})
        raise UnreadableError(f"{error}; nothing was decided") from error


def _listed(words: Sequence[str]) -> str:
    more = f", and {len(words) - _SAID} more" if len(words) > _SAID else ""
    return visible("; ".join(words[:_SAID])) + more
