"""One phase made ready: its operations in order, and the sources that say which are due."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Final

from vedette.seclang.ir import Target
from vedette.seclang.plan.asked import Asked, is_list, sieved
from vedette.seclang.plan.beyond import looks_beyond
from vedette.seclang.plan.facts import Facts
from vedette.seclang.plan.finding import make_finder
from vedette.seclang.plan.fold import Assign, Placed
from vedette.seclang.plan.known import changes, exact, partial, reads
from vedette.seclang.plan.parts import Parts
from vedette.seclang.plan.sieve import Finder, Table, rank
from vedette.seclang.plan.sources import REPEATED, Build, Counts, Scalar, Source, Values
from vedette.seclang.plan.spreading import Spreader
from vedette.seclang.run.budget import Budget, Watch
from vedette.seclang.run.state import State
from vedette.seclang.run.steps import Step
from vedette.seclang.run.variables import NAMES_OF, Reader

LARGE: Final = 24
"""Expressions from where on a source's are looked for together with those of other such."""
FEW: Final = 4
"""Up to so many they are looked for together with those of other such of the phase."""


class Phase:
    """Operations in order: those of `always` are always due, others where a source flags them."""

    def __init__(self, ops: list[Placed], number: int) -> None:
        self.ops = ops
        self.number = number
        self._markers: dict[str, list[int]] = {}
        self._places = [each.at for each in ops]
        self.always: list[int] = []
        self.sources: list[Source] = []
        self.parts = Parts(0, ())
        self.asked: list[tuple[Target, Asked]] = []
        """What is wanted of single values: by operations, and by links behind the first."""
        self._chains: list[tuple[frozenset[int], int]] = []
        self._asks = len(ops)
        self.certain: dict[int, tuple[Reader, ...]] = {}
        """Operations of which all is known once they are flagged, and what they read is known."""
        self.open = False
        """Whether a rule is always due of which TX does not say all."""
        self.beyond = frozenset(
            index
            for index, each in enumerate(ops)
            if isinstance(each.op, Step) and looks_beyond(each.op)
        )
        """Operations that look beyond what was sent."""
        sets, parts = set(), set()
        for index, (_, op, arguments) in enumerate(ops):
            if isinstance(op, str):
                self._markers.setdefault(op, []).append(index)
            elif isinstance(op, Assign):
                self.always.append(index)
                sets.add(index)
            else:
                if partial(op):
                    parts.add(index)
                asks = reads(op)
                first = sieved(op, arguments[0])
                if asks == () and not first:
                    self.always.append(index)
                    sets.add(index)
                elif wanted := self._links(index, op, arguments):
                    if first and exact(wanted[0]):
                        self.certain[index] = ()
                    elif asks is not None:
                        self.certain[index] = asks
                    self._ask(index, wanted)
                else:
                    self.always.append(index)
                    self.open = True
        self.looks_beyond = not self.beyond.isdisjoint(self.always)
        self.determined = frozenset(sets)
        self.partial = frozenset(parts)

    def _links(self, index: int, op: Step, arguments: Sequence[bytes | None]) -> list[Asked]:
        """What is asked for a rule: by each link that can be told beforehand, up to the first that
        changes anything by matching."""
        wanted: list[Asked] = []
        step: Step | None = op
        for argument in arguments:
            assert step is not None
            if sieved(step, argument) and (not wanted or _cheap(step)):
                wanted.append(Asked(index, step, argument or b""))
            if changes(step):
                break
            step = step.link
        return wanted

    def _ask(self, index: int, wanted: list[Asked]) -> None:
        """The rule is due where all that is wanted is there."""
        if len(wanted) > 1:
            for each in wanted:
                each.op = self._asks
                self._asks += 1
            self._chains.append((frozenset(each.op for each in wanted), index))
        for each in wanted:
            targets = (one for one in each.step.rule.targets if not one.excluded)
            self.asked += [(target, each) for target in targets]

    def id(self, index: int) -> int:
        """The id of the rule at a place."""
        op = self.ops[index].op
        return op.rule.id if isinstance(op, Step) else 0

    def flagged(self, state: State) -> set[int]:
        """The operations that the request's variables may satisfy. Raises Exceeded."""
        if not self.sources:
            return set()
        found = self.parts.flagged(state, state.watch or Watch(_UNLIMITED))
        return self._due(found) if found and self._chains else found

    def _due(self, found: set[int]) -> set[int]:
        size = len(self.ops)
        due = {each for each in found if each < size}
        if len(due) < len(found):
            due.update(op for asks, op in self._chains if asks <= found)
        return due

    def order(self, flagged: set[int]) -> Sequence[int]:
        """All operations that are due."""
        return sorted(flagged.union(self.always)) if flagged else self.always

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


def make_phases(folded: Mapping[int, list[Placed]], facts: Facts) -> list[Phase]:
    """Phases by their numbers, whose values are looked for together."""
    phases = [Phase(ops, number) for number, ops in folded.items()]
    numbers: dict[bytes, int] = {}
    for phase in phases:
        for _, asked in phase.asked:
            if asked.expression is not None:
                numbers.setdefault(asked.expression, len(numbers))
    nothing = Finder((lambda value, apart: (),) * 3, frozenset(), facts)
    drafts: list[list[_Draft]] = [[] for _ in phases]
    for phase, drafted in zip(phases, drafts, strict=True):

        def draft(asked: Sequence[Asked], confirmed: bool, into: list[_Draft] = drafted) -> Table:
            into.append((list(asked), confirmed))
            return Table(asked, numbers, nothing, Spreader())

        _sources(phase, draft)
    finders = _Finders([asked for drafted in drafts for asked, _ in drafted], numbers, facts)
    spreader = Spreader()
    for phase, drafted in zip(phases, drafts, strict=True):
        shared = finders.shared([asked for asked, confirmed in drafted if not confirmed])

        def build(asked: Sequence[Asked], confirmed: bool, few: Finder = shared) -> Table:
            finder = finders.of(asked, None if confirmed else few)
            return Table(asked, numbers, finder, spreader, confirmed=confirmed)

        phase.sources = _sources(phase, build)
        phase.parts = Parts(phase.number, phase.sources)
    return phases


_Draft = tuple[list[Asked], bool]
"""What a table will be asked, and whether its flags are confirmed."""
_UNLIMITED: Final = Budget()


class _Finders:
    """What looks for the expressions of a group of phases: one that large sources share, with
    smaller ones for chains that change everyday texts; for the others one each."""

    def __init__(
        self, tables: list[list[Asked]], numbers: Mapping[bytes, int], facts: Facts
    ) -> None:
        self._numbers = numbers
        self._facts = facts
        self._own: dict[frozenset[int], Finder] = {}
        large: list[dict[int, bytes]] = [{}, {}, {}]
        for asked in tables:
            if len(self._expressions(asked)) >= LARGE:
                for least, into in enumerate(large):
                    some = [each for each in asked if max(map(rank, each.chains)) >= least]
                    into.update(self._expressions(some))
        made = [make_finder(each, facts) for each in large]
        self._large = Finder([scan for scan, _ in made], made[0][1], facts)

    def shared(self, tables: list[list[Asked]]) -> Finder:
        """One for all tables with few expressions."""
        together: dict[int, bytes] = {}
        for asked in tables:
            wanted = self._expressions(asked)
            if len(wanted) <= FEW:
                together.update(wanted)
        return self._made(together)

    def of(self, asked: Sequence[Asked], shared: Finder | None) -> Finder:
        """What looks for all that is asked of one source; `shared` where it has few."""
        wanted = self._expressions(asked)
        if len(wanted) >= LARGE:
            return self._large
        return shared if shared is not None and len(wanted) <= FEW else self._made(wanted)

    def _made(self, wanted: dict[int, bytes]) -> Finder:
        key = frozenset(wanted)
        finder = self._own.get(key)
        if finder is None:
            scan, left = make_finder(wanted, self._facts)
            finder = self._own[key] = Finder((scan, scan, scan), left, self._facts)
        return finder

    def _expressions(self, asked: Sequence[Asked]) -> dict[int, bytes]:
        return {
            self._numbers[each.expression]: each.expression
            for each in asked
            if each.expression is not None
        }


def _cheap(step: Step) -> bool:
    """Whether a link asks for few values, or such as come again and again."""
    return all(
        target.counted or target.name in REPEATED or not is_list(target.name)
        for target in step.rule.targets
        if not target.excluded
    )


def _sources(phase: Phase, build: Build) -> list[Source]:
    values: dict[str, Values] = {}
    counts: dict[str, list[tuple[Target, Asked]]] = {}
    scalars: dict[Target, list[Asked]] = {}
    for target, asked in phase.asked:
        name = NAMES_OF.get(target.name, target.name)
        if target.counted:
            counts.setdefault(name, []).append((target, asked))
        elif is_list(target.name):
            source = values.get(name)
            if source is None:
                source = values[name] = Values(name, build)
            source.add(target, asked)
        else:
            scalars.setdefault(target, []).append(asked)
    for each in values.values():
        each.close()
    return [
        *values.values(),
        *(Scalar(target, wants, build) for target, wants in scalars.items()),
        *(Counts(name, wants) for name, wants in counts.items()),
    ]
