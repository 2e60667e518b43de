"""A program's phases with everything decided that can be, and the running of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path

from vedette.seclang.ir import Default, Target
from vedette.seclang.plan.fold import Assign, Placed, fold
from vedette.seclang.plan.scanning import make_scan
from vedette.seclang.plan.sieve import Asked, Scalar, Source, Table, is_list, sieved
from vedette.seclang.run.evaluate import run
from vedette.seclang.run.state import State
from vedette.seclang.run.steps import Step

Phases = Sequence[Sequence[Step | str]]


class Plan:
    """Runs phases as the plain interpreter would. `cache` is the folder for compiled databases."""

    def __init__(
        self,
        phases: Phases,
        defaults: Sequence[Default],
        tx: dict[bytes, bytes],
        engine: str,
        cache: Path | None = None,
    ) -> None:
        self._plain = phases
        self._defaults = defaults
        folded = fold(phases, defaults, tx, engine)
        kept = {each.op.rule.id for phase in folded for each in phase if isinstance(each.op, Step)}
        every = {step.rule.id for phase in phases for step in phase if isinstance(step, Step)}
        self._gone = every - kept
        self.phases = [
            _Phase([]),
            *_group([folded[1], folded[2]], cache),
            *_group([folded[3], folded[4], folded[5]], cache),
        ]

    def run(self, number: int, state: State) -> None:
        """Evaluate a phase; `state` is as it would be without a plan."""
        if state.removed and self._touched(state):
            self.finish(number, 0, state)
            return
        phase, default = self.phases[number], self._defaults[number]
        order = phase.order(state)
        before, size = state.intervention, len(order)
        place = 0
        while place < size:
            index = order[place]
            place += 1
            at, op, _ = phase.ops[index]
            if isinstance(op, Assign):
                op.apply(state.tx)
                continue
            assert isinstance(op, Step)
            if state.removed and op.rule.id in state.removed_ids:
                continue
            run(op, state, default)
            if state.intervention is not before or state.allow or state.engine == "off":
                return
            if state.removed and self._touched(state):
                self.finish(number, at + 1, state)
                return
            if state.marker:
                goal = phase.goal(state.marker, index)
                if goal is None:
                    return
                state.marker = ""
                place = bisect_left(order, goal)
            elif state.skip:
                goal = phase.after(self._plain[number], at + 1, state.skip)
                state.skip = 0
                place = bisect_left(order, goal)

    def _touched(self, state: State) -> bool:
        """Whether a rule was removed, or loses a target, that is folded away."""
        return not (
            state.removed_ids.isdisjoint(self._gone)
            and self._gone.isdisjoint(state.removed_targets)
        )

    def finish(self, number: int, at: int, state: State) -> None:
        """The rest of a phase by the plain rules."""
        from vedette.seclang.run.phases import run_plain

        run_plain(self._plain[number], at, state, self._defaults[number])


class _Phase:
    """Operations in order; those that are always carried out, and the sources that flag others."""

    def __init__(self, ops: list[Placed]) -> None:
        self.ops = ops
        self._markers: dict[str, list[int]] = {}
        self._places = [each.at for each in ops]
        self.always: list[int] = []
        self.sources: list[Source | Scalar] = []
        for index, each in enumerate(ops):
            if isinstance(each.op, str):
                self._markers.setdefault(each.op, []).append(index)

    def order(self, state: State) -> list[int]:
        flagged: set[int] = set()
        for source in self.sources:
            source.collect(state, flagged)
        if not flagged:
            return self.always
        flagged.update(self.always)
        return sorted(flagged)

    def goal(self, marker: str, index: int) -> int | None:
        """The index of the next marker of this name; None where there is none."""
        places = self._markers.get(marker, [])
        found = bisect_left(places, index)
        return places[found] if found < len(places) else None

    def after(self, plain: Sequence[Step | str], at: int, skip: int) -> int:
        """The index of the first operation after so many rules from `at` on."""
        while skip and at < len(plain):
            skip -= not isinstance(plain[at], str)
            at += 1
        return bisect_left(self._places, at)


def _group(folded: Sequence[list[Placed]], cache: Path | None) -> list[_Phase]:
    """Phases whose values are scanned by one database."""
    phases = [_Phase(ops) for ops in folded]
    wanted: list[list[tuple[Target, Asked]]] = []
    numbers: dict[bytes, int] = {}
    for phase in phases:
        targets: list[tuple[Target, Asked]] = []
        for index, (_, op, argument) in enumerate(phase.ops):
            if isinstance(op, Assign):
                phase.always.append(index)
            elif isinstance(op, Step):
                if not sieved(op, argument):
                    phase.always.append(index)
                    continue
                asked = Asked(index, op, argument or b"")
                if asked.expression is not None:
                    numbers.setdefault(asked.expression, len(numbers))
                targets += [(each, asked) for each in op.rule.targets if not each.excluded]
        wanted.append(targets)
    scan, left = make_scan(list(numbers), cache)

    def build(asked: Sequence[Asked]) -> Table:
        return Table(asked, numbers, left, scan)

    for phase, targets in zip(phases, wanted, strict=True):
        sources: dict[str, Source] = {}
        scalars: dict[Target, list[Asked]] = {}
        for target, asked in targets:
            if is_list(target.name):
                source = sources.get(target.name)
                if source is None:
                    source = sources[target.name] = Source(target.name, build)
                source.add(target, asked)
            else:
                scalars.setdefault(target, []).append(asked)
        for source in sources.values():
            source.close()
        phase.sources = [
            *sources.values(),
            *(Scalar(target, each, build(each)) for target, each in scalars.items()),
        ]
    return phases
