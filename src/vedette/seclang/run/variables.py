"""From the targets of rules to the values they mean.

Source: the reference of ModSecurity 3, and what its library does where the reference is silent.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Final

from vedette.seclang.ir import Target
from vedette.seclang.run.state import Entry, State

Reader = Callable[[State], list[Entry]]
"""The full names and values that a target means, in order."""

NAMES_OF: Final = {
    "ARGS_NAMES": "ARGS",
    "ARGS_GET_NAMES": "ARGS_GET",
    "ARGS_POST_NAMES": "ARGS_POST",
    "REQUEST_HEADERS_NAMES": "REQUEST_HEADERS",
    "RESPONSE_HEADERS_NAMES": "RESPONSE_HEADERS",
    "REQUEST_COOKIES_NAMES": "REQUEST_COOKIES",
}
"""Collections of names: the keys of another collection are their values."""

LISTS: Final = frozenset(
    (
        "ARGS",
        "ARGS_GET",
        "ARGS_POST",
        "REQUEST_HEADERS",
        "RESPONSE_HEADERS",
        "REQUEST_COOKIES",
        "FILES",
        "FILES_NAMES",
        "FILES_SIZES",
        "FILES_TMPNAMES",
        "FILES_TMP_CONTENT",
        "MULTIPART_PART_HEADERS",
        "MULTIPART_FILENAME",
        "MULTIPART_NAME",
        "ENV",
        "GEO",
        "XML",
        "JSON",
    )
)
RECORDS: Final = ("IP", "GLOBAL", "SESSION", "USER", "RESOURCE")

_CLOCK: Final[dict[str, Callable[[time.struct_time], str]]] = {
    "TIME": lambda at: time.strftime("%H:%M:%S", at),
    "TIME_DAY": lambda at: str(at.tm_mday),
    "TIME_HOUR": lambda at: str(at.tm_hour),
    "TIME_MIN": lambda at: str(at.tm_min),
    "TIME_MON": lambda at: str(at.tm_mon),
    "TIME_SEC": lambda at: str(at.tm_sec),
    "TIME_WDAY": lambda at: str((at.tm_wday + 1) % 7),
    "TIME_YEAR": lambda at: str(at.tm_year),
}


def make_reader(target: Target) -> Reader:
    """A reader of one target that is not excluded."""
    read = _reader(target)
    if not target.counted:
        return read
    name = full_name(target)
    return lambda state: [(name, b"%d" % len(read(state)))]


def full_name(target: Target) -> bytes:
    """As it stands in messages: "ARGS:q", "ARGS", "XML:/*"."""
    if target.key is not None:
        return f"{target.name}:{target.key}".encode()
    if target.pattern is not None:
        return f"{target.name}:/{target.pattern}/".encode()
    return target.name.encode()


def wanted(target: Target) -> Callable[[bytes], bool] | None:
    """Whether a key is meant by the target; None where all are. Keys are compared without case."""
    if target.key is not None:
        key = target.key.encode("utf-8", "surrogateescape").lower()
        return lambda name: name.lower() == key
    if target.pattern is not None:
        search = re.compile(target.pattern.encode("utf-8", "surrogateescape"), re.IGNORECASE).search
        return lambda name: search(name) is not None
    return None


def _reader(target: Target) -> Reader:
    name = target.name
    if name == "TX":
        return _tx(target)
    if name in RECORDS:
        return _record(target)
    if name in ("MATCHED_VARS", "MATCHED_VARS_NAMES"):
        return _matched(target)
    if name in ("MATCHED_VAR", "MATCHED_VAR_NAME"):
        value_of = name == "MATCHED_VAR"

        def matched(state: State) -> list[Entry]:
            if state.matched_value is None:
                return []
            found = state.matched_value if value_of else state.matched_name
            return [(name.encode(), found)]

        return matched
    if name == "RULE":
        return _rule(target)
    if name == "XML":
        return _xml(target)
    if name in NAMES_OF or name in LISTS:
        return _list(target)
    if name in _CLOCK or name in ("TIME_EPOCH", "DURATION", "HIGHEST_SEVERITY"):
        return _computed(name)
    label = name.encode()

    def scalar(state: State) -> list[Entry]:
        value = state.scalars.get(name)
        return [] if value is None else [(label, value)]

    return scalar


def _list(target: Target) -> Reader:
    source, prefix = NAMES_OF.get(target.name), f"{target.name}:".encode()
    name, only = source or target.name, wanted(target)
    if source is not None:

        def names(state: State) -> list[Entry]:
            entries = state.lists.get(name, ())
            return [(prefix + k, k) for k, _ in entries if only is None or only(k)]

        return names

    def values(state: State) -> list[Entry]:
        entries = state.lists.get(name, ())
        return [(prefix + k, v) for k, v in entries if only is None or only(k)]

    return values


def _tx(target: Target) -> Reader:
    if target.key is not None:
        key, name = target.key.encode().lower(), f"TX:{target.key}".encode()

        def one(state: State) -> list[Entry]:
            value = state.tx.get(key)
            return [] if value is None else [(name, value)]

        return one
    only = wanted(target)
    return lambda state: [
        (b"TX:" + key, value) for key, value in state.tx.items() if only is None or only(key)
    ]


def _record(target: Target) -> Reader:
    collection, only = target.name, wanted(target)
    prefix = f"{collection}:".encode()

    def read(state: State) -> list[Entry]:
        record = state.records.get(collection)
        if record is None:
            return []
        record.expire(state.now)
        return [(prefix + k, v) for k, v in record.values.items() if only is None or only(k)]

    return read


def _matched(target: Target) -> Reader:
    names, only = target.name.endswith("_NAMES"), wanted(target)
    prefix = b"MATCHED_VARS_NAMES:" if names else b"MATCHED_VARS:"
    return lambda state: [
        (prefix + name, name if names else value)
        for name, value in state.matched
        if only is None or only(name)
    ]


def _rule(target: Target) -> Reader:
    field = (target.key or "").lower()

    def read(state: State) -> list[Entry]:
        rule = getattr(state.step, "rule", None)
        value = getattr(rule, field, None)
        return [] if value in (None, "") else [(f"RULE:{field}".encode(), str(value).encode())]

    return read


def _xml(target: Target) -> Reader:
    name = full_name(target)
    key = (target.key or "").encode()
    return lambda state: [
        (name, value) for kind, value in state.lists.get("XML", ()) if kind == key
    ]


def _computed(name: str) -> Reader:
    label = name.encode()
    if name == "HIGHEST_SEVERITY":
        return lambda state: [(label, b"%d" % state.highest_severity)]
    if name == "TIME_EPOCH":
        return lambda state: [(label, b"%d" % (state.now // 1_000_000))]
    if name == "DURATION":
        return lambda state: [(label, b"0")]
    write = _CLOCK[name]
    return lambda state: [(label, write(time.localtime(state.now // 1_000_000)).encode())]
