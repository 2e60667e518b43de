"""Which rules of a phase a value can match at all.

Each value is looked at once: it is put through the chains of transformations that any rule wants of
it, mostly the same string comes out of all of them, and each distinct string is scanned once for
the expressions of all rules. Rules that are not flagged by any value do not match; those that are
flagged are evaluated by the interpreter, which says the last word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from vedette.seclang.operators.fixed import Sqli, Xss
from vedette.seclang.operators.patterns import Rx
from vedette.seclang.operators.validation import Utf8Encoding
from vedette.seclang.plan.asked import Asked
from vedette.seclang.plan.facts import Facts
from vedette.seclang.plan.finding import Scan, one_finder
from vedette.seclang.plan.spreading import Spreader
from vedette.seclang.run.budget import Watch
from vedette.seclang.text import raw
from vedette.seclang.transform import inert

_ORDINARY: Final = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_.,:/@'()!?"
"""Bytes of everyday texts: chains that leave these alone give mostly what they are given."""

TOGETHER: Final = 1_024
"""Bytes of values that are looked through together."""

_QUIET: Final = 8_192
_LONGEST: Final = 128
"""Values that are remembered for flagging nothing, twice, and their bytes."""

_ENDS: Final = re.compile(rb"\\[AzZG]|\(\?[a-zA-Z]*-[a-zA-Z]*m|\(\?\^")
"""What means the beginning or end of a value, and not of a line."""

_DECODERS: Final = frozenset(
    ("base64decode", "base64decodeext", "hexdecode", "hexencode", "base64encode", "md5", "sha1")
)

Later = list[tuple["Table", dict[bytes, int], Sequence[bytes]]]
"""Strings of tables, with their chains, that are still to be looked through; and the values that
flag nothing if nothing is found in them."""

May = Callable[[bytes], object]

Ops = tuple[int, ...]


def rank(names: tuple[str, ...]) -> int:
    """How often a chain makes something else of everyday texts: 0 hardly ever, 1 often, 2 with a
    decoder that makes bytes of letters. Few expressions stand behind the last two."""
    if any(name in _DECODERS for name in names):
        return 2
    untouched = inert(names)
    return int(untouched is None or bool(_ORDINARY.translate(None, untouched)))


class Quiet:
    """Values that flag nothing, as many as there is room for: those of cookies and of links come
    again. In two generations; a flood of new ones throws the old out."""

    __slots__ = ("_old", "young")

    def __init__(self) -> None:
        self.young: set[bytes] = set()
        self._old: set[bytes] = set()

    def unknown(self, values: Sequence[bytes]) -> Sequence[bytes]:
        """Those that are not known."""
        young = self.young
        new = [value for value in values if value not in young]
        if new and self._old:
            again = self._old.intersection(new)
            if again:
                young |= again
                return [value for value in new if value not in again]
        return new

    def add(self, values: Sequence[bytes]) -> None:
        """Remember, but for long ones."""
        if len(self.young) >= _QUIET:
            self._old, self.young = self.young, set()
        if max(map(len, values)) > _LONGEST:
            values = [value for value in values if len(value) <= _LONGEST]
        self.young.update(values[:_QUIET])


def joinable(expression: bytes) -> bool:
    """Whether an expression that is found in a value is found wherever the value stands as lines
    among others: ^ and $ mean lines to it."""
    return _ENDS.search(expression) is None


class Finder:
    """Scans for all that a group of tables wants, by the rank of the chains that the strings come
    from: the first for every chain, the second without those of rank 0, the third of rank 2."""

    def __init__(self, scans: Sequence[Scan], left: frozenset[int], facts: Facts) -> None:
        self.scans = scans
        self.left = left
        self.facts = facts


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
        self.finder = finder
        self.some = (often, rarely, -1)
        """For each scan the chains of which a string must have one, where it has none of those of
        the former."""
        self._found: dict[int, list[tuple[int, int]]] = {}
        self._ask: list[tuple[int, int, May]] = []
        self._sure: set[int] = set()
        """Operations that were asked themselves: what they say needs no confirming."""
        for each in asked:
            mask = 0
            for names in each.chains:
                mask |= chains[names]
            number = None if each.expression is None else numbers[each.expression]
            if number is None or number in finder.left:
                may = _may(each, finder.facts)
                self._ask.append((mask, each.op, may))
                if may == each.holds:
                    self._sure.add(each.op)
            else:
                self._found.setdefault(number, []).append((mask, each.op))
        self._scanned = bool(self._found)
        self.together = all(
            joinable(each.expression) for each in asked if each.expression is not None
        )
        self._every = {number: [op for _, op in ops] for number, ops in self._found.items()}
        self._confirm = confirmed
        self._asked = asked
        self.quiet = Quiet()

    def flags(self, value: bytes) -> Ops:
        """The operations that the value may satisfy."""
        flagged: set[int] = set()
        if self._root.untouched(value):
            if self._scanned:
                every, scan = self._every, self.finder.scans[0]
                for number in scan(value, value):
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
                look_through([(self, strings, ())], flagged, None)
        if flagged and self._confirm:
            return self._confirmed(value, flagged)
        return tuple(flagged)

    def gather(
        self, values: Sequence[bytes], flagged: set[int], watch: Watch, later: Later
    ) -> None:
        """Add what many values flag, but for expressions: they are looked for `later`."""
        values = self.quiet.unknown(values)
        if not values:
            return
        for _ in values:
            watch.value()
        strings: dict[bytes, int] = {}
        self._root.spread_all(values, strings)
        if self._ask:
            found: set[int] = set()
            self._ask_all(strings, found, watch)
            if found:
                flagged |= found
                values = ()
        if self._scanned:
            later.append((self, strings, values))
        elif values:
            self.quiet.add(values)

    def hit(self, numbers: Sequence[int], strings: dict[bytes, int]) -> bool:
        """Whether any of these expressions is wanted of any of these strings."""
        found, bits = self._found, 0
        for mask in strings.values():
            bits |= mask
        return any(mask & bits for number in numbers for mask, _ in found.get(number, ()))

    def look(self, strings: dict[bytes, int], flagged: set[int]) -> bool:
        """Look through strings, each by itself. True where one flags anything."""
        loud = False
        found, (often, rarely, _) = self._found, self.some
        every, some, few = self.finder.scans
        for text, bits in strings.items():
            scan = every if bits & often else some if bits & rarely else few
            for number in scan(text, text):
                for mask, op in found.get(number, ()):
                    if mask & bits:
                        flagged.add(op)
                        loud = True
        return loud

    def _ask_all(self, strings: dict[bytes, int], flagged: set[int], watch: Watch) -> None:
        # A look at the clock is a system call: as long as all these questions about little.
        much = sum(map(len, strings)) > TOGETHER
        for mask, op, may in self._ask:
            for text, bits in strings.items():
                if mask & bits and may(text):
                    flagged.add(op)
                    break
            if much:
                watch.look()

    def _confirmed(self, value: bytes, flagged: set[int]) -> Ops:
        sure = flagged & self._sure
        if len(sure) == len(flagged):
            return tuple(sure)
        left = flagged - sure
        sure.update(each.op for each in self._asked if each.op in left and each.matches(value))
        return tuple(sure)


def look_through(later: Later, flagged: set[int], watch: Watch | None) -> None:
    """Look for the expressions in strings of tables that have the same finder, in many strings
    together: where nothing is found in all of them, nothing is in any."""
    loud: set[Table] = set()
    left: _Parts = []
    size, often = 0, True
    for table, strings, _ in later:
        if table.together:
            left.append((table, strings))
            some = table.some[0]
            for text, mask in strings.items():
                size += len(text) + 1
                often = often and mask & some != 0
        elif table.look(strings, flagged):
            loud.add(table)
    scans = later[0][0].finder.scans
    if often and size < TOGETHER:  # as nearly always
        if left:
            _look_together(left, scans[0], flagged, loud)
    else:
        _look_by_rank(left, scans, flagged, loud, watch)
    for table, _, values in later:
        if values and table not in loud:
            table.quiet.add(values)


_Parts = list[tuple[Table, dict[bytes, int]]]


def _look_by_rank(
    left: _Parts, scans: Sequence[Scan], flagged: set[int], loud: set[Table], watch: Watch | None
) -> None:
    """The same in portions, each string by the first scan that has all that is wanted of it."""
    for place, scan in enumerate(scans):
        rest: _Parts = []
        parts: _Parts = []
        size = 0
        for table, strings in left:
            some = table.some[place]
            part: dict[bytes, int] = {}
            others: dict[bytes, int] = {}
            for text, mask in strings.items():
                if not mask & some:
                    others[text] = mask
                    continue
                part[text] = mask
                size += len(text) + 1
                if size >= TOGETHER:
                    parts.append((table, part))
                    _look_together(parts, scan, flagged, loud)
                    if watch is not None:
                        watch.look()
                    part, parts, size = {}, [], 0
            if part:
                parts.append((table, part))
            if others:
                rest.append((table, others))
        if parts:
            _look_together(parts, scan, flagged, loud)
        left = rest
        if not left:
            break


def _look_together(parts: _Parts, scan: Scan, flagged: set[int], loud: set[Table]) -> None:
    if len(parts) == 1:
        texts = list(parts[0][1])
    else:  # several variables have the same value now and then
        texts = list({text: None for _, strings in parts for text in strings})
    if len(texts) > 1 or len(parts) > 1:
        numbers = scan(b"\n".join(texts), b"".join(texts))
        if not numbers:
            return
        parts = [(table, strings) for table, strings in parts if table.hit(numbers, strings)]
    loud.update(table for table, strings in parts if table.look(strings, flagged))


def _may(asked: Asked, facts: Facts) -> May:
    """The cheapest function that is true of every value of which the operator says yes."""
    test = asked.test
    if not asked.negated:
        if isinstance(test, Sqli):
            return test.fingerprint
        if isinstance(test, Xss):
            return test.dangerous
        if isinstance(test, Utf8Encoding):
            holds = asked.holds
            return lambda value: not value.isascii() and holds(value)
    elif isinstance(test, Rx) and test.own is not None and test.own.linear:
        found = one_finder(raw(asked.step.rule.operator.argument), facts) or test.own.found
        return lambda value: not found(value)
    return asked.holds
