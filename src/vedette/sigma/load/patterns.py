"""Sigma strings: wildcards, escapes and placeholders to parts, and what modifiers make of parts.

Sources: Sigma rules specification 2.1, "String Wildcard", "Escaping" and "Placeholders"; modifiers
appendix 2.1, "Encoding" and `windash`.
"""

from __future__ import annotations

import base64
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from vedette.sigma.ir import ANY, ONE

Part = str | int | bytes
Parts = tuple[Part, ...]
"""Literal runs and the marks ANY and ONE. Bytes are a run that was encoded in UTF-16."""

DASHES: Final = "-/\u2013\u2014\u2015"
"""What `windash` exchanges: hyphen, slash, en dash, em dash, horizontal bar."""

MAX_VARIANTS: Final = 4096
"""Patterns that one value may become."""

_SPECIAL: Final = re.compile(r"\\[\\*?]|[*?]")
_PLACEHOLDER: Final = re.compile(r"\\[\\*?%]|[*?]|%(?P<name>[\w.-]+)%")
_FLAG: Final = re.compile(rf"\B[{re.escape(DASHES)}]\b")
"""A dash that begins a word, as the dash of a command line flag does."""


class PatternError(ValueError):
    """A value that a modifier can't take; `fix` says what to do."""

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what)
        self.fix = fix


def merged(parts: Sequence[Part]) -> Parts:
    """Neighbouring literals joined, empty ones left out, runs of `*` reduced to one."""
    out: list[Part] = []
    for part in parts:
        if isinstance(part, int):
            if not (part == ANY and out and out[-1] == ANY):
                out.append(part)
        elif part and out and type(out[-1]) is type(part):
            out[-1] += part  # type: ignore[operator]  # both are text or both are bytes
        elif part:
            out.append(part)
    return tuple(out)


def parse(text: str) -> Parts:
    """A Sigma string as parts: `*` and `?` are wildcards, a backslash before `*`, `?` or a
    backslash makes it plain, any other backslash is plain itself."""
    if "*" not in text and "?" not in text and "\\\\" not in text:
        return (text,) if text else ()
    out: list[Part] = []
    at = 0
    for found in _SPECIAL.finditer(text):
        out.append(text[at : found.start()])
        out.append(_special(found[0]))
        at = found.end()
    out.append(text[at:])
    return merged(out)


def _special(match: str) -> Part:
    if match == "*":
        return ANY
    if match == "?":
        return ONE
    return match[1]


def placeholders(text: str) -> tuple[str, ...]:
    """The names of the placeholders in a value that `expand` applies to, in order."""
    return tuple(m["name"] for m in _PLACEHOLDER.finditer(text) if m["name"] is not None)


def expanded(text: str, values: Mapping[str, Sequence[str]]) -> list[Parts]:
    """A string with `%name%` placeholders as one pattern per combination of their values, which
    are Sigma strings themselves. `\\%` is a plain percent sign. Every name must be in `values`.
    """
    choices: list[list[Parts]] = []
    at = 0
    for found in _PLACEHOLDER.finditer(text):
        choices.append([(text[at : found.start()],)])
        name = found["name"]
        if name is not None:
            choices.append([parse(value) for value in values[name]])
        else:
            choices.append([(_special(found[0]),)])
        at = found.end()
    choices.append([(text[at:],)])
    return [merged(tuple(itertools.chain(*chosen))) for chosen in _product(choices)]


def expanded_regexes(text: str, values: Mapping[str, Sequence[str]]) -> list[str]:
    """A regular expression with placeholders, each replaced by the expression of its values."""
    choices: list[list[str]] = []
    at = 0
    for found in _PLACEHOLDER.finditer(text):
        name = found["name"]
        if name is None:
            continue
        choices.append([text[at : found.start()]])
        choices.append([as_regex(parse(value)) for value in values[name]])
        at = found.end()
    choices.append([text[at:]])
    return ["".join(chosen) for chosen in _product(choices)]


def as_regex(parts: Parts) -> str:
    """The expression that matches what the parts match, without anchors."""
    marks = {ANY: ".*", ONE: "."}
    return "".join(marks[p] if isinstance(p, int) else re.escape(_text(p)) for p in parts)


def _product(choices: list[list[Parts]] | list[list[str]]) -> Iterator[tuple]:  # type: ignore[type-arg]  # of parts or of texts
    size = 1
    for choice in choices:
        size *= len(choice)
        if size > MAX_VARIANTS:
            raise PatternError(
                f"the value stands for more than {MAX_VARIANTS} patterns",
                "use fewer placeholders or dashes in one value",
            )
    return itertools.product(*choices)


def windash(parts: Parts) -> list[Parts]:
    """Every way to write the flags in `parts` with the five dashes."""
    choices: list[list[Parts]] = []
    for part in parts:
        if not isinstance(part, str):
            choices.append([(part,)])
            continue
        at = 0
        for found in _FLAG.finditer(part):
            choices.append([(part[at : found.start()],)])
            first = found[0]
            choices.append([(dash,) for dash in (first, *DASHES.replace(first, ""))])
            at = found.end()
        choices.append([(part[at:],)])
    return [merged(tuple(itertools.chain(*chosen))) for chosen in _product(choices)]


def _text(part: str | bytes) -> str:
    if isinstance(part, str):
        return part
    try:
        return part.decode()
    except UnicodeDecodeError:
        raise PatternError(
            "the UTF-16 form of the value is no text",
            "encode it further with base64 or base64offset",
        ) from None


def finished(parts: Parts) -> tuple[str | int, ...]:
    """The parts with every run as text. Raises PatternError where UTF-16 bytes are none."""
    if not any(isinstance(part, bytes) for part in parts):
        return parts  # type: ignore[return-value]  # no bytes are in it, as just tested
    return tuple(part if isinstance(part, int) else _text(part) for part in parts)


def _utf16(encoding: str, mark: bytes = b"") -> Callable[[Parts], list[Parts]]:
    def encode(parts: Parts) -> list[Parts]:
        out: list[Part] = [mark] if mark else []
        for part in parts:
            run = part if isinstance(part, int) else _text(part).encode(encoding, "surrogatepass")
            out.append(run)
        return [merged(out)]

    return encode


def _run(parts: Parts) -> bytes:
    """The one literal run of a value that is to be encoded in Base64."""
    if any(isinstance(part, int) for part in parts):
        raise PatternError(
            "a value with wildcards can't be encoded in Base64",
            r"write the wildcard as \* or \?, or put contains after the encoding",
        )
    return b"".join(
        part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogatepass")
        for part in parts
    )


def _base64(parts: Parts) -> list[Parts]:
    return [merged((base64.b64encode(_run(parts)).decode(),))]


def _base64offset(parts: Parts) -> list[Parts]:
    """The three forms that the value has inside a longer Base64 text, without the characters
    that its neighbours decide."""
    run = _run(parts)
    forms: list[Parts] = []
    for shift, begin in enumerate((0, 2, 3)):
        code = base64.b64encode(b" " * shift + run).decode()
        end = (None, -3, -2)[(len(run) + shift) % 3]
        form = code[begin:end]
        if not form:
            raise PatternError(
                "the value is too short to be found inside Base64",
                "write at least three characters",
            )
        forms.append((form,))
    return forms


ENCODERS: Final[dict[str, Callable[[Parts], list[Parts]]]] = {
    "base64": _base64,
    "base64offset": _base64offset,
    "utf16le": _utf16("utf-16-le"),
    "wide": _utf16("utf-16-le"),
    "utf16be": _utf16("utf-16-be"),
    "utf16": _utf16("utf-16-le", b"\xff\xfe"),
}
