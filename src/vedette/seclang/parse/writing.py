r"""Rules written back as SecLang, so that reading them gives the same rules.

What is written is what libmodsecurity, Coraza and ModSecurity 2 read alike: operators and actions
in double quotes, values in single quotes, every default said aloud (`t:none`, `nolog`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vedette.seclang.ir import Operator, Rule, Target
from vedette.seclang.parse.names import COLLECTIONS, SEVERITIES
from vedette.seclang.parse.updates import Removal, Selection, TargetUpdate

_BARE = re.compile(r"[A-Za-z0-9_./+%{}=:;!\[\]*$-]+")
_BARE_KEY = re.compile(r"[A-Za-z0-9_.*/@:\[\]()$^-]+")
_BARE_PATTERN = re.compile(r"[^/'\"|,\s\\]*(?:\\[^/'\"\s][^/'\"|,\s\\]*)*")
_UNCLOSED = re.compile(r'(?<!\\)(?:\\\\)*"')


def directive_text(directive: Rule | Removal | TargetUpdate) -> str:
    """The directive, without a newline at its end; a chain is several lines.

    Raises ValueError for what no rule file can say: an operator's argument with a bare double
    quote or a newline, a key with a quote.
    """
    if isinstance(directive, Removal):
        return f"SecRuleRemove{_by(directive.selection)}"
    if isinstance(directive, TargetUpdate):
        text = f'SecRuleUpdateTarget{_by(directive.selection)} "{targets_text(directive.targets)}"'
        if directive.replaced:
            text += f' "{targets_text(directive.replaced)}"'
        return text
    chain = (directive, *directive.links)
    lines = [
        " " * 4 * depth + _rule_text(rule, top=not depth, more=depth < len(chain) - 1)
        for depth, rule in enumerate(chain)
    ]
    return "\n".join(lines)


def _by(selection: Selection) -> str:
    if selection.tag is not None:
        return f'ByTag "{_quotable(selection.tag)}"'
    if selection.msg is not None:
        return f'ByMsg "{_quotable(selection.msg)}"'
    ids = " ".join(f"{low}" if low == high else f"{low}-{high}" for low, high in selection.ids)
    return f'ById "{ids}"' if " " in ids else f"ById {ids}"


def _rule_text(rule: Rule, *, top: bool, more: bool) -> str:
    actions = ",".join(_actions(rule, top=top, more=more))
    if not rule.targets:
        return f'SecAction "{actions}"'
    targets = _quoted_if_needed(targets_text(rule.targets))
    return f'SecRule {targets} "{_operator(rule.operator)}" "{actions}"'


def targets_text(targets: tuple[Target, ...]) -> str:
    """Targets as they stand in a rule, without quotes around them."""
    return "|".join(map(_target, targets))


def _target(target: Target) -> str:
    text = ("!" if target.excluded else "&" if target.counted else "") + target.name
    if target.name not in COLLECTIONS or (target.key is None and target.pattern is None):
        return text
    if target.pattern is not None:
        pattern = _sayable(target.pattern, "'")
        return (
            f"{text}:/{pattern}/" if _BARE_PATTERN.fullmatch(pattern) else f"{text}:'/{pattern}/'"
        )
    key = target.key or ""
    if (_BARE_KEY.fullmatch(key) and not key.startswith("/")) or target.name == "XML":
        return f"{text}:{key}"
    return f"{text}:'{_sayable(key, chr(39))}'"


def _sayable(text: str, quote: str) -> str:
    if quote in text or "\n" in text or '"' in text or text.endswith("\\"):
        raise ValueError(f"{text!r} can't be written between quotes; use \\x22 or \\x27")
    return text


def _quoted_if_needed(targets: str) -> str:
    return f'"{targets}"' if " " in targets or "\t" in targets else targets


def _operator(operator: Operator) -> str:
    text = ("!" if operator.negated else "") + f"@{operator.name}"
    if operator.argument:
        text += f" {operator.argument}"
    return _quotable(text)


def _quotable(text: str) -> str:
    if _UNCLOSED.search(text) or "\n" in text or (len(text) - len(text.rstrip("\\"))) % 2:
        raise ValueError(f"{text!r} can't be written between double quotes; use \\x22 for \"")
    return text


def _actions(rule: Rule, *, top: bool, more: bool) -> Iterator[str]:
    if top:
        yield f"id:{rule.id}"
        yield f"phase:{rule.phase}"
    if rule.disruptive:
        argument = rule.disruptive_argument
        yield rule.disruptive + (f":{_value(argument)}" if argument else "")
    if rule.status is not None:
        yield f"status:{rule.status}"
    yield "log" if rule.log else "nolog"
    yield "auditlog" if rule.auditlog else "noauditlog"
    yield "t:none"
    yield from (f"t:{name}" for name in rule.transformations)
    if rule.multi_match:
        yield "multiMatch"
    if rule.capture:
        yield "capture"
    for name, text in (("msg", rule.msg), ("logdata", rule.logdata)):
        if text:
            yield f"{name}:{_value(text, always=True)}"
    yield from (f"tag:{_value(tag, always=True)}" for tag in rule.tags)
    for name, text in (("ver", rule.ver), ("rev", rule.rev)):
        if text:
            yield f"{name}:{_value(text, always=True)}"
    if rule.severity is not None:
        yield f"severity:'{SEVERITIES[rule.severity]}'"
    for name, number in (("maturity", rule.maturity), ("accuracy", rule.accuracy)):
        if number is not None:
            yield f"{name}:'{number}'"
    for action in rule.actions:
        yield f"{action.name}:{_value(action.argument)}" if action.argument else action.name
    if rule.skip:
        yield f"skip:{rule.skip}"
    if rule.skip_after:
        yield f"skipAfter:{_value(rule.skip_after)}"
    if more:
        yield "chain"


def _value(text: str, *, always: bool = False) -> str:
    """A value of an action; quotes in it are escaped, which reading takes back."""
    if not always and _BARE.fullmatch(text):
        return text
    if "\n" in text or text.endswith("\\") or re.search(r"\\['\"\\]", text):
        raise ValueError(f"{text!r} can't be written as the value of an action")
    escaped = text.replace("'", "\\'").replace('"', '\\"')
    return f"'{escaped}'"
