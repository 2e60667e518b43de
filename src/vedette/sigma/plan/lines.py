"""The front end for JSON lines that nobody has parsed yet.

It guesses a line's kind from the bytes behind its discriminators' keys, reads the line with that
kind's reader, and checks the guess on what was read; a wrong guess costs a second reading and is
learnt. Whatever is unusual goes to the dictionary front end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import msgspec

from vedette.model.batch import JsonLines, json_object
from vedette.model.problem import Problem
from vedette.scan.memo import Memo
from vedette.sigma.mapping import split_path
from vedette.sigma.plan.codegen import JudgeRow, judge_function
from vedette.sigma.plan.dicts import DictFront, Hit, needed_paths
from vedette.sigma.plan.plan import FormatPlan, Kind
from vedette.sigma.plan.predicates import record_texts
from vedette.sigma.plan.structs import LineReader, ShapeError

HINT: Final = 40
"""Bytes behind a key that may hold its value."""
HINTS: Final = 8192
HINTED: Final = 2
"""More keys than this cost more to look for than a wrong guess."""


class _KindReader:
    """How lines of one kind are read and judged."""

    __slots__ = ("decode", "judge", "kind", "values")

    def __init__(self, kind: Kind, discriminators: Sequence[tuple[str, ...]]) -> None:
        self.kind = kind
        reader = LineReader([*discriminators, *needed_paths(kind)])
        self.decode = reader.decode
        self.judge: JudgeRow = judge_function(
            kind.judge, reader.expressions, reader.prelude, reader.names, _texts
        )
        self.values = values_function(reader, discriminators)


class LineFront:
    """Judges JSON lines of one format."""

    def __init__(self, plan: FormatPlan, dicts: DictFront) -> None:
        self._plan = plan
        self._dicts = dicts
        self._readers: dict[int, _KindReader | None] = {}
        self._hints: Memo[tuple[bytes, ...], _KindReader] = Memo(HINTS)
        self._hint_of = hint_function(plan)
        probe = LineReader(plan.discriminators)
        self._probe = probe.decode
        self._probe_values = values_function(probe, plan.discriminators)

    def rows(self, rows: JsonLines, problems: list[Problem]) -> Iterator[Hit]:
        """Every line on which a rule fires; lines that can't be parsed become `problems`."""
        hints, kind_of, hint_of = self._hints.young.get, self._plan.kind_of, self._hint_of
        suspects = self._plan.sieve.suspects(rows.lines)
        for index, line in enumerate(rows.lines):
            hint = hint_of(line)
            reader = hints(hint)
            try:
                if reader is None:
                    reader = self._learn(line, hint)
                    if reader is None:
                        raise msgspec.ValidationError
                event = reader.decode(line)
                kind = kind_of(reader.values(event))
                if kind is not reader.kind:
                    reader = self._learn(line, hint)
                    if reader is None:
                        raise msgspec.ValidationError
                    event = reader.decode(line)
                    kind = reader.kind
                own = kind.own_suspect
                suspect = index in suspects or (own is not None and own(line))
                fired = reader.judge(event, line if suspect else b"")
            except (msgspec.DecodeError, RecursionError, ValueError):
                if not line or line.isspace():
                    continue
                try:
                    kind, fired = self._dicts.judge(json_object(line))
                except (ValueError, RecursionError) as error:
                    problems.append(unreadable(rows.place(index), error))
                    continue
            if fired:
                yield index, kind, fired

    def _learn(self, line: bytes, hint: tuple[bytes, ...]) -> _KindReader | None:
        """The reader of this line's kind, remembered for lines that look like it."""
        values = self._probe_values(self._probe(line))
        reader = self._reader(self._plan.kind_of(values))
        if reader is not None:
            self._hints.put(hint, reader)
        return reader

    def _reader(self, kind: Kind) -> _KindReader | None:
        """The reader of a kind; None where its paths don't fit one struct."""
        if id(kind) in self._readers:
            known = self._readers[id(kind)]
            if known is None or known.kind is kind:
                return known
        try:
            made: _KindReader | None = _KindReader(kind, self._plan.discriminators)
        except ShapeError:
            made = None
        if len(self._readers) > 2 * len(self._plan.kinds()) + 64:
            self._readers.clear()  # kinds that the plan has let go
        self._readers[id(kind)] = made
        return made


def values_function(
    reader: LineReader, discriminators: Sequence[tuple[str, ...]]
) -> Callable[[Any], tuple[Any, ...]]:
    """From a decoded line to its discriminators' values."""
    reads = "".join(reader.expressions[paths] + ", " for paths in discriminators)
    body = "".join(f"    {line}\n" for line in [*reader.prelude, f"return ({reads})"])
    scope: dict[str, Any] = dict(reader.names)
    exec(compile(f"def values(e):\n{body}", "<values>", "exec"), scope)  # noqa: S102  # our own code; paths come from mappings only as struct field names
    function: Callable[[Any], tuple[Any, ...]] = scope["values"]
    return function


def hint_function(plan: FormatPlan) -> Callable[[bytes], tuple[bytes, ...]]:
    """From a line to the bytes behind its first discriminators' keys, up to the next comma."""
    keys = [b'"' + split_path(paths[0])[-1].encode() + b'"' for paths in plan.discriminators]
    sizes = [(key, len(key), len(key) + HINT) for key in keys[:HINTED]]

    def hint_of(line: bytes) -> tuple[bytes, ...]:
        return tuple(
            [
                line[at + size : at + limit].partition(b",")[0]
                if (at := line.find(key)) >= 0
                else b""
                for key, size, limit in sizes
            ]
        )

    return hint_of


def unreadable(place: str, error: Exception) -> Problem:
    """What to say of a line that is no JSON object: its place, with the column where known."""
    column = getattr(error, "colno", None)
    where = f"{place}:{column}" if column is not None else place
    what = getattr(error, "msg", None) or str(error) or "nested too deeply"
    return Problem(where, f"not a JSON object: {what}", "the line is skipped")


def _texts(line: bytes) -> list[str]:
    """The texts keywords are looked for in; none where the sieve found nothing (b"")."""
    return record_texts(json_object(line)) if line else []
