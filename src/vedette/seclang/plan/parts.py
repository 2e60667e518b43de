"""The parts of a transaction whose flags are remembered together: what a part flags depends on its
bytes alone, and the same request lines and headers come again and again (`run.seen`)."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from secrets import token_bytes
from typing import Final

from vedette.scan.memo import Memo
from vedette.seclang.plan.sieve import Finder, Later, look_through
from vedette.seclang.plan.sources import Source, Values
from vedette.seclang.run.budget import Watch
from vedette.seclang.run.seen import PHASES, Flags
from vedette.seclang.run.state import State

_LINE: Final = frozenset(
    (
        *("REQUEST_METHOD", "REQUEST_LINE", "REQUEST_PROTOCOL", "REQUEST_URI", "REQUEST_URI_RAW"),
        *("REQUEST_FILENAME", "REQUEST_BASENAME", "PATH_INFO", "QUERY_STRING", "URLENCODED_ERROR"),
        "ARGS_GET",
    )
)
"""Variables that the request line says all of, and no rule changes."""
_ARGUMENTS: Final = frozenset(("ARGS", "ARGS_COMBINED_SIZE"))
"""The same where no argument came but in the query."""
_BODY: Final = frozenset(
    (
        *("ARGS_POST", "FILES", "FILES_NAMES", "FILES_SIZES", "FILES_TMP_CONTENT", "XML", "JSON"),
        *("FILES_TMPNAMES", "FILES_COMBINED_SIZE", "REQUEST_BODY", "REQUEST_BODY_LENGTH"),
        *("REQBODY_ERROR", "REQBODY_ERROR_MSG", "REQBODY_PROCESSOR_ERROR", "INBOUND_DATA_ERROR"),
        *("REQBODY_PROCESSOR_ERROR_MSG", "MULTIPART_FILENAME", "MULTIPART_NAME"),
        *("MULTIPART_PART_HEADERS", "MULTIPART_STRICT_ERROR", "MULTIPART_UNMATCHED_BOUNDARY"),
    )
)
"""Variables that are always the same where there is no body."""


_ANSWER: Final = ("RESPONSE_HEADERS", "RESPONSE_BODY")
"""Variables of answers that are sent again and again."""
_ANSWERS: Final = 8_192
_SHORT: Final = 256
"""Bytes of a body that stand for themselves; longer ones are known by a hash that nobody can
foresee."""


class _Part:
    """Some sources, and what they flag. `at` is the place in `flags` where that is kept."""

    __slots__ = ("at", "flags", "found", "later")

    def __init__(self, flags: Flags, at: int) -> None:
        self.flags = flags
        self.at = at
        self.found: set[int] = set()
        self.later: Later = []


class Parts:
    """The sources of one phase by what they depend on."""

    def __init__(self, number: int, sources: Sequence[Source]) -> None:
        self._number = number
        self._headers: Values | None = None
        self._line: list[Source] = []
        arguments: list[Source] = []
        body: list[Source] = []
        rest: list[Source] = []
        self._answer: list[tuple[Source, Memo[object, Flags]]] = []
        for source in sources:
            name = source.name
            if name in _LINE:
                self._line.append(source)
            elif name in _ARGUMENTS:
                arguments.append(source)
            elif name in _BODY:
                body.append(source)
            elif name == "REQUEST_HEADERS" and isinstance(source, Values):
                self._headers = source
            elif name in _ANSWER:
                self._answer.append((source, Memo(_ANSWERS, _ANSWERS * _SHORT)))
            else:
                rest.append(source)
        self._line_bare = [*self._line, *arguments]
        self._body = body
        self._rest = [*arguments, *body, *rest]
        self._rest_bare = rest
        self._nothing: Flags = [None]
        """What a transaction without a body flags by that."""
        self._salt = token_bytes(16)

    def flagged(self, state: State, watch: Watch) -> set[int]:
        """The operations that the values of all parts may satisfy. Raises Exceeded."""
        found: set[int] = set()
        line, head = state.line, state.head
        assert line is not None
        assert head is not None
        number, bare = self._number, state.bare
        unknown: list[_Part] = []
        if sources := self._line_bare if bare else self._line:
            place = number + PHASES if bare else number
            if (known := line.flags[place]) is None:
                unknown.append(_collected(_Part(line.flags, place), sources, state, watch))
            elif known:
                found.update(known)
        rest = _Part([None], 0)
        if (headers := self._headers) is not None:
            if (known := head.flags[number]) is None:
                part = _Part(head.flags, number)
                unknown.append(part)
                if head.entries:
                    headers.take(head.entries, part.found, watch, part.later)
            elif known:
                found.update(known)
            if state.cookie_headers:
                headers.take(state.cookie_headers, found, watch, rest.later)
        if bare and self._body:
            if (known := self._nothing[0]) is None:
                unknown.append(_collected(_Part(self._nothing, 0), self._body, state, watch))
            elif known:
                found.update(known)
        for source, memo in self._answer:
            key = self._key(source.name, state)
            flags = memo.get(key)
            if flags is None:
                flags = [None]
                memo.put(key, flags, _SHORT)
            if (known := flags[0]) is None:
                unknown.append(_collected(_Part(flags, 0), (source,), state, watch))
            elif known:
                found.update(known)
        for source in self._rest_bare if bare else self._rest:
            source.collect(state, found, watch, rest.later)
        if unknown or rest.later:
            unknown.append(rest)
            _look(unknown, watch)
            for part in unknown:
                found |= part.found
        return found

    def _key(self, name: str, state: State) -> object:
        if name == "RESPONSE_HEADERS":
            return tuple(state.lists.get(name, ()))
        body = state.scalars.get(name, b"")
        return (
            body if len(body) <= _SHORT else blake2b(body, digest_size=16, key=self._salt).digest()
        )


def _collected(part: _Part, sources: Sequence[Source], state: State, watch: Watch) -> _Part:
    for source in sources:
        source.collect(state, part.found, watch, part.later)
    return part


def _look(parts: Sequence[_Part], watch: Watch) -> None:
    """Look through what is left of all parts together, and note what is known of each now: of what
    is found in several it is not known whose it is."""
    left = [part for part in parts if part.later]
    finders: dict[Finder, Later] = {}
    for part in left:
        for each in part.later:
            finders.setdefault(each[0].finder, []).append(each)
    found: set[int] = set()
    for group in finders.values():
        look_through(group, found, watch)
    for part in parts:
        if not (found and part.later):
            part.flags[part.at] = tuple(part.found)
        elif len(left) == 1:
            part.flags[part.at] = tuple(part.found | found)
        if part is parts[-1]:
            part.found |= found
