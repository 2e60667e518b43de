"""Which rules of a phase a value can match at all.

Each value is looked at once: it is put through the chains of transformations that any rule wants of
it, mostly the same string comes out of all of them, and each distinct string is scanned once for
the expressions of all rules. Rules that are not flagged by any value do not match; those that are
flagged are evaluated by the interpreter, which says the last word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from vedette.seclang.operators.fixed import Sqli, Xss
from vedette.seclang.operators.patterns import Rx
from vedette.seclang.plan.asked import Asked
from vedette.seclang.plan.finding import Scan
from vedette.seclang.plan.spreading import Spreader
from vedette.seclang.run.budget import Watch
from vedette.seclang.transform import inert

_ORDINARY: Final = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_.,:/@'()!?"
"""Bytes of everyday texts: chains that leave these alone give mostly what they are given."""

TOGETHER: Final = 1_024
"""Bytes of values that are looked through together."""

_ENDS: Final = re.compile(rb"\\[AzZG]|\(\?[a-zA-Z]*-[a-zA-Z]*m|\(\?\^")
"""What means the beginning or end of a value, and not of a line."""

_DECODERS: Final = frozenset(
    ("base64decode", "base64decodeext", "hexdecode", "hexencode", "base64encode", "md5", "sha1")
)

May = Callable[[bytes], object]

Ops = tuple[int, ...]


def rank(names: tuple[str, ...]) -> int:
    """How often a chain makes something else of everyday texts: 0 hardly ever, 1 often, 2 with a
    decoder that makes bytes of letters. Few expressions stand behind the last two."""
    if any(name in _DECODERS for name in names):
        return 2
    untouched = inert(names)
    return int(untouched is None or bool(_ORDINARY.translate(None, untouched)))


def joinable(expression: bytes) -> bool:
    """Whether an expression that is found in a value is found wherever the value stands as lines
    among others: ^ and $ mean lines to it."""
    return _ENDS.search(expression) is None


class Finder:
    """Scans for all that a group of tables wants, by the rank of the chains that the strings come
    from: the first for every chain, the second without those of rank 0, the third of rank 2."""

    def __init__(self, scans: Sequence[Scan], left: frozenset[int]) -> None:
        self.scans = scans
        self.left = left


class Table:
    """All that is wanted of the values of one source. With `confirmed`, every flag is confirmed
    by the operator itself: for values whose flags are remembered."""

    def __init__(
        self,
        asked: Sequence[Asked],
        numbers: dict[bytes, int],
        finder: Finder,
        spreader: Spreader,
        *,
        confirmed: bool = False,
    ) -> None:
        chains: dict[tuple[str, ...], int] = {}
        for each in asked:
            for names in each.chains:
                chains.setdefault(names, 1 << len(chains))
        self._root = spreader.node(chains.items())
        often = sum(bit for names, bit in chains.items() if rank(names) == 0)
        rarely = sum(bit for names, bit in chains.items() if rank(names) == 1)
        self._scans = ((finder.scans[0], often), (finder.scans[1], rarely), (finder.scans[2], -1))
        """With the chains of which a string must have one that none of the former has."""
        self._found: dict[int, list[tuple[int, int]]] = {}
        self._ask: list[tuple[int, int, May]] = []
        for each in asked:
            mask = 0
            for names in each.chains:
                mask |= chains[names]
            number = None if each.expression is None else numbers[each.expression]
            if number is None or number in finder.left:
                self._ask.append((mask, each.op, _may(each)))
            else:
                self._found.setdefault(number, []).append((mask, each.op))
        self._scanned = bool(self._found)
        self._together = all(
            joinable(each.expression) for each in asked if each.expression is not None
        )
        self._every = {number: [op for _, op in ops] for number, ops in self._found.items()}
        self._confirm = confirmed
        self._asked = asked

    def flags(self, value: bytes) -> Ops:
        """The operations that the value may satisfy."""
        flagged: set[int] = set()
        if self._root.untouched(value):
            if self._scanned:
                every, scan = self._every, self._scans[0][0]
                for number in scan(value):
                    if number in every:
                        flagged.update(every[number])
            for _, op, may in self._ask:
                if may(value):
                    flagged.add(op)
        else:
            strings: dict[bytes, int] = {}
            self._root.spread(value, strings)
            for mask, op, may in self._ask:
                if any(mask & bits and may(text) for text, bits in strings.items()):
                    flagged.add(op)
            if self._scanned:
                self._look(strings, flagged)
        if flagged and self._confirm:
            return self._confirmed(value, flagged)
        return tuple(flagged)

    def collect(self, values: Iterable[bytes], flagged: set[int], watch: Watch) -> None:
        """Add what many values flag. What they become is looked through together: where nothing is
        found in all of it, nothing is in any."""
        strings: dict[bytes, int] = {}
        spread = self._root.spread
        for value in values:
            watch.value()
            spread(value, strings)
        self._ask_all(strings, flagged, watch)
        if not self._scanned:
            return
        if not self._together:
            self._look(strings, flagged)
            return
        left = strings
        for scan, some in self._scans:
            if not left:
                return
            part: dict[bytes, int] = {}
            rest: dict[bytes, int] = {}
            size = bits = 0
            for text, mask in left.items():
                if not mask & some:
                    rest[text] = mask
                    continue
                part[text] = mask
                bits |= mask
                size += len(text) + 1
                if size >= TOGETHER:
                    self._look_together(part, bits, scan, flagged)
                    watch.look()
                    part, size, bits = {}, 0, 0
            if part:
                self._look_together(part, bits, scan, flagged)
            left = rest

    def _look_together(
        self, strings: dict[bytes, int], bits: int, scan: Scan, flagged: set[int]
    ) -> None:
        if len(strings) > 1:
            found = self._found
            for number in scan(b"\n".join(strings)):
                if any(mask & bits for mask, _ in found.get(number, ())):
                    break
            else:
                return
        self._look(strings, flagged)

    def _look(self, strings: dict[bytes, int], flagged: set[int]) -> None:
        found = self._found
        (every, often), (some, rarely), (few, _) = self._scans
        for text, bits in strings.items():
            scan = every if bits & often else some if bits & rarely else few
            for number in scan(text):
                for mask, op in found.get(number, ()):
                    if mask & bits:
                        flagged.add(op)

    def _ask_all(self, strings: dict[bytes, int], flagged: set[int], watch: Watch) -> None:
        for mask, op, may in self._ask:
            for text, bits in strings.items():
                if mask & bits and may(text):
                    flagged.add(op)
                    break
            watch.look()

    def _confirmed(self, value: bytes, flagged: set[int]) -> Ops:
        return tuple(
            {each.op for each in self._asked if each.op in flagged and each.matches(value)}
        )


def _may(asked: Asked) -> May:
    """The cheapest function that is true of every value of which the operator says yes."""
    test = asked.test
    if not asked.negated:
        if isinstance(test, Sqli):
            return test.fingerprint
        if isinstance(test, Xss):
            return test.dangerous
    elif isinstance(test, Rx) and test.own is not None and test.own.linear:
        found = test.own.found
        return lambda value: not found(value)
    return asked.holds
