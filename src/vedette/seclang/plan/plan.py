"""A program's phases with everything decided that can be, and the running of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from vedette.seclang.ir import Default
from vedette.seclang.plan.beyond import ADDRESS, BEYOND
from vedette.seclang.plan.facts import Facts
from vedette.seclang.plan.fold import Assign, fold
from vedette.seclang.plan.known import LONGEST, MOST, Done, Key, Known
from vedette.seclang.plan.phase import Phase, make_phases
from vedette.seclang.plan.sieve import Ops
from vedette.seclang.plan.sources import Scalar
from vedette.seclang.request import Request
from vedette.seclang.run.evaluate import run
from vedette.seclang.run.phases import run_plain
from vedette.seclang.run.state import Entry, State
from vedette.seclang.run.steps import Step

Phases = Sequence[Sequence[Step | str]]

_NOTHING: Final[tuple[Ops, tuple[Entry, ...]]] = ((), ())


class Plan:
    """Runs phases as the plain interpreter would."""

    def __init__(
        self,
        phases: Phases,
        defaults: Sequence[Default],
        tx: dict[bytes, bytes],
        engine: str,
        facts: Facts,
    ) -> None:
        self._plain = phases
        self._defaults = defaults
        folded, self._gone = fold(phases, defaults, tx, engine)
        self._begin = Known(dict(tx), set(), {})
        self._without: dict[frozenset[int], Known] = {}
        self._ways = 0
        self.phases = [
            Phase([], 0),
            *make_phases({number: folded[number] for number in (1, 2)}, facts),
            *make_phases({number: folded[number] for number in (3, 4, 5)}, facts),
        ]

        beyond = [
            source for phase in self.phases for source in phase.sources if source.name in BEYOND
        ]
        self._asides = [
            source for source in beyond if isinstance(source, Scalar) and source.name in ADDRESS
        ]
        self._unforeseen = len(self._asides) < len(beyond)

    def begin(self, state: State, without: frozenset[int]) -> None:
        """A transaction begins, `without` these rules. While all that its rules did is known, that
        is shared."""
        if not without:
            self._begin.share(state)
            return
        if not without.isdisjoint(self._gone):
            state.removed_ids, state.removed = set(without), True
            return
        known = self._without.get(without)
        if known is None:
            if len(self._without) >= MOST:
                self._without.clear()
            known = self._without[without] = Known(dict(self._begin.tx), set(without), {})
        known.share(state)

    def run(self, number: int, state: State) -> None:
        """Evaluate a phase; `state` is as it would be without a plan."""
        known = state.known
        phase = self.phases[number]
        if known is None:
            if state.removed and self._touched(state):
                self._plainly(number, 0, state)
            else:
                flagged = phase.flagged(state)
                self._look(phase, flagged, state)
                self._run(number, phase, state, phase.order(flagged))
            return
        assert isinstance(known, Known)
        flagged = phase.flagged(state)
        self._look(phase, flagged, state)
        certain, read = self._certain(phase, flagged, known, state) if flagged else _NOTHING
        key = (number, state.processor, certain, read)
        if len(flagged) == len(certain) and not phase.open:
            done = known.after.get(key)
            if done is not None:
                _apply(done, state)
                return
        known.part(state)
        before, matches = state.highest_severity, len(state.matches)
        if self._run(number, phase, state, phase.order(flagged), certain) and not phase.open:
            done = known.after.get(key) or self._remember(known, key, state, matches, before)
            if done is not None:
                done.known.share(state)

    def _look(self, phase: Phase, flagged: set[int], state: State) -> None:
        if phase.looks_beyond or (phase.beyond and not phase.beyond.isdisjoint(flagged)):
            state.beyond = True

    def aside(self, request: Request) -> tuple[Ops, ...] | None:
        """What of a request has a say besides its line, headers and body, as long as no rule looks
        beyond them (`State.beyond`); None where that is not told beforehand."""
        if self._unforeseen:
            return None
        client = request.client.encode()
        return tuple([source.flags(client) for source in self._asides])

    @property
    def remembered(self) -> int:
        """Ways through phases that are remembered at present, at most MOST."""
        return self._ways

    def _certain(
        self, phase: Phase, flagged: set[int], known: Known, state: State
    ) -> tuple[Ops, tuple[Entry, ...]]:
        """Of the flagged operations those of which all is known, and what they read."""
        found: list[int] = []
        read: list[Entry] = []
        for each in sorted(flagged):
            readers = phase.certain.get(each)
            if readers is None or (known.targets and phase.id(each) in known.targets):
                continue
            found.append(each)
            for reader in readers:
                read += reader(state)
        if read and sum(len(value) for _, value in read) > LONGEST:
            return _NOTHING
        return tuple(found), tuple(read)

    def _remember(
        self,
        known: Known,
        key: Key,
        state: State,
        matches: int,
        before: int,
    ) -> Done | None:
        if before != 255:
            return None
        if self._ways >= MOST:  # what is on its way keeps what it has
            first = self._begin
            self._begin, self._ways = Known(first.tx, first.ids, first.targets), 0
            self._without.clear()
        self._ways += 1
        after = known
        if not known.of(state):
            after = Known(state.tx, state.removed_ids, state.removed_targets)
        made = tuple(state.matches[matches:])
        done = known.after[key] = Done(
            after, state.processor, state.body_forced, made, state.highest_severity
        )
        return done

    def _run(
        self,
        number: int,
        phase: Phase,
        state: State,
        order: Sequence[int],
        certain: Ops = (),
    ) -> bool:
        """Carry out the operations. True where all that was done follows from TX and what was
        flagged exactly."""
        default, watch = self._defaults[number], state.watch
        before, size = state.intervention, len(order)
        would, further = state.would, False
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
            if watch is not None:
                watch.look()
            matched = run(op, state, default)
            if not (index in phase.determined or index in certain) and (
                matched or index in phase.partial
            ):
                further = True
            if not matched:
                continue
            if state.intervention is not before or state.allow or state.engine == "off":
                return False
            if state.removed and self._touched(state):
                self._plainly(number, at + 1, state)
                return False
            if state.marker:
                goal = phase.goal(state.marker, index)
                if goal is None:
                    break
                state.marker = ""
                place = bisect_left(order, goal)
            elif state.skip:
                goal = phase.after(self._plain[number], at + 1, state.skip)
                state.skip = 0
                place = bisect_left(order, goal)
        return not further and state.would is would

    def _touched(self, state: State) -> bool:
        """Whether a rule was removed, or loses a target, that is folded away."""
        if not state.removed_ids.isdisjoint(self._gone):
            return True
        targets = state.removed_targets
        return any(
            target.name == "TX" for each in self._gone & targets.keys() for target in targets[each]
        )

    def _plainly(self, number: int, at: int, state: State) -> None:
        """The rest of a phase by the plain rules."""
        state.beyond = True
        run_plain(self._plain[number], at, state, self._defaults[number])


def _apply(done: Done, state: State) -> None:
    if done.known is not state.known:
        done.known.share(state)
    if done.processor != state.processor:
        state.processor = done.processor
        state.scalars["REQBODY_PROCESSOR"] = done.processor.encode()
    state.body_forced = state.body_forced or done.forced
    if done.matches:
        state.matches += done.matches
    state.highest_severity = min(state.highest_severity, done.severity)
