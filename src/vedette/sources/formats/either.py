"""Formats that are written as text by some and as JSON by others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from vedette.sources.format import Chunk, LineFormat, LineReader
from vedette.sources.formats.ndjson import NdjsonFormat

_JSON: Final = "json "
_TEXT: Final = "text "


class EitherFormat:
    """NDJSON if the first line that is not blank begins with a brace, else the text format."""

    def __init__(self, name: str, text: LineFormat) -> None:
        self.name = name
        self._text = text
        self._json = NdjsonFormat(name, forced=name)

    def recognises(self, head: bytes) -> bool:
        return self._json.recognises(head) or self._text.recognises(head)

    def reader(self, state: str = "") -> LineReader:
        """Raises ValueError for a state that no such reader gave."""
        return _EitherReader(self._text, self._json, state)


class _EitherReader:
    def __init__(self, text: LineFormat, json: LineFormat, state: str) -> None:
        self._choices = {_TEXT: text, _JSON: json}
        self._kind = state[: len(_TEXT)]
        self._chosen: LineReader | None = None
        if state:
            if self._kind not in self._choices:
                raise ValueError(f"{state!r} is no state of this reader")
            self._chosen = self._choices[self._kind].reader(state[len(_TEXT) :])

    def feed(self, lines: Sequence[bytes], first: int) -> list[Chunk]:
        if self._chosen is None:
            line = next((line for line in lines if line.strip()), None)
            if line is None:
                return []
            self._kind = _JSON if line.lstrip().startswith(b"{") else _TEXT
            self._chosen = self._choices[self._kind].reader()
        return self._chosen.feed(lines, first)

    def close(self) -> list[Chunk]:
        return self._chosen.close() if self._chosen is not None else []

    def held(self) -> int | None:
        return self._chosen.held() if self._chosen is not None else None

    def state(self) -> str:
        return self._kind + self._chosen.state() if self._chosen is not None else ""
