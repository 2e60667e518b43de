"""Rules made ready to run: readers, transformations, tests and actions, each built once."""

from __future__ import annotations

from collections.abc import Callable

from vedette.seclang.ir import Default, Program, Rule, Target
from vedette.seclang.operators import make_test
from vedette.seclang.operators.match import Test
from vedette.seclang.run.actions import Act, Rules, make_act, make_setvar
from vedette.seclang.run.macros import Expand, has_macros, make_expander
from vedette.seclang.run.persistent import Persistent
from vedette.seclang.run.variables import Reader, full_name, make_reader, wanted
from vedette.seclang.transform import compose, steps

Left = Callable[[bytes], bool]


class Step:
    """One link of a chain, ready. `link` is the next one."""

    __slots__ = (
        "acts",
        "argument",
        "data",
        "excluded",
        "index",
        "link",
        "msg",
        "negated",
        "readers",
        "rule",
        "setvars",
        "test",
        "top",
        "transform",
        "variants",
    )

    def __init__(self, rule: Rule, top: Rule, index: int, rules: Rules, kept: Persistent) -> None:
        self.rule = rule
        self.top = top
        self.index = index
        self.readers: list[tuple[Reader, Target]] = [
            (make_reader(target), target) for target in rule.targets if not target.excluded
        ]
        self.excluded = _exclusions(rule.targets)
        self.transform = compose(rule.transformations)
        self.variants: Callable[[bytes], list[bytes]] | None = None
        if rule.multi_match:
            names = rule.transformations
            self.variants = lambda value: [value, *steps(names, value)]
        self.test: Test = make_test(rule.operator, rule.place)
        self.negated = rule.operator.negated
        macros = has_macros(rule.operator.argument) and self.test.macros
        self.argument: Expand | None = make_expander(rule.operator.argument) if macros else None
        self.setvars: list[Act] = [
            make_setvar(each.argument) for each in rule.actions if each.name == "setvar"
        ]
        made = (make_act(each, rules, kept) for each in rule.actions)
        self.acts: list[Act] = [act for act in made if act is not None]
        self.msg = make_expander(rule.msg) if rule.msg else None
        self.data = make_expander(rule.logdata) if rule.logdata else None
        self.link: Step | None = None


def make_steps(program: Program, kept: Persistent) -> list[list[Step | str]]:
    """The steps of phases 1 to 5 in order (at 0 stands nothing); a text is a marker's name."""
    plain = [entry for entry in program.entries if isinstance(entry, Rule)]
    rules = Rules(plain)
    phases: list[list[Step | str]] = [[] for _ in range(6)]
    for index, entry in enumerate(program.entries):
        if isinstance(entry, Rule):
            phases[entry.phase].append(make_step(entry, index, rules, kept))
        else:
            for phase in phases[1:]:
                phase.append(entry.name)
    return phases


def make_step(rule: Rule, index: int, rules: Rules, kept: Persistent) -> Step:
    """The first link of a rule, the others behind it."""
    first = step = Step(rule, rule, index, rules, kept)
    for each in rule.links:
        step.link = Step(each, rule, index, rules, kept)
        step = step.link
    return first


def default_of(program: Program, phase: int) -> Default:
    """What `block` means in a phase."""
    return program.defaults.get(phase, Default())


def _exclusions(targets: tuple[Target, ...]) -> dict[str, list[Left | None]]:
    """By collection, which keys are left out; None: all."""
    found: dict[str, list[Left | None]] = {}
    for target in targets:
        if target.excluded:
            found.setdefault(target.name, []).append(wanted(target))
    return found


__all__ = ["Step", "default_of", "full_name", "make_step", "make_steps"]
