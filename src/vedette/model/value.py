"""Field values as text: the one spelling that rules are compared with."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final

import orjson

_SMALLEST: Final = -(2**63)
_LARGEST: Final = 2**64 - 1


def text_of(value: Any) -> str | None:
    """A scalar's text as Sigma compares it; None for an absent value (JSON null).

    Numbers in decimal as JSON would write them, booleans as `true` and `false`, objects and
    lists as compact JSON (a list as a whole; `texts_of` gives its elements). Lone surrogates
    become U+FFFD, so that every text can be encoded and all lengths stay as they were.
    """
    if isinstance(value, str):
        return value if value.isascii() else clean(value)
    if value is None:
        return None
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        return str(value) if _SMALLEST <= value <= _LARGEST else _as_double(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, datetime):
        zoned = value if value.tzinfo else value.replace(tzinfo=UTC)
        return zoned.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return _as_json(value)


def _as_double(value: int) -> str:
    """An integer beyond 64 bits as JSON parsers read it: parsers differ, the text must not."""
    try:
        return repr(float(value))
    except OverflowError:
        return "inf" if value > 0 else "-inf"


def _as_json(value: Any) -> str:
    try:
        return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:  # nested deeply, a huge number, a lone surrogate: orjson takes none of them
        import json  # only strange values come here

        try:
            value = _narrow(value)
            return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
        except (RecursionError, TypeError):
            pass  # not its numbers, then
        try:
            return clean(json.dumps(value, default=str, ensure_ascii=False))
        except (RecursionError, ValueError, TypeError):
            return "(nested too deeply)"


def _narrow(value: Any) -> Any:
    """`value` with each integer beyond 64 bits as a double."""
    if isinstance(value, dict):
        return {key: _narrow(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_narrow(item) for item in value]
    if isinstance(value, int) and not _SMALLEST <= value <= _LARGEST:
        return float(_as_double(value))
    return value


def texts_of(value: Any) -> tuple[str, ...]:
    """All texts of a field: one for a scalar, one per element for a list, none for an absence."""
    if not isinstance(value, list | tuple):
        text = text_of(value)
        return () if text is None else (text,)
    texts: list[str] = []
    stack = [iter(value)]  # no recursion: lists may nest as deeply as a parser allows
    while stack:
        for item in stack[-1]:
            if isinstance(item, list | tuple):
                stack.append(iter(item))
                break
            if (text := text_of(item)) is not None:
                texts.append(text)
        else:
            stack.pop()
    return tuple(texts)


def clean(text: str) -> str:
    """`text` with each lone surrogate replaced by U+FFFD, length unchanged."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


def fold(text: str) -> str:
    """`text` as case-insensitive comparison sees it: each character in lower case, unless that
    would change the length, so that a span in the folded text is a span in the text itself."""
    if text.isascii():
        return text.lower()
    if "Σ" in text:
        text = text.replace("Σ", "σ")  # `lower` makes it another letter at the end of a word
    if "İ" in text:
        text = "İ".join([part.lower() for part in text.split("İ")])  # `lower` makes two of it
    else:
        text = text.lower()
    return text.replace("ſ", "s")  # as regular expressions that ignore case take it
