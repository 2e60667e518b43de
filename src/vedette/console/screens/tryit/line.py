"""Trying a log line: how it is read, mapped and judged by the rules at work."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from vedette.console.faults import RequestError
from vedette.console.screens.tryit.turns import turn
from vedette.engine.assemble import make_mappings
from vedette.engine.explanation import explain
from vedette.model.errors import UnreadableError
from vedette.sigma.cache import load_cached

if TYPE_CHECKING:
    from vedette.console.seat import Seat

MOST_TEXT: Final = 1 << 20
MOST_RULES: Final = 50


class LineBody(msgspec.Struct, frozen=True):
    """One event in any format that is read: JSON, XML, syslog, an access log line. `format` and
    `rule` (an id or part of a title) are asked for where they are given."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_TEXT)]
    format: Annotated[str, msgspec.Meta(max_length=64)] = ""
    rule: Annotated[str, msgspec.Meta(max_length=200)] = ""


class RuleTried(msgspec.Struct, frozen=True):
    """A rule, whether it fires, and each part of its condition (depth, words)."""

    id: str
    title: str
    level: str
    fires: bool
    why: str
    steps: tuple[tuple[int, str], ...]


class LineTried(msgspec.Struct, frozen=True):
    """The stages: read, mapped, judged. `candidates` rules are for events of this kind; those
    that fire are in `rules`, or the one that was asked for."""

    format: str
    time: str
    raw: str
    mapping: str
    logsources: tuple[str, ...]
    entities: tuple[str, ...]
    fields: dict[str, Any]
    problems: tuple[str, ...]
    candidates: int
    rules: tuple[RuleTried, ...]


def try_line(seat: Seat, body: LineBody) -> LineTried:
    """Raises ConfigError, RequestError."""
    if not body.text.strip():
        raise RequestError("invalid", "text: paste an event")
    at_work = seat.place.rules.now
    if at_work is not None:
        rules, mappings = at_work.rules, at_work.mappings
    else:  # no watch beside: the bundled ones
        from vedette.engine.assemble import rule_paths

        config = seat.config
        mappings = make_mappings(config.rules.mappings)
        rules = load_cached(
            rule_paths(config.rules, config.data_dir),
            config.rules.expand,
            config.data_dir / "cache",
        )
    with turn(seat).one(), tempfile.TemporaryDirectory(prefix="vedette-try-") as folder:
        path = Path(folder) / "event"
        path.write_text(body.text.strip("\r\n") + "\n", "utf-8", "surrogatepass")
        try:
            found = explain(
                str(path), 1, body.format or None, None, rules, mappings, body.rule or None
            )
        except UnreadableError as error:
            raise RequestError("invalid", _words(error, path)) from error
        problems = tuple(each.replace(str(path), "what you tried") for each in found["problems"])
    return LineTried(
        found["format"],
        found["time"],
        found["raw"][:4000],
        Path(found["mapping"]).name if found["mapping"].startswith("/") else found["mapping"],
        tuple(found["logsources"]),
        tuple(found["entities"]),
        found["record"],
        problems,
        found["candidates"],
        tuple(
            RuleTried(
                one["id"],
                one["title"],
                one["level"],
                one["fires"],
                one["why"],
                tuple((depth, text) for depth, text in one["steps"]),
            )
            for one in found["rules"][:MOST_RULES]
        ),
    )


def _words(error: UnreadableError, path: Path) -> str:
    """What the command line says of a file, said of what was pasted."""
    return (
        str(error).replace(str(path), "what you tried").replace("give --format", "name its format")
    )
