"""The key of a detection line: `field|modifier|modifier`, checked for sense and order.

Source: Sigma modifiers appendix 2.1.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Final

from vedette.sigma.load.patterns import ENCODERS

WRAPS: Final = ("contains", "startswith", "endswith")
COMPARES: Final = ("lt", "lte", "gt", "gte")
TIME_PARTS: Final = ("minute", "hour", "day", "week", "month", "year")
REGEX_FLAGS: Final = ("i", "m", "s")
KNOWN: Final = (
    *WRAPS,
    *ENCODERS,
    *("windash", "expand", "cased", "all", "neq"),
    *("re", *REGEX_FLAGS, "cidr", "exists", "fieldref"),
    *COMPARES,
    *TIME_PARTS,
)
_KINDS: Final = ("re", "cidr", "exists", "fieldref", *COMPARES, *TIME_PARTS)
"""Modifiers that change what a value is."""

_GOES_WITH: Final[dict[str, frozenset[str]]] = {
    "re": frozenset({*REGEX_FLAGS, "all", "neq", "expand", "cased"}),
    "cidr": frozenset({"all", "neq", "expand"}),
    "exists": frozenset(),
    "fieldref": frozenset({*WRAPS, "cased", "all", "neq"}),
    "compare": frozenset(TIME_PARTS),
    "time": frozenset({*COMPARES, "neq"}),
}


@dataclass(frozen=True, slots=True)
class Key:
    """A checked key. `field` None is a keyword. `kind` is text, re, cidr, exists, fieldref,
    compare or time; `wrap` is one of WRAPS or ""; `encoders` in the order written."""

    field: str | None
    modifiers: tuple[str, ...] = ()
    kind: str = "text"
    wrap: str = ""
    encoders: tuple[str, ...] = ()
    windash: bool = False
    expand: bool = False
    cased: bool = False
    all: bool = False
    neq: bool = False
    flags: str = ""
    compare: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class KeyFault:
    """What is wrong at the character `offset` of a key."""

    offset: int
    what: str
    fix: str


def parse_key(text: str) -> Key | list[KeyFault]:
    """Read a key. An empty field with modifiers (`|all`) is a keyword."""
    field, *modifiers = text.split("|")
    faults: list[KeyFault] = []
    offsets: list[int] = []
    at = len(field) + 1
    for modifier in modifiers:
        offsets.append(at)
        at += len(modifier) + 1
        if modifier not in KNOWN:
            faults.append(_unknown(modifier, offsets[-1]))
    if not field and not modifiers:
        faults.append(
            KeyFault(0, "a line without a field name", "write the field before the colon")
        )
    if not faults:
        faults = _senseless(field, modifiers, offsets)
    return faults or _key(field, tuple(modifiers))


def _unknown(modifier: str, offset: int) -> KeyFault:
    near = difflib.get_close_matches(modifier.lower()[:40], KNOWN, n=1)
    fix = f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(KNOWN)}"
    return KeyFault(offset, f"the modifier {modifier!r} is not known", fix)


def _key(field: str, modifiers: tuple[str, ...]) -> Key:
    given = set(modifiers)
    compare = next((name for name in modifiers if name in COMPARES), "")
    part = next((name for name in modifiers if name in TIME_PARTS), "")
    wrap = next((name for name in modifiers if name in WRAPS), "")
    return Key(
        field=field or None,
        modifiers=modifiers,
        kind=_kind(given),
        wrap=wrap if field else "contains",
        encoders=tuple(name for name in modifiers if name in ENCODERS),
        windash="windash" in given,
        expand="expand" in given,
        cased="cased" in given,
        all="all" in given,
        neq="neq" in given,
        flags="".join(sorted(given.intersection(REGEX_FLAGS))),
        compare=compare,
        part=part,
    )


def _kind(given: set[str]) -> str:
    if given.intersection(TIME_PARTS):
        return "time"
    if given.intersection(COMPARES):
        return "compare"
    return next((name for name in ("re", "cidr", "exists", "fieldref") if name in given), "text")


def _senseless(field: str, modifiers: list[str], offsets: list[int]) -> list[KeyFault]:
    """Modifiers that are there twice, contradict each other or stand in the wrong order."""
    faults: list[KeyFault] = []
    kind = _kind(set(modifiers))
    fits = _GOES_WITH.get(kind)
    seen: list[str] = []
    for modifier, offset in zip(modifiers, offsets, strict=True):
        wrong = (
            _repeated(modifier, seen)
            or _misplaced(modifier, seen)
            or (_unfit(modifier, kind, fits) if fits is not None else None)
            or (_for_fields(modifier) if not field else None)
        )
        if wrong is not None:
            faults.append(KeyFault(offset, *wrong))
        seen.append(modifier)
    return faults


def _repeated(modifier: str, seen: list[str]) -> tuple[str, str] | None:
    if modifier in seen and modifier not in ENCODERS:
        return f"{modifier} is there twice", "write it once"
    for group in (WRAPS, COMPARES, TIME_PARTS):
        other = next((name for name in seen if name in group), None)
        if other is not None and modifier in group and modifier != other:
            fix = "use contains" if group is WRAPS else "write a line for each"
            return f"{modifier} contradicts {other}", fix
    pair = {modifier, *seen}
    if modifier in ("all", "neq") and {"all", "neq"} <= pair:
        return "neq with all is ambiguous", "neq alone means: none of the values"
    return None


def _misplaced(modifier: str, seen: list[str]) -> tuple[str, str] | None:
    last = seen[-1] if seen else ""
    if modifier in REGEX_FLAGS and last != "re" and last not in REGEX_FLAGS:
        return f"{modifier} belongs right after re", f"write re|{modifier}"
    before = set(seen)
    if modifier in ENCODERS and before.intersection(WRAPS):
        wrap = next(name for name in seen if name in WRAPS)
        return f"{modifier} after {wrap} would encode the wildcards", f"put {wrap} last"
    if modifier in ("windash", "expand") and before.intersection(ENCODERS):
        encoder = next(name for name in seen if name in ENCODERS)
        return f"{modifier} after {encoder} finds nothing to change", f"put {modifier} first"
    return None


def _unfit(modifier: str, kind: str, fits: frozenset[str]) -> tuple[str, str] | None:
    if modifier in fits or _kind({modifier}) == kind:
        return None
    if kind == "re" and modifier in WRAPS:
        return f"re with {modifier}", f"remove {modifier}: re searches anywhere; anchor with ^ or $"
    if modifier in _KINDS:
        return f"{kind} with {modifier}", "use one of them, in a line of its own"
    if kind == "compare" and modifier == "neq":
        return "neq with a comparison", "use the opposite comparison"
    return f"{modifier} does not apply to {kind}", f"remove {modifier}"


def _for_fields(modifier: str) -> tuple[str, str] | None:
    if modifier in ("startswith", "endswith"):
        return f"{modifier} without a field", "a keyword is looked for anywhere; name the field"
    if modifier in ("exists", "fieldref", "cidr", *COMPARES, *TIME_PARTS):
        return f"{modifier} without a field", "name the field before the first |"
    return None
