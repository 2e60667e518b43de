"""Secrets taken out of what requests held, before it is stored or shown.

What is secret by its name goes whole; in everything else what has the form of a secret goes. It
is no proof that nothing else tells.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote_plus

from vedette.model.visible import visible
from vedette.shield.secret_names import is_secret
from vedette.shield.secret_shapes import MASKED, mask_shapes

__all__ = ["LONGEST", "MASKED", "mask", "mask_name"]

WINDOW: Final = 4_096
"""Bytes of a value that are looked at; the rest is not shown."""
LONGEST: Final = 160
"""Characters of the answer, unless told."""
_TAIL: Final = 512
_MORE: Final = "…"

_COOKIES: Final = frozenset(("REQUEST_COOKIES", "RESPONSE_COOKIES"))
_COOKIE_HEADERS: Final = frozenset(("cookie", "set-cookie", "cookie2", "set-cookie2"))
_RUNS: Final = re.compile(r"([^\W\d_]+)|\d+")
_LAST_WORD: Final = re.compile(r"[\w+/=.% -]+\Z")

# No possessive repeats of groups: Python before 3.11.5 takes them wrongly (gh-106052).
_NAME: Final = r"(?<![\w.\-%\[\]])([\w.\-%\[\]]++)"
_QUOTED: Final = re.compile(
    rf"({_NAME}\\*+[\"']\s*+[:=]>?\s*+(\\*+[\"']))((?:\\{(3,)}[\"']|(?!\3)(?:\\.|[^\\]))*)", re.S
)
_PLAIN: Final = re.compile(
    rf"({_NAME}\\*+[\"']?\s*+(?:=|:(?!//))\s*+)(?!\\+[\"'])([^&;,\s\"'<>}}\]]++)"
)
_ELEMENT: Final = re.compile(rf"(<{_NAME}(?:\s[^<>]*+)?>)([^<]++)")
_PART: Final = re.compile(
    r"(\bname=\"([^\"\r\n]*+)\"[^\r\n]{0,300}\r?\n(?:[^\r\n]{1,300}\r?\n){0,8}\r?\n)((?:(?!\r?\n--).)*)",
    re.S,
)


def mask(name: str, value: bytes, longest: int = LONGEST) -> str:
    """A value as it may be stored and shown: printable, at most `longest` characters.

    `name` is the full name of a variable ("ARGS:password", "REQUEST_HEADERS:Cookie") or that of
    a field alone. Values of secret names are wholly masked; of cookies, whose names tell
    nothing, the form is left ("a=0" for letters and digits, however many) with all punctuation.
    In bodies, query strings and headers the fields inside are looked at in the same way.
    """
    collection, colon, key = name.partition(":")
    upper = collection.upper()
    whole = len(value) <= WINDOW
    text = value[:WINDOW].decode("utf-8", "backslashreplace")
    if not whole:  # what is cut may be half a secret, no longer known by its form
        cut = _LAST_WORD.search(text, max(len(text) - _TAIL, 0))
        text = text[: cut.start()] if cut else text
    if colon and upper.endswith("_NAMES"):
        text = _inside(text)
    elif upper in _COOKIES:
        text = _form(text)
    elif (key or collection).lower() in _COOKIE_HEADERS:
        text = _cookies(text)
    elif is_secret(key or collection):
        return MASKED if value else ""
    else:
        text = _inside(text)
    text = visible(text)
    if len(text) > longest or not whole:
        text = text[: longest - len(_MORE)] + _MORE
    return text


def mask_name(name: str, longest: int = LONGEST) -> str:
    """A variable's full name as it may be shown: a client may put anything into a name."""
    return mask("_NAMES:", name.encode("utf-8", "backslashreplace"), longest)


def _inside(text: str) -> str:
    """Fields inside a text, then forms. Each pattern looks at every byte a fixed number of times:
    names begin only where no name goes on, and nothing that was taken is given back."""
    if '"' in text or "'" in text:
        text = _QUOTED.sub(lambda found: _masked(found[1], found[2], found[4]), text)
        if "name=" in text:
            text = _PART.sub(lambda found: _masked(found[1], found[2], found[3]), text)
    if "=" in text or ":" in text:
        text = _PLAIN.sub(lambda found: _masked(found[1], found[2], found[3]), text)
    if "<" in text:
        text = _ELEMENT.sub(lambda found: _masked(found[1], found[2], found[3]), text)
    return mask_shapes(text)


def _masked(before: str, name: str, value: str) -> str:
    if not value or value == MASKED:
        return before + value
    if is_secret(unquote_plus(name) if "%" in name else name):
        return before + MASKED
    if "%" in value:
        plain = unquote_plus(value)
        if mask_shapes(plain) != plain:
            return before + MASKED
    return before + value


def _cookies(text: str) -> str:
    """`name=value; name=value`: the names, and the form of the values."""
    pairs = (part.partition("=") for part in text.split(";"))
    return ";".join(f"{mask_shapes(name)}{mark}{_form(value)}" for name, mark, value in pairs)


def _form(text: str) -> str:
    return _RUNS.sub(lambda found: "a" if found[1] else "0", text)
