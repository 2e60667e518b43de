"""What rules do besides matching: setvar, ctl, collections, captures."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from vedette.seclang.ir import Action, Rule, Target
from vedette.seclang.run.macros import Expand, make_expander
from vedette.seclang.run.state import State
from vedette.seclang.run.variables import RECORDS

if TYPE_CHECKING:
    from vedette.seclang.run.persistent import Persistent

Act = Callable[[State], None]

_WHERE: Final = re.compile(r"([^.:]*)[.:](.*)", re.DOTALL)
_INTEGER: Final = re.compile(rb"\s*([+-]?\d{1,18})")


def number(text: bytes) -> int:
    """As the rule language reads numbers: leading digits, 0 where there are none."""
    found = _INTEGER.match(text)
    return int(found[1]) if found else 0


def make_setvar(argument: str) -> Act:
    """`tx.name=value`, `=+n`, `=-n`, `tx.name` (1), `!tx.name` (gone)."""
    gone = argument.startswith("!")
    where, equals, given = argument.removeprefix("!").partition("=")
    collection, name_of = _named(where)
    sign = given[:1] if equals and given[:1] in ("+", "-") else ""
    value_of = make_expander(given.removeprefix(sign) if equals else "1")
    tx = collection == "TX"

    def act(state: State) -> None:
        name = name_of(state).lower()
        if tx:
            values = state.tx
        elif collection in state.records:
            values = state.records[collection].values
        else:
            return  # a collection that nobody opened
        if gone:
            if tx:
                values.pop(name, None)
            else:
                state.records[collection].drop(name)
            return
        value = value_of(state)
        if sign:
            step = number(value)
            old = number(values.get(name, b""))
            value = b"%d" % (old + step if sign == "+" else old - step)
        if tx:
            values[name] = value
        else:
            state.records[collection].put(name, value)

    return act


def _named(where: str) -> tuple[str, Expand]:
    """Collection and name of `tx.name` or `tx:name`."""
    found = _WHERE.fullmatch(where)
    collection, name = (found[1], found[2]) if found else (where, "")
    return collection.strip().upper(), make_expander(name.strip())


def make_act(action: Action, rules: Rules, persistent: Persistent) -> Act | None:
    """What runs once the whole chain matched; None for actions that are not run here."""
    name, argument = action.name, action.argument
    if name == "ctl":
        return _ctl(argument, rules)
    if name == "initcol":
        collection, _, key = argument.partition("=")
        return _opens(collection.strip().upper(), key, persistent)
    if name in ("setsid", "setuid", "setrsc"):
        collection, scalar = {
            "setsid": ("SESSION", "SESSIONID"),
            "setuid": ("USER", "USERID"),
            "setrsc": ("RESOURCE", "RESOURCE"),
        }[name]
        key_of, opens = make_expander(argument), _opens(collection, argument, persistent)

        def act(state: State) -> None:
            state.scalars[scalar] = key_of(state)
            opens(state)

        return act
    if name == "expirevar":
        return _expires(argument)
    if name == "setenv":
        return _setenv(argument)
    return None


def _opens(collection: str, key: str, persistent: Persistent) -> Act:
    key_of = make_expander(key)

    def act(state: State) -> None:
        if collection in RECORDS:
            state.records[collection] = persistent.open(collection, key_of(state), state.now)

    return act


def _expires(argument: str) -> Act:
    where, _, seconds = argument.partition("=")
    collection, name_of = _named(where)
    wait = number(seconds.encode()) * 1_000_000

    def act(state: State) -> None:
        record = state.records.get(collection)
        name = name_of(state).lower()
        if record is not None and name in record.values:
            record.deadlines[name] = state.now + wait

    return act


def _setenv(argument: str) -> Act:
    name, _, value = argument.partition("=")
    value_of, key = make_expander(value), name.encode()

    def act(state: State) -> None:
        entries = state.lists.setdefault("ENV", [])
        entries[:] = [entry for entry in entries if entry[0] != key]
        entries.append((key, value_of(state)))

    return act


class Rules:
    """Rules by id, tag and message, for the actions that remove some of them."""

    def __init__(self, rules: list[Rule]) -> None:
        self._rules = rules

    def by_id(self, text: str) -> frozenset[int]:
        """Ids of `1,2-5`, or separated by blanks."""
        wanted: set[int] = set()
        for each in re.split(r"[,\s]+", text.strip().strip("'\"")):
            first, _, last = each.partition("-")
            if first.isdecimal() and (last.isdecimal() or not last):
                low, high = int(first), int(last or first)
                wanted.update(rule.id for rule in self._rules if low <= rule.id <= high)
        return frozenset(wanted)

    def by_tag(self, text: str) -> frozenset[int]:
        return frozenset(rule.id for rule in self._rules if text in rule.tags)

    def by_msg(self, text: str) -> frozenset[int]:
        return frozenset(rule.id for rule in self._rules if rule.msg == text)


_PROCESSORS: Final = ("URLENCODED", "MULTIPART", "JSON", "XML")


def _ctl(argument: str, rules: Rules) -> Act | None:
    name, _, value = argument.partition("=")
    name, value = name.strip().lower(), value.strip()
    if name.startswith("ruleremovetargetby"):
        which, _, target = value.partition(";")
        return _removes_target(_chosen(name[-3:].lstrip("y"), which, rules), target)
    if name.startswith("ruleremoveby"):
        ids = _chosen(name.removeprefix("ruleremoveby"), value, rules)

        def removes(state: State) -> None:
            state.removed_ids |= ids
            state.removed = True

        return removes

    def act(state: State) -> None:
        if name == "ruleengine":
            state.engine = value.lower()
        elif name == "requestbodyprocessor" and value.upper() in _PROCESSORS:
            state.processor = value.upper()
            state.scalars["REQBODY_PROCESSOR"] = state.processor.encode()
        elif name == "requestbodyaccess":
            state.body_access = value.lower() == "on"
        elif name == "forcerequestbodyvariable":
            state.body_forced = value.lower() == "on"
        elif name == "auditengine":
            state.audit = value.lower()

    return act


def _chosen(kind: str, text: str, rules: Rules) -> frozenset[int]:
    return {"id": rules.by_id, "tag": rules.by_tag, "msg": rules.by_msg}[kind](text)


def _removes_target(ids: frozenset[int], text: str) -> Act:
    name, colon, key = text.strip().partition(":")
    pattern = None
    if len(key) > 1 and key.startswith("/") and key.endswith("/"):
        key, pattern = "", key[1:-1]
    target = Target(name.upper(), key if colon and pattern is None else None, pattern)

    def act(state: State) -> None:
        for each in ids:
            state.removed_targets.setdefault(each, []).append(target)
        state.removed = True

    return act
