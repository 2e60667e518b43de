"""Exclusions and virtual patches written as SecLang: for Vedette's own engine, for an existing
ModSecurity or Coraza."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from vedette.model.visible import visible
from vedette.seclang.ir import Action, Operator, Place, Rule, Target
from vedette.seclang.parse import Removal, Selection, TargetUpdate, directive_text
from vedette.shield.exclusion.settings import Exclusion, Patch
from vedette.shield.exclusion.targets import (
    fault_of,
    path_expression,
    target_of,
    target_text,
)

IN_FORCE: Final = range(2_001_000, 2_100_000)
"""Ids in Vedette's own engine: 2,001,000 and the exclusion's number."""
EXPORTED: Final = range(20_000, 90_000)
"""Ids in files for other engines, within the numbers that CRS leaves to local use (1 to 99,999)."""

LAST_ID: Final = 99_999
"""The last of the numbers that CRS leaves to local use."""
_EARLY: Final = frozenset({"REQUEST_METHOD", "REQUEST_HEADERS", "REQUEST_COOKIES"})
"""What is whole in phase 1. REQUEST_URI and its parts are, too, but nobody limits them."""

_PLACE: Final = Place("", 0)
_READ_ALIKE: Final = ("urldecodeuni", "normalizepathwin", "lowercase")
"""However a path is written, a patch holds."""


class Directives(msgspec.Struct, frozen=True):
    """SecLang in two parts: `before` must be read before the rules it is about, `after` behind
    them. `left_out` says which exclusions can't be said, and why."""

    before: str
    after: str
    left_out: tuple[str, ...] = ()

    def whole(self) -> str:
        """Both, for an engine that doesn't mind the order."""
        return self.before + self.after


def seclang_of(
    exclusions: Sequence[Exclusion],
    patches: Sequence[Patch],
    ids: range,
    *,
    patterns: bool = True,
) -> Directives:
    """All of them as directives with ids from `ids`, in order of their numbers. `patterns`: the
    engine takes `ctl:ruleRemoveTargetById=1;ARGS:/expression/`, which ModSecurity 3 does not.

    An exclusion everywhere on every site is a directive of its own (SecRuleUpdateTargetById); any
    other is a rule of phase 1 with `ctl`, one for all exclusions of a path. Where values must be of
    a shape, one rule looks for a value that is not, in the first phase that has all of them, and
    the rule with `ctl` runs where it found none; its id is as far behind `ids` as the other's is
    within.
    """
    before: list[str] = []
    after: list[str] = []
    left_out: list[str] = []
    grouped: dict[tuple[tuple[str, ...], str, str, str], list[Exclusion]] = {}
    for each in sorted(exclusions, key=lambda one: one.number):
        try:
            if each.hosts or each.path or each.only:
                _ctls(each, patterns)
                path_expression(each.path)
                if each.only:
                    _shaped(each, ids)
                shaped = (each.only, each.target) if each.only else ("", "")
                grouped.setdefault((each.hosts, each.path, *shaped), []).append(each)
            else:
                texts = [f"{directive_text(one)}\n" for one in _everywhere(each)]
                after.append(_said(each.number, each.reason) + "".join(texts))
        except ValueError as error:
            left_out.append(f"exclusion {each.number}: {error}")
    for (hosts, path, only, _), members in grouped.items():
        ctls = tuple(made for each in members for made in _ctls(each, patterns))
        number = ids[members[0].number]
        notes = "".join(_said(each.number, each.reason) for each in members)
        watch, unless = _shaped(members[0], ids) if only else ("", ())
        placed = _placed(number, hosts, path, ctls, unless)
        before.append(f"{notes}{watch}{directive_text(placed)}\n")
    for patch in sorted(patches, key=lambda one: one.number):
        try:
            rule = directive_text(_patch(ids[patch.number], patch))
            before.append(_said(patch.number, patch.reason) + rule + "\n")
        except ValueError as error:
            left_out.append(f"patch {patch.number}: {error}")
    return Directives("".join(before), "".join(after), tuple(left_out))


def _said(number: int, reason: str) -> str:
    return f"# {number}: {visible(reason)[:300]}\n" if reason else f"# {number}\n"


def _everywhere(each: Exclusion) -> list[Removal | TargetUpdate]:
    """One for each rule: ModSecurity 3 heeds the first of several."""
    chosen = [Selection(ids=((one, one),)) for one in each.rules or (each.rule,)]
    if each.tag:
        chosen = [Selection(tag=each.tag)]
    if not each.target:
        return [Removal(one, _PLACE) for one in chosen]
    target = msgspec.structs.replace(target_of(each.target), excluded=True)
    return [TargetUpdate(one, (target,), _PLACE) for one in chosen]


def _ctls(each: Exclusion, patterns: bool) -> tuple[Action, ...]:
    kind, which = "Id", [str(rule) for rule in each.rules or (each.rule,)]
    if each.tag:
        kind, which = "Tag", [each.tag]
    if not each.target:
        return tuple(Action("ctl", f"ruleRemoveBy{kind}={one}") for one in which)
    if not patterns and target_of(each.target).pattern is not None:
        raise ValueError(
            f"{each.target} at one path needs an expression, which ModSecurity 3 can't read there"
        )
    target = target_text(each.target)
    return tuple(Action("ctl", f"ruleRemoveTargetBy{kind}={one};{target}") for one in which)


def _placed(
    number: int,
    hosts: tuple[str, ...],
    path: str,
    actions: tuple[Action, ...],
    more: tuple[Rule, ...] = (),
) -> Rule:
    """A rule of phase 1, or that of `more`, that does `actions` on these hosts (none: all) at this
    path ("": any) where `more` matches too."""
    phase = more[0].phase if more else 1
    where = [
        Rule(number, phase, (Target("SERVER_NAME"),), _named(hosts), _PLACE, ("lowercase",))
    ] if hosts else []  # fmt: skip
    if path:
        where.append(Rule(number, phase, (Target("REQUEST_FILENAME"),), _at(path), _PLACE))
    return _chained([*where, *more], actions, disruptive="pass", log=False, auditlog=False)


def _shaped(each: Exclusion, ids: range) -> tuple[str, tuple[Rule, ...]]:
    """The rule, as text, that notes a value which is not of the shape, and the link that asks
    whether it did. Raises ValueError."""
    if not each.target:
        raise ValueError("a shape needs a target that has values")
    if fault := fault_of(each.only):
        raise ValueError(f"{each.only!r} is no regular expression: {fault}")
    number = ids.stop + each.number
    if ids.stop <= LAST_ID < number:
        raise ValueError(f"no id is left for the shape of its values (above {LAST_ID})")
    target = target_of(each.target)
    phase = 1 if target.name in _EARLY else 2
    said = Operator("rx", rf"\A(?:{each.only})\z", negated=True)
    noted = (Action("setvar", f"tx.vedette_unlike_{each.number}=1"),)
    watch = _placed(
        number, each.hosts, each.path, noted, (Rule(number, phase, (target,), said, _PLACE),)
    )
    counted = Target("TX", f"vedette_unlike_{each.number}", counted=True)
    unless = Rule(ids[each.number], phase, (counted,), Operator("eq", "0"), _PLACE)
    return directive_text(watch) + "\n", (unless,)


def _patch(number: int, patch: Patch) -> Rule:
    expression = path_expression(patch.path.lower()).removeprefix(r"\A").removesuffix(r"\z")
    expression = rf"\A(?:[a-z][a-z0-9+.-]*://[^/]*)?{expression}(?:/|\z)"
    where = [Rule(number, 2, (Target("SERVER_NAME"),), _named(patch.hosts), _PLACE, ("lowercase",))]
    where = where if patch.hosts else []
    where.append(
        Rule(
            number, 2, (Target("REQUEST_FILENAME"),), Operator("rx", expression), _PLACE,
            _READ_ALIKE,
        )
    )  # fmt: skip
    if bool(patch.only) == bool(patch.never):
        raise ValueError("a patch says either what alone is allowed or what is forbidden")
    said = Operator("rx", patch.never)
    if patch.only:
        said = Operator("rx", rf"\A(?:{patch.only})\z", negated=True)
    fault = fault_of(said.argument)
    if fault:
        raise ValueError(f"{patch.only or patch.never!r} is no regular expression: {fault}")
    where.append(Rule(number, 2, (target_of(patch.target),), said, _PLACE))
    return _chained(
        where,
        (),
        disruptive="deny",
        status=403,
        msg=f"Virtual patch {patch.number}",
        severity=2,
        tags=("attack-generic", "vedette/patch"),
    )


def _chained(where: list[Rule], actions: tuple[Action, ...], **top: object) -> Rule:
    links = [*where[:-1], msgspec.structs.replace(where[-1], actions=actions)]
    return msgspec.structs.replace(links[0], links=tuple(links[1:]), **top)


def _named(hosts: Iterable[str]) -> Operator:
    names = [
        r"[^.]+(?:\.[^.]+)*" + re.escape(host[1:]) if host.startswith("*.") else re.escape(host)
        for host in map(str.lower, hosts)
    ]
    return Operator("rx", rf"\A(?:{'|'.join(names)})\z")


def _at(path: str) -> Operator:
    return Operator("rx", path_expression(path)) if "{" in path else Operator("streq", path)
