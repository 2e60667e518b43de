"""The front end for JSON lines that nobody has parsed yet.

The native reader judges what it can; what it hands back, and every line where there is none, is
read here: by a guess of its kind from the bytes behind its discriminators' keys and that kind's
struct, and a check of the guess on what was read. A wrong guess costs a second reading and is
learnt. Whatever is unusual goes to the dictionary front end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from typing import Any, Final

import msgspec

from vedette.model.batch import JsonLines, json_object
from vedette.model.path import split_path
from vedette.model.problem import Problem
from vedette.scan.memo import Memo
from vedette.sigma.plan.codegen import judge_function
from vedette.sigma.plan.dicts import DictFront, Hit, needed_paths
from vedette.sigma.plan.judge import Fired
from vedette.sigma.plan.native_lines import native_lines
from vedette.sigma.plan.plan import FormatPlan, Kind
from vedette.sigma.plan.predicates import record_texts
from vedette.sigma.plan.structs import LineReader, ShapeError

HINT: Final = 40
"""Bytes behind a key that may hold its value."""
HINTS: Final = 8192
NO_KEY: Final = b"\n"
"""Stands in no line."""
HINTED: Final = 2
"""More keys than this cost more to look for than a wrong guess."""


_BLANK: Final = re.compile(rb"\s*\{\s*\}").match
"""An object without fields, which is a blank row to every front end."""


class _KindReader:
    """How lines of one kind are read and judged; `judge` gives None for events of another."""

    __slots__ = ("decode", "judge", "kind", "suspect")

    def __init__(self, kind: Kind, plan: FormatPlan) -> None:
        self.kind = kind
        self.suspect = kind.own_suspect
        reader = LineReader([*plan.discriminators, *needed_paths(kind)], plan.discriminators)
        self.decode = reader.decode
        self.judge: Callable[[Any, bytes], Fired | None] = judge_function(
            kind.judge,
            reader.expressions,
            reader.prelude,
            {**reader.names, "kind": kind, "kind_of": plan.by_values.young.get},
            _texts,
            guard=plan.discriminators,
        )


class LineFront:
    """Judges JSON lines of one format, natively where `native` and possible."""

    def __init__(self, plan: FormatPlan, dicts: DictFront, native: bool = True) -> None:
        self._plan = plan
        self._dicts = dicts
        self.native = native_lines(plan) if native else None
        self._readers: dict[int, _KindReader | None] = {}
        self._hints: Memo[bytes, _KindReader] = Memo(HINTS)
        keys = [b'"' + split_path(p[0])[-1].encode() + b'"' for p in plan.discriminators[:HINTED]]
        self._keys = keys + [NO_KEY] * (HINTED - len(keys))
        try:
            probe = LineReader(plan.discriminators, plan.discriminators)
        except ShapeError:
            self._probe: Callable[[bytes], Any] = _unfit
            self._probe_values: Callable[[Any], tuple[Any, ...]] = _unfit
        else:
            self._probe = probe.decode
            self._probe_values = values_function(probe, plan.discriminators)

    def rows(self, rows: JsonLines, problems: list[Problem]) -> Iterator[Hit]:
        """Every line on which a rule fires; lines that can't be parsed become `problems`."""
        if self.native is None:
            suspects = self._plan.sieve.suspects(rows.lines)
            yield from self._each(rows, range(len(rows)), suspects, problems)
            return
        for index, kind, fired in self.native.judge(rows.lines):
            if kind is not None:
                yield index, kind, fired
            else:
                found = {index} if self._plan.sieve.suspect(rows.lines[index]) else set()
                yield from self._each(rows, (index,), found, problems)

    def _each(
        self,
        rows: JsonLines,
        indexes: Iterable[int],
        suspects: Set[int],
        problems: list[Problem],
    ) -> Iterator[Hit]:
        """The rows among these lines on which a rule fires; `suspects` may hold a keyword."""
        known = self._hints.young.get
        one, two = self._keys
        one_size, two_size = len(one), len(two)
        lines = rows.lines
        for index in indexes:
            line = lines[index]
            hint = b""
            if (at := line.find(one)) >= 0:
                at += one_size
                hint = line[at : at + HINT].partition(b",")[0]
            if (at := line.find(two)) >= 0:
                at += two_size
                hint += line[at : at + HINT].partition(b",")[0]
            reader = known(hint)
            try:
                if not line.isascii():
                    line.decode()  # the structs' reader skips texts without a look at their UTF-8
                fired = None
                if reader is not None:
                    suspect = index in suspects or (reader.suspect and reader.suspect(line))
                    fired = reader.judge(reader.decode(line), line if suspect else b"")
                if reader is None or fired is None:
                    reader, fired = self._learn(line, hint)
            except (msgspec.DecodeError, RecursionError, ValueError, TypeError):
                # also a list where a discriminator should be
                if not line or line.isspace():
                    continue
                try:
                    record = json_object(line)
                except (ValueError, RecursionError) as error:
                    problems.append(unreadable(rows.place(index), error))
                    continue
                kind, fired = self._dicts.judge(record)
                if fired and record:
                    yield index, kind, fired
                continue
            if fired and not _BLANK(line):
                yield index, reader.kind, fired

    def _learn(self, line: bytes, hint: bytes) -> tuple[_KindReader, Fired]:
        """Read a line whose kind was not guessed, and remember the guess. Raises ValueError where
        only the dictionary front end can read it."""
        values = self._probe_values(self._probe(line))
        reader = self._reader(self._plan.kind_of(values))
        if reader is None:
            raise ValueError("paths do not fit one struct")
        fired = reader.judge(reader.decode(line), line)
        if fired is None:
            raise ValueError("discriminators are no scalars that are remembered")
        self._hints.put(hint, reader, len(hint))
        return reader, fired

    def _reader(self, kind: Kind) -> _KindReader | None:
        """The reader of a kind; None where its paths don't fit one struct."""
        if id(kind) in self._readers:
            known = self._readers[id(kind)]
            if known is None or known.kind is kind:
                return known
        try:
            made: _KindReader | None = _KindReader(kind, self._plan)
        except ShapeError:
            made = None
        if len(self._readers) > 2 * len(self._plan.kinds()) + 64:
            self._readers.clear()  # kinds that the plan has let go
        self._readers[id(kind)] = made
        return made


def _unfit(line: Any) -> Any:
    raise ValueError("the discriminators' paths do not fit one struct")


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


def unreadable(place: str, error: Exception) -> Problem:
    """What to say of a line that is no JSON object: its place, with the column where known."""
    column = getattr(error, "colno", None)
    where = f"{place}:{column}" if column is not None else place
    what = getattr(error, "msg", None) or str(error) or "nested too deeply"
    return Problem(where, f"not a JSON object: {what}", "the line is skipped")


def _texts(line: bytes) -> list[str]:
    """The texts keywords are looked for in; none where the sieve found nothing (b"")."""
    return record_texts(json_object(line)) if line else []
