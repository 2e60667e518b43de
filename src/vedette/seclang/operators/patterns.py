"""@rx and @rxGlobal."""

from __future__ import annotations

from vedette.seclang.operators.expressions import Expression, Spans
from vedette.seclang.operators.match import Match

MOST_GROUPS = 10
"""TX:0 to TX:9."""


class Rx:
    """The expression matches anywhere in the value. An empty one always holds."""

    def __init__(self, pattern: bytes, *, macros: bool) -> None:
        """Raises ValueError where the pattern (without macros) can't be compiled."""
        self.macros = macros
        self._always = not pattern and not macros
        self.own = None if macros or self._always else Expression.of(pattern)

    def holds(self, value: bytes, argument: bytes = b"") -> Match | None:
        if self._always:
            return Match((), 0, 0)
        expression = self.own or _expanded(argument)
        spans = None if expression is None else expression.spans(value)
        if spans is None:
            return None
        begin, end = spans[0]
        return Match(_texts(value, spans), begin, end)


class RxGlobal(Rx):
    """Every match in the value, one behind the other. Groups are counted on from match to match,
    as libmodsecurity does: a match's group n stands at n plus the groups that took part so far."""

    def holds(self, value: bytes, argument: bytes = b"") -> Match | None:
        if self._always:
            return Match((), 0, 0)
        expression = self.own or _expanded(argument)
        if expression is None or (spans := expression.spans(value)) is None:
            return None
        first = spans[0]
        found: dict[int, bytes] = {}
        taken = 0
        while spans is not None and taken < MOST_GROUPS:
            part = [(number, span) for number, span in enumerate(spans) if span[0] >= 0]
            found.update((taken + number, value[slice(*span)]) for number, span in part)
            taken += len(part)
            begin, end = spans[0]
            after = end if end > begin else end + 1
            spans = expression.spans(value, after) if after <= len(value) else None
        last = min(max(found) + 1, MOST_GROUPS)
        return Match(tuple(found.get(number) for number in range(last)), *first)


def _expanded(argument: bytes) -> Expression | None:
    """The expression that macros made; one that can't be compiled never matches."""
    try:
        return Expression.of(argument or b".*")
    except ValueError:
        return None


def _texts(value: bytes, spans: Spans) -> tuple[bytes | None, ...]:
    return tuple(None if begin < 0 else value[begin:end] for begin, end in spans[:MOST_GROUPS])
