"""The front end for events that are dictionaries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vedette.model.batch import Record, Rows
from vedette.model.problem import Problem
from vedette.sigma.plan.codegen import JudgeRow, judge_function
from vedette.sigma.plan.judge import Fired
from vedette.sigma.plan.plan import FormatPlan, Kind, first_value, split_paths
from vedette.sigma.plan.predicates import record_texts
from vedette.sigma.plan.spec import Paths

Hit = tuple[int, Kind, Fired]
"""Row, its kind, and the rules that fire there."""


class DictFront:
    """Judges records. Keeps one compiled function per kind of event."""

    def __init__(self, plan: FormatPlan) -> None:
        self._plan = plan
        self._discriminators = [split_paths(paths) for paths in plan.discriminators]
        self._functions: dict[int, tuple[Kind, JudgeRow]] = {}

    def kind_of(self, record: Record) -> Kind:
        """What kind of event this is."""
        return self._plan.kind_of(
            tuple(first_value(record, paths) for paths in self._discriminators)
        )

    def judge(self, record: Record) -> tuple[Kind, Fired]:
        """The event's kind and the rules that fire."""
        kind = self.kind_of(record)
        entry = self._functions.get(id(kind))
        if entry is None:
            if len(self._functions) > len(self._plan.kinds()) + 64:
                self._functions.clear()  # kinds that the plan has let go
            entry = self._functions[id(kind)] = (kind, _function(kind))
        return kind, entry[1](record, record)

    def rows(self, rows: Rows, problems: list[Problem]) -> Iterator[Hit]:
        """Every row on which a rule fires; rows that can't be parsed become `problems`."""
        for index in range(len(rows)):
            try:
                record = rows.record(index)
            except ValueError as error:
                problems.append(Problem(rows.place(index), str(error), "the event is skipped"))
                continue
            if record:
                kind, fired = self.judge(record)
                if fired:
                    yield index, kind, fired


def _function(kind: Kind) -> JudgeRow:
    names: dict[str, Any] = {"first": first_value}
    read: dict[Paths, str] = {}
    for number, paths in enumerate(needed_paths(kind)):
        keys = split_paths(paths)
        if len(keys) == 1 and len(keys[0]) == 1:
            read[paths] = f"e.get({keys[0][0]!r})"
        else:
            names[f"p{number}"] = keys
            read[paths] = f"first(e, p{number})"
    return judge_function(kind.judge, read, [], names, record_texts)


def needed_paths(kind: Kind) -> list[Paths]:
    """All paths tuples that a kind's slots read, each once."""
    found: dict[Paths, None] = {}
    for slot in kind.judge.spec.slots:
        for paths in (slot.paths, slot.other):
            if paths:
                found[paths] = None
    return list(found)
