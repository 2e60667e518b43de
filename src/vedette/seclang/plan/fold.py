"""Rules that are decided before there is a request: by the collection TX alone.

The plain interpreter runs them on a state that knows TX as far as it can be known and refuses to
say anything of the request. A rule that asks for more stays; one that does not is replaced by what
it sets, in its place: wherever evaluation stands, TX is what it would be without folding. So it can
go over to the unfolded rules at any point, which it does where a rule removes a folded one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple, NoReturn

from vedette.seclang.ir import Default
from vedette.seclang.run.evaluate import run
from vedette.seclang.run.macros import Expand, has_macros
from vedette.seclang.run.state import State
from vedette.seclang.run.steps import Step

_UNKNOWN: Final = b"\0unknown"


class Assign:
    """Settings of TX in the place of the rules that made them. None: the variable is dropped."""

    __slots__ = ("values",)

    def __init__(self, values: dict[bytes, bytes | None]) -> None:
        self.values = values

    def apply(self, tx: dict[bytes, bytes]) -> None:
        for name, value in self.values.items():
            if value is None:
                tx.pop(name, None)
            else:
                tx[name] = value


Op = Step | Assign | str


class Placed(NamedTuple):
    """An operation, and where in the unfolded phase its rule stands. `arguments` are the expanded
    ones of the operators of its links, None where they may differ from request to request."""

    at: int
    op: Op
    arguments: tuple[bytes | None, ...] = ()


def fold(
    phases: Sequence[Sequence[Step | str]],
    defaults: Sequence[Default],
    tx: dict[bytes, bytes],
    engine: str,
) -> tuple[list[list[Placed]], frozenset[int]]:
    """The steps of each phase that a request can still change, with the settings between them; and
    the ids of the rules that were decided. Rules that those skip are neither."""
    known = _Known(tx)
    folded: list[list[Placed]] = [[]]
    gone: set[int] = set()
    folded += [
        _phase(phases[number], defaults[number], known, engine, gone) for number in range(1, 6)
    ]
    return folded, frozenset(gone)


class _Unknown(Exception):
    """The rule asks for something that only a request can say."""


class _Known(dict[bytes, bytes]):
    """TX as far as it is known: names that may be anything have the value _UNKNOWN, and so has
    every name that begins with one of `wild`, where it is not listed."""

    def __init__(self, values: Iterable[Any] = (), wild: tuple[bytes, ...] = ()) -> None:
        super().__init__(values)
        self.wild = wild

    def copied(self) -> _Known:
        return _Known(self, self.wild)

    def get(self, name: bytes, default: Any = None) -> Any:
        if name not in self:
            if name.startswith(self.wild):
                raise _Unknown
            return default
        value = super().__getitem__(name)
        if value is _UNKNOWN:
            raise _Unknown
        return value

    def items(self) -> Any:
        if self.wild or any(value is _UNKNOWN for value in self.values()):
            raise _Unknown
        return super().items()

    def pop(self, name: bytes, default: Any = None) -> Any:
        return super().pop(name, default)

    def forget(self, name: bytes) -> None:
        self[name] = _UNKNOWN

    def join(self, other: _Known) -> None:
        """What is known whichever of both came about."""
        self.wild = tuple({*self.wild, *other.wild})
        for name in self.keys() | other.keys():
            if dict.get(self, name) != dict.get(other, name):
                self[name] = _UNKNOWN


class _Refusing(dict[str, Any]):
    """Variables of a request that is not there."""

    def get(self, name: str, default: Any = None) -> NoReturn:
        raise _Unknown

    def __getitem__(self, name: str) -> NoReturn:
        raise _Unknown

    def __contains__(self, name: object) -> bool:
        raise _Unknown

    def setdefault(self, name: str, default: Any = None) -> NoReturn:
        raise _Unknown


class _Probe(State):
    """A state that raises _Unknown where a request would have to speak."""

    __slots__ = ()

    def __init__(self, tx: _Known, engine: str) -> None:
        super().__init__(tx, engine, 0)
        self.scalars = _Refusing()
        self.lists = _Refusing()
        self.records = _Refusing()

    @property
    def now(self) -> int:
        """The clock is the request's."""
        raise _Unknown

    @now.setter
    def now(self, value: int) -> None:
        pass

    @property
    def highest_severity(self) -> int:
        """What earlier rules found in the request."""
        raise _Unknown

    @highest_severity.setter
    def highest_severity(self, value: int) -> None:
        pass


def _phase(
    steps: Sequence[Step | str],
    default: Default,
    known: _Known,
    engine: str,
    gone: set[int],
) -> list[Placed]:
    kept: list[Placed] = []
    pending: dict[str, list[_Known]] = {}
    at, hold = 0, 0
    while at < len(steps):
        step = steps[at]
        at += 1
        if isinstance(step, str):
            for before in pending.pop(step, ()):
                known.join(before)
            kept.append(Placed(at - 1, step))
            continue
        done = None
        if hold:
            hold -= 1
        else:
            done = _decided(step, default, known, engine)
        if done is None:
            kept.append(Placed(at - 1, step, _constants(step, known)))
            _forget(step, known)
            if step.rule.skip_after:
                pending.setdefault(step.rule.skip_after, []).append(known.copied())
            hold = max(hold, step.rule.skip)
            continue
        goal = _goal(steps, at, done, pending)
        if goal is None:
            kept.append(
                Placed(at - 1, step, _constants(step, known))
            )  # somebody may jump into what it leaves out
            _forget(step, known)
            pending.setdefault(step.rule.skip_after, []).append(known.copied())
            continue
        gone.add(step.rule.id)
        _assign(kept, at - 1, known, done.tx)
        at = goal
    return kept


def _constants(step: Step, known: _Known) -> tuple[bytes | None, ...]:
    found: list[bytes | None] = []
    link: Step | None = step
    while link is not None:
        made: bytes | None = b""
        if link.argument is not None:
            # What a chain matched is known when it did.
            plain = link is step or "%{matched" not in link.rule.operator.argument.lower()
            made = _expanded(link.argument, known) if plain else None
        found.append(made)
        if link.setvars or link.rule.capture or link.acts:
            known = known.copied()
            _forget(link, known)
        link = link.link
    return tuple(found)


def _expanded(argument: Expand, known: _Known) -> bytes | None:
    try:
        return argument(_Probe(known.copied(), ""))
    except _Unknown:
        return None


def _decided(step: Step, default: Default, known: _Known, engine: str) -> _Probe | None:
    """The state after the rule ran; None where a request is needed, or does more than set TX."""
    probe = _Probe(known.copied(), engine)
    flags = (probe.engine, probe.processor, probe.body_access, probe.body_forced, probe.audit)
    try:
        run(step, probe, default)
    except _Unknown:
        return None
    after = (probe.engine, probe.processor, probe.body_access, probe.body_forced, probe.audit)
    if (
        probe.matches
        or probe.removed
        or probe.allow
        or probe.intervention is not None
        or probe.would is not None
        or after != flags
    ):
        return None
    return probe


def _goal(
    steps: Sequence[Step | str], at: int, done: _Probe, pending: dict[str, list[_Known]]
) -> int | None:
    """Where it goes on after a decided rule; None where others may jump into what it skips."""
    if done.skip:
        goal, left = at, done.skip
        while goal < len(steps) and left:
            if isinstance(steps[goal], str):
                if steps[goal] in pending:
                    return None
            else:
                left -= 1
            goal += 1
        return goal
    if not done.marker:
        return at
    for goal in range(at, len(steps)):
        if steps[goal] == done.marker:
            return goal
        if isinstance(steps[goal], str) and steps[goal] in pending:
            return None
    return len(steps) if not pending else None


def _assign(kept: list[Placed], at: int, known: _Known, after: dict[bytes, bytes]) -> None:
    assert isinstance(after, _Known)
    changed: dict[bytes, bytes | None] = {
        name: value for name, value in dict.items(after) if dict.get(known, name) != value
    }
    changed.update((name, None) for name in known.keys() - after.keys())
    if not changed:
        return
    for name, value in changed.items():
        if value is None:
            known.pop(name)
        else:
            known[name] = value
    last = kept[-1].op if kept else None
    if isinstance(last, Assign):
        last.values.update(changed)
    else:
        kept.append(Placed(at, Assign(changed)))


def _forget(step: Step | None, known: _Known) -> None:
    """Whatever the rule may set is not known any more."""
    while step is not None:
        for action in step.rule.actions:
            if action.name == "setvar":
                where = action.argument.removeprefix("!").partition("=")[0]
                collection, _, name = where.partition(".")
                if collection.strip().upper() == "TX":
                    if has_macros(name):
                        prefix = name.partition("%{")[0].strip().lower().encode()
                        known.wild = (*known.wild, prefix)
                        for each in [each for each in known if each.startswith(prefix)]:
                            known.forget(each)
                    else:
                        known.forget(name.strip().lower().encode())
        if step.rule.capture:
            for place in range(10):
                known.forget(b"%d" % place)
        step = step.link
