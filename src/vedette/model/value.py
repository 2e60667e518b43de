"""Field values as text: the one spelling that rules are compared with."""

from __future__ import annotations

from typing import Any

import orjson

ABSENT: None = None


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
    return clean(orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode())


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
