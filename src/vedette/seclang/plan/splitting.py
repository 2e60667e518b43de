r"""Expressions that Hyperscan finds too large, as several smaller ones that find the same.

`a(?:b|c)d` finds what `a(?:b)d` and `a(?:c)d` find. Where the expressions stand in the rule does
not matter: all that is asked is whether one of them is found.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(
    rb"""(?P<literal>\\Q.*?(?:\\E|\Z)) | (?P<reference>\\[1-9gk]) | (?P<escape>\\.)
       | (?P<class>\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\])
       | (?P<flags>\(\?[a-zA-Z^-]*\)) | (?P<plain>\((?:\?[a-zA-Z^-]*:)?(?![?*])) | (?P<other>\()
       | (?P<close>\)) | (?P<bar>\|) | (?P<text>[^\\\[()|]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_QUANTIFIER: Final = re.compile(rb"[?*+]|\{[0-9]*,?[0-9]*\}")
_FLAGS: Final = re.compile(rb"(?:\(\?[a-zA-Z]+\))*")
_ANCHOR: Final = re.compile(
    rb"(?P<kept>\\Q.*?(?:\\E|\Z)|\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\])|\^|\$", re.DOTALL
)


class _Group(NamedTuple):
    begin: int
    bars: list[int]
    groups: list[tuple[int, int, _Group]]
    """Groups within that may be divided: where they begin and end with their parentheses."""


def halves(pattern: bytes) -> tuple[bytes, bytes] | None:
    """Two expressions that together find what the pattern finds; None where it can't be divided."""
    flags = _FLAGS.match(pattern)
    begin = flags.end() if flags else 0
    tree = _read(pattern, begin)
    if tree is None:
        return None
    end = len(pattern)
    while not tree.bars:
        if not tree.groups:
            return None
        start, stop, tree = max(tree.groups, key=lambda each: each[1] - each[0])
        end = stop - 1
    middle = (tree.begin + end) / 2
    bar = min(tree.bars, key=lambda at: abs(at - middle))
    first = pattern[: tree.begin] + pattern[tree.begin : bar] + pattern[end:]
    return first, pattern[: tree.begin] + pattern[bar + 1 :]


def without_anchors(pattern: bytes) -> bytes:
    """The pattern without ^ and $: it finds more."""
    return _ANCHOR.sub(lambda found: found["kept"] or b"(?:)", pattern)


def _read(pattern: bytes, begin: int) -> _Group | None:
    """The groups of a pattern; None for what can't be divided safely."""
    top = _Group(begin, [], [])
    stack: list[tuple[int, _Group, bool]] = []
    group, at = top, begin
    while at < len(pattern):
        token = _TOKEN.match(pattern, at)
        assert token is not None
        kind, start, at = token.lastgroup, at, token.end()
        if kind in ("reference", "flags"):
            return None
        if kind in ("plain", "other"):
            stack.append((start, group, kind == "plain"))
            group = _Group(at, [], [])
        elif kind == "bar":
            group.bars.append(start)
        elif kind == "close":
            if not stack:
                return None
            start, outer, divisible = stack.pop()
            if divisible and not _QUANTIFIER.match(pattern, at):
                outer.groups.append((start, at, group))
            group = outer
    return None if stack else top
