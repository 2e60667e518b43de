"""Trying a request: every rule of the website's shield that it matches, and the score."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from vedette.console.faults import RequestError
from vedette.console.screens.tryit.turns import turn
from vedette.engine.shield import decided_folder, policy_of, shields
from vedette.model.errors import UnreadableError
from vedette.shield.explaining import explain, read_pasted
from vedette.shield.policy.decided import read_decided
from vedette.shield.policy.pack import load_pack
from vedette.shield.policy.ready import locate
from vedette.shield.policy.settings import Pack, Place, Policy, Site

if TYPE_CHECKING:
    from vedette.console.seat import Seat
    from vedette.seclang.ir import Program

MOST_TEXT: Final = 2 << 20
USUAL: Final = Path("/opt/coreruleset")
VARIABLE: Final = "VEDETTE_CRS"
CLIENT: Final = "203.0.113.1"
MOST_STEPS: Final = 200


class RequestBody(msgspec.Struct, frozen=True):
    """A raw request, a curl command as browsers copy it, or an entry of a HAR file. `all`: also
    rules that only count or log. It is sent nowhere."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_TEXT)]
    all: bool = False


class SeenShown(msgspec.Struct, frozen=True):
    """A value that satisfied a rule; `changes` are what transformations made of it."""

    variable: str
    value: str
    matched: str
    changes: tuple[str, ...]


class StepShown(msgspec.Struct, frozen=True):
    """A rule that matched. `adds` is what it added to the score."""

    rule: int
    phase: int
    msg: str
    place: str
    operator: str
    seen: tuple[SeenShown, ...]
    adds: int


class RequestTried(msgspec.Struct, frozen=True):
    """`verdict` is blocked or passed; `mode` says whether the shield would have stopped it there
    (enforce) or only noted it (shadow). Values of secret names are masked."""

    verdict: str
    by: int | None
    status: int | None
    score: int
    threshold: int
    site: str
    path: str
    mode: str
    paranoia: int
    arguments: tuple[tuple[str, str], ...]
    steps: tuple[StepShown, ...]
    cut: str


class Programs:
    """Rules as they were read, by policy and level; reading them takes a second."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._read: dict[tuple[bytes, int | None], Program] = {}

    def of(self, policy: Policy, level: int | None) -> Program:
        key = (msgspec.msgpack.encode(policy.pack), level)
        with self._lock:
            found = self._read.get(key)
            if found is None:
                if len(self._read) >= 8:
                    self._read.clear()
                found = self._read[key] = load_pack(policy, level)
            return found


def try_request(seat: Seat, body: RequestBody) -> RequestTried:
    """Raises UnreadableError, ConfigError, RequestError where no rules are there."""
    try:
        pasted = read_pasted(body.text.encode("utf-8", "surrogatepass"), CLIENT)
    except UnreadableError as error:
        raise RequestError("invalid", str(error)) from error
    policy = _policy(seat)
    site, place = locate(policy, pasted.request)
    programs = seat.place.kept.of(Programs, Programs)
    with turn(seat).one():
        found = explain(programs.of(policy, place.paranoia), pasted)
    steps = [step for step in found.steps if body.all or step.adds or step.rule == found.by]
    return RequestTried(
        found.verdict,
        found.by,
        found.status,
        found.score,
        found.threshold,
        site.name,
        place.path,
        place.mode,
        place.paranoia or 1,
        found.arguments,
        tuple(
            StepShown(
                step.rule,
                step.phase,
                step.msg,
                f"{Path(step.file).name}:{step.line}",
                step.operator,
                tuple(
                    SeenShown(
                        one.variable,
                        one.value[:500],
                        one.matched[:300],
                        tuple(
                            f"{each.transformation}: "
                            + ("as it was" if each.value is None else each.value[:300])
                            for each in one.changes
                        ),
                    )
                    for one in step.seen[:5]
                ),
                sum(step.adds.values()),
            )
            for step in steps[:MOST_STEPS]
        ),
        found.cut,
    )


def _policy(seat: Seat) -> Policy:
    """That of the first shield that is configured, with what people decided; else the rule set
    that lies where the guide puts it."""
    for entry in shields(seat.config):
        decided = read_decided(decided_folder(seat.config, entry.name))
        return decided.laid_on(policy_of(entry))
    folder = Path(os.environ.get(VARIABLE, "") or USUAL)
    if not (folder / "rules").is_dir():
        raise RequestError(
            "conflict",
            f"there is no rule set in {folder}: git clone https://github.com/coreruleset/coreruleset"
            " there, or protect a website (docs/how-to/shield-protect.md)",
        )
    return Policy(pack=Pack(rules=str(folder)), sites=(Site(name="site", places=(Place(),)),))
