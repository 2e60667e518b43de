"""What a value becomes on the way through many chains of transformations at once.

Most values are left as they are by most chains. A node holds the rests of chains that one string
still has before it; the bytes of the string say which functions change nothing, and those are
passed over for all chains together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from vedette.seclang.transform import TRANSFORMATIONS
from vedette.seclang.transform.encodings import base64_decode
from vedette.seclang.transform.named import INERT, Transformation

Rests = frozenset[tuple[tuple[str, ...], int]]
"""What is left of each chain, and the chain's bit."""

_ALL: Final = bytes(range(256))
_MOST_KINDS: Final = 4_096
_SHORT: Final = 16
"""Bytes of what is active in a value that is remembered as it stands, besides as a set."""
_DECODES: Final = 256
"""Stands among the bytes of a value for: base64Decode would change it."""
_RUNS: Final = 257
"""The same for: two spaces stand behind each other."""
_SPACE, _SLASH, _PARENTHESIS = b" /("
_NOT_A_SPACE: Final = frozenset(b"\t\n\v\f\r")
_OF_COMMANDS: Final = frozenset(b"\"'\\^,;ABCDEFGHIJKLMNOPQRSTUVWXYZ") | _NOT_A_SPACE


class Spreader:
    """Nodes for sets of rests, each made once. `cap` bounds what is remembered of hostile input:
    there are as many ways as distinct sets of bytes."""

    def __init__(self) -> None:
        self._nodes: dict[Rests, Node] = {}

    def node(self, rests: Iterable[tuple[tuple[str, ...], int]]) -> Node:
        bits: dict[tuple[str, ...], int] = {}
        for names, bit in rests:
            plain = tuple(name for name in names if name != "none")
            bits[plain] = bits.get(plain, 0) | bit
        key = frozenset(bits.items())
        node = self._nodes.get(key)
        if node is None:
            node = self._nodes[key] = Node(key, self)
        return node


class Node:
    """`spread` adds what a value becomes to `strings`: the string, and the bits of its chains."""

    __slots__ = (
        *("_classes", "_decodes", "_inert", "_rests", "_spaced", "_spreader", "_ways"),
        *("bits", "idle"),
    )

    def __init__(self, rests: Rests, spreader: Spreader) -> None:
        self._rests = rests
        self._spreader = spreader
        self.bits = 0
        names: set[str] = set()
        for rest, bit in rests:
            self.bits |= bit
            names.update(rest)
        self._decodes = "base64decode" in names
        self.idle = not names
        self._spaced = not names.isdisjoint(("compresswhitespace", "cmdline"))
        known = sorted(name for name in names if not _always(name))
        inert = set(_ALL)
        if self._decodes:
            inert -= set(b" \n\r\0")
        if "cmdline" in names:
            inert -= {_SLASH, _PARENTHESIS}
        for name in known:
            inert &= set(INERT[name] or b"")
        # A chain that begins with a function that always changes something is never passed over.
        if any(_always(name) and name != "base64decode" for name in names):
            inert = set()
        self._inert = bytes(sorted(inert))
        kinds: dict[tuple[int, ...], int] = {}
        self._classes = bytes(
            kinds.setdefault(
                (_alone(byte), *(byte in (INERT[name] or b"") for name in known)), byte
            )
            for byte in _ALL
        )
        self._ways: tuple[dict[object, _Way], ...] = ({}, {}, {}, {})

    def untouched(self, value: bytes) -> bool:
        """Whether all chains leave the value alone."""
        if self.idle:
            return True
        if not self._inert or value.translate(None, self._inert):
            return False
        # Without blanks and NULs, which are not inert, only whole groups of four are decoded.
        return not self._decodes or len(value) & 3 != 0 or base64_decode(value) is value

    def spread_all(self, values: Sequence[bytes], strings: dict[bytes, int]) -> None:
        """The same for many: where all their bytes are inert, few have to be looked at."""
        spread = self.spread
        if len(values) > 1 and self._inert and not self.idle:
            whole = b"".join(values)
            if not whole.translate(None, self._inert) and not (self._spaced and b"  " in whole):
                bits, decodes = self.bits, self._decodes
                for value in values:
                    if decodes and not len(value) & 3:
                        spread(value, strings)
                    else:
                        strings[value] = strings.get(value, 0) | bits
                return
        for value in values:
            spread(value, strings)

    def spread(self, value: bytes, strings: dict[bytes, int]) -> None:
        """Add what the chains make of a value."""
        if self.idle:
            strings[value] = strings.get(value, 0) | self.bits
            return
        active = value.translate(self._classes, self._inert)
        decoded = value
        if self._decodes and (active or len(value) & 3 == 0):
            decoded = base64_decode(value)
        if not active and decoded is value and self._inert:
            strings[value] = strings.get(value, 0) | self.bits
            return
        runs = self._spaced and b"  " in value
        ways = self._ways[(decoded is not value) + 2 * runs]
        way = ways.get(active)
        if way is None:
            kinds = frozenset(active)
            way = ways.get(kinds)
            if way is None:
                way = self._way(kinds, decodes=decoded is not value, runs=runs)
                _keep(ways, kinds, way)
            if len(active) <= _SHORT:
                _keep(ways, active, way)
        same, further = way
        if same:
            strings[value] = strings.get(value, 0) | same
        for function, node in further:
            made = decoded if function is base64_decode else function(value)
            if node.idle:
                strings[made] = strings.get(made, 0) | node.bits
            else:
                node.spread(made, strings)

    def _way(self, kinds: frozenset[int], *, decodes: bool, runs: bool) -> _Way:
        if decodes:
            kinds |= {_DECODES}
        if runs:
            kinds |= {_RUNS}
        same = 0
        further: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        for rest, bit in self._rests:
            place = 0
            while place < len(rest) and not _touches(rest[place], kinds):
                place += 1
            if place == len(rest):
                same |= bit
            else:
                further.setdefault(rest[place], []).append((rest[place + 1 :], bit))
        return same, tuple(
            (TRANSFORMATIONS[name], self._spreader.node(rests)) for name, rests in further.items()
        )


_Way = tuple[int, tuple[tuple[Transformation, Node], ...]]
"""The chains that leave a value alone; functions, and what comes behind them."""


def _keep(ways: dict[object, _Way], key: object, way: _Way) -> None:
    if len(ways) >= _MOST_KINDS:
        ways.clear()
    ways[key] = way


def _always(name: str) -> bool:
    """Whether the bytes of a value do not tell if the function changes it."""
    untouched = INERT[name]
    return name == "base64decode" or not untouched


def _alone(byte: int) -> int:
    """Bytes that are told from all others."""
    return byte if byte in (_SPACE, _SLASH, _PARENTHESIS) else -1


def _touches(name: str, kinds: frozenset[int]) -> bool:
    """Whether a function may change a value with bytes of these kinds."""
    if name == "base64decode":
        return _DECODES in kinds
    if name == "compresswhitespace":
        return _RUNS in kinds or not kinds.isdisjoint(_NOT_A_SPACE)
    if name == "cmdline":
        before = _SPACE in kinds and (_SLASH in kinds or _PARENTHESIS in kinds)
        return before or _RUNS in kinds or not kinds.isdisjoint(_OF_COMMANDS)
    if _always(name):
        return True
    untouched = INERT[name] or b""
    return any(kind < _DECODES and kind not in untouched for kind in kinds)
