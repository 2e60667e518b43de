"""Field values as text: the one spelling that rules are compared with."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Final

import orjson

_LAST_LETTER: Final = 0x1F000
"""No character from here on has an upper and a lower case."""


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
        return str(value)
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


def _as_json(value: Any) -> str:
    try:
        return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:  # nested deeply, a huge number, a lone surrogate: orjson takes none of them
        import json  # only strange values come here

        try:
            return clean(json.dumps(value, default=str, ensure_ascii=False))
        except (RecursionError, ValueError, TypeError):
            return "(nested too deeply)"


def texts_of(value: Any) -> tuple[str, ...]:
    """All texts of a field: one for a scalar, one per element for a list, none for an absence."""
    if isinstance(value, list | tuple):
        return tuple(text for item in value for text in texts_of(item))
    text = text_of(value)
    return () if text is None else (text,)


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
    return text.lower() if text.isascii() else text.translate(_lower_table())


@cache
def _lower_table() -> dict[int, str]:
    """Every character whose lower case is one other character; the long s too, because regular
    expressions that ignore case take it for an s."""
    lower = {code: chr(code).lower() for code in range(_LAST_LETTER)}
    table = {code: low for code, low in lower.items() if len(low) == 1 and low != chr(code)}
    return table | {ord("ſ"): "s"}
