"""A rule as it was written, before defaults and updates are applied to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from vedette.seclang.ir import Action, Default, Disruptive, Operator, Place, Rule, Target
from vedette.seclang.parse.actions import Written
from vedette.seclang.parse.macros import check_macros
from vedette.seclang.parse.names import (
    DISRUPTIVE,
    KEPT,
    PHASES,
    REFUSED_ACTIONS,
    SEVERITIES,
    TRANSFORMATION_ALIASES,
    TRANSFORMATIONS,
)
from vedette.seclang.parse.options import check_kept
from vedette.seclang.parse.targets import Report

LARGEST_ID = 2**63 - 1
_TEXTS = frozenset({"msg", "logdata", "ver", "rev"})


@dataclass(slots=True)
class Draft:
    """Every field is what was written; None or empty where nothing was."""

    place: Place
    where: str
    """The place with its column, for faults."""
    targets: tuple[Target, ...] = ()
    operator: Operator = field(default_factory=lambda: Operator("unconditionalmatch"))
    id: int | None = None
    phase: int | None = None
    transformations: tuple[str, ...] = ()
    reset: bool = False
    """Whether `t:none` keeps the default transformations out."""
    disruptive: Disruptive = ""
    disruptive_argument: str = ""
    log: bool | None = None
    auditlog: bool | None = None
    multi_match: bool = False
    capture: bool = False
    chain: bool = False
    actions: tuple[Action, ...] = ()
    tags: tuple[str, ...] = ()
    other: dict[str, Any] = field(default_factory=dict)
    """msg, logdata, ver, rev, severity, maturity, accuracy, status, skip, skip_after."""
    links: list[Draft] = field(default_factory=list)

    def rule(
        self,
        defaults: dict[int, Default],
        tags: dict[int, tuple[str, ...]],
        phase: int | None = None,
    ) -> Rule:
        """The rule, with the defaults and default tags of its phase (`phase`: its chain's)."""
        number = phase or self.phase or 2
        default = defaults.get(number, Default())
        return Rule(
            id=0 if phase else self.id or 0,
            phase=number,
            targets=self.targets,
            operator=self.operator,
            place=self.place,
            transformations=(() if self.reset else default.transformations) + self.transformations,
            multi_match=self.multi_match,
            disruptive=self.disruptive,
            disruptive_argument=self.disruptive_argument,
            actions=self.actions,
            tags=self.tags if phase else tags.get(number, ()) + self.tags,
            log=default.log if self.log is None else self.log,
            auditlog=default.auditlog if self.auditlog is None else self.auditlog,
            capture=self.capture,
            links=tuple(link.rule(defaults, tags, number) for link in self.links),
            **self.other,
        )

    def updated(self, written: list[Written], report: Report) -> Draft:
        """This rule with the actions of a SecRuleUpdateActionById laid over it."""
        made = replace(self, other=dict(self.other))
        fill(made, written, report)
        if made.chain != self.chain:
            report(written[0].at, "chain can't be added to a rule; write the rule anew")
        if made.id != self.id or made.phase != self.phase:
            report(written[0].at, "the id and the phase of a rule can't be updated; leave them out")
        return made


def fill(draft: Draft, written: list[Written], report: Report) -> None:
    """Take the actions into the draft; faults go to `report`."""
    for action in written:
        if _plain(draft, action):
            continue
        if action.name in _TEXTS:
            check_macros(action.value, action.at, report)
            draft.other[action.name] = action.value
        elif action.name == "tag":
            check_macros(action.value, action.at, report)
            draft.tags = (*draft.tags, action.value)
        elif action.name == "t":
            _transformation(draft, action, report)
        elif action.name in DISRUPTIVE:
            _disruptive(draft, action, report)
        elif action.name in KEPT:
            check_kept(action, report)
            draft.actions = (*draft.actions, Action(action.name, _argument(action)))
        else:
            _number(draft, action, report)


def _plain(draft: Draft, action: Written) -> bool:
    """The actions without an argument."""
    match action.name:
        case "log":
            draft.log = draft.auditlog = True
        case "nolog":
            draft.log = draft.auditlog = False
        case "auditlog":
            draft.auditlog = True
        case "noauditlog":
            draft.auditlog = False
        case "capture":
            draft.capture = True
        case "multimatch":
            draft.multi_match = True
        case "chain":
            draft.chain = True
        case _:
            return False
    return True


def _transformation(draft: Draft, action: Written, report: Report) -> None:
    name = action.value.lower()
    name = TRANSFORMATION_ALIASES.get(name, name)
    if name == "none":
        draft.reset, draft.transformations = True, ()
    elif name in TRANSFORMATIONS:
        draft.transformations = (*draft.transformations, name)
    else:
        report(action.at, f"there is no transformation {action.value!r}; see the reference")


def _disruptive(draft: Draft, action: Written, report: Report) -> None:
    argument = action.value
    check_macros(argument, action.at, report)
    if action.name == "allow" and argument.lower() not in ("", "phase", "request"):
        report(action.at, "allow takes phase, request, or nothing")
    if action.name in ("redirect", "proxy") and not argument:
        report(action.at, f"{action.name} needs a URL; write {action.name}:'https://...'")
    draft.disruptive = action.name  # type: ignore[assignment]  # the names are those of Disruptive
    draft.disruptive_argument = argument


def _number(draft: Draft, action: Written, report: Report) -> None:
    name, value = action.name, action.value
    if name == "skipafter":
        if not value:
            report(action.at, "skipAfter needs the name of a SecMarker")
        draft.other["skip_after"] = value
    elif name == "phase":
        draft.phase = PHASES.get(value.lower())
        if draft.phase is None:
            report(action.at, "a phase is 1 to 5, request, response or logging")
            draft.phase = 2
    elif name == "severity":
        draft.other["severity"] = _severity(action, report)
    elif name in ("id", "status", "maturity", "accuracy", "skip"):
        known = value.isdecimal() and value.isascii() and int(value[:20]) <= LARGEST_ID
        if not known or (name == "id" and not int(value)):
            report(action.at, f"{action.spelled} needs a number, not {value!r}")
            value = "1"
        if name == "id":
            draft.id = int(value)
        elif name == "status" and not 100 <= int(value) <= 599:
            report(action.at, "a status is between 100 and 599")
        else:
            draft.other[name] = int(value)
    elif name in REFUSED_ACTIONS:
        report(action.at, f"the action {name} is not supported: {REFUSED_ACTIONS[name]}")
    else:
        report(action.at, f"there is no action {action.spelled!r}; see the reference")


def _severity(action: Written, report: Report) -> int | None:
    value = action.value.upper()
    if value in SEVERITIES:
        return SEVERITIES.index(value)
    if len(value) == 1 and value in "01234567":
        return int(value)
    report(action.at, f"a severity is 0 to 7 or one of {', '.join(SEVERITIES)}")
    return None


def _argument(action: Written) -> str:
    """The option of ctl is spelled in one way, whatever the file says."""
    from vedette.seclang.parse.names import CONTROLS

    if action.name != "ctl":
        return action.value
    option, equals, value = action.value.partition("=")
    known = CONTROLS.get(option.strip().lower(), option.strip())
    return f"{known}{equals}{value.strip()}"
