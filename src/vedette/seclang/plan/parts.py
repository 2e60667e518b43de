"""The parts of a transaction whose flags are remembered together: what a part flags depends on its
bytes alone, and the same request lines and headers come again and again (`run.seen`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

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


class Parts:
    """The sources of one phase by what they depend on."""

    def __init__(self, number: int, sources: Sequence[Source]) -> None:
        self._number = number
        self._headers: Values | None = None
        self._line: list[Source] = []
        arguments: list[Source] = []
        body: list[Source] = []
        rest: list[Source] = []
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
            else:
                rest.append(source)
        self._every = list(sources)
        self._line_bare = [*self._line, *arguments]
        self._body = body
        self._rest = [*arguments, *body, *rest]
        self._rest_bare = rest
        self._nothing: Flags = [None]
        """What a transaction without a body flags by that."""

    def flagged(self, state: State, watch: Watch) -> set[int]:
        """The operations that the values of all parts may satisfy. Raises Exceeded."""
        found: set[int] = set()
        later: Later = []
        line, head = state.line, state.head
        if line is None or head is None:
            for source in self._every:
                source.collect(state, found, watch, later)
            return found | _looked_through(later, watch) if later else found
        number, bare = self._number, state.bare
        unknown: list[tuple[Flags, int, set[int]]] = []
        place = number + PHASES if bare else number
        if sources := self._line_bare if bare else self._line:
            if (known := line.flags[place]) is None:
                part: set[int] = set()
                unknown.append((line.flags, place, part))
                for source in sources:
                    source.collect(state, part, watch, later)
            elif known:
                found.update(known)
        if (headers := self._headers) is not None:
            if (known := head.flags[number]) is None:
                part = set()
                unknown.append((head.flags, number, part))
                if head.entries:
                    headers.take(head.entries, part, watch, later)
            elif known:
                found.update(known)
            if state.cookie_headers:
                headers.take(state.cookie_headers, found, watch, later)
        if bare and self._body:
            if (known := self._nothing[0]) is None:
                part = set()
                unknown.append((self._nothing, 0, part))
                for source in self._body:
                    source.collect(state, part, watch, later)
            elif known:
                found.update(known)
        for source in self._rest_bare if bare else self._rest:
            source.collect(state, found, watch, later)
        looked = _looked_through(later, watch) if later else None
        for flags, at, part in unknown:
            if not looked:  # else it is not known whose it is
                flags[at] = tuple(part)
            found |= part
        return found | looked if looked else found


def _looked_through(later: Later, watch: Watch) -> set[int]:
    found: set[int] = set()
    finders: dict[Finder, Later] = {}
    for each in later:
        finders.setdefault(each[0].finder, []).append(each)
    for group in finders.values():
        look_through(group, found, watch)
    return found
