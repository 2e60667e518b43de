"""From the texts of a path, a query string, a form or a JSON body to a Struct."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from vedette.console.faults import RequestError

LONGEST_TEXT: Final = 16_384
"""Characters of a parameter in an address."""
_PARAMETER: Final = re.compile(r"\{(\w+)(?::path)?\}")


def path_parameters(path: str) -> list[str]:
    """The names in braces."""
    return _PARAMETER.findall(path)


def from_pairs(
    kind: type[Any],
    pairs: Iterable[tuple[str, Any]],
    path: Mapping[str, str],
    blanks: bool = True,
) -> Any:
    """A Struct of `kind` from texts. What it does not know is refused, so that a slip of the pen
    is no silent default. With `blanks` an empty text stands for what was left out, as browsers
    send the fields of a form that nobody filled in. Raises RequestError."""
    fields = {each.encode_name: each for each in msgspec.structs.fields(kind)}
    given: dict[str, Any] = {}
    for name, value in [*pairs, *path.items()]:
        field = fields.get(name)
        if field is None:
            known = ", ".join(sorted(fields)) or "none"
            raise RequestError("malformed", f"{name}: no such parameter here; there are: {known}")
        if blanks and value == "" and name not in path and not field.required:
            continue
        if _is_many(field.type):
            given.setdefault(name, []).append(value)
        elif name in given:
            raise RequestError("malformed", f"{name}: is there twice; give it once")
        else:
            given[name] = value
    return convert(kind, given)


def convert(kind: type[Any], given: Any) -> Any:
    """Raises RequestError."""
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as error:
        raise RequestError("invalid", str(error)) from error


def from_json(kind: type[Any], body: bytes, path: Mapping[str, str]) -> Any:
    """A Struct of `kind` from a JSON object and the path. Raises RequestError."""
    try:
        given = msgspec.json.decode(body or b"{}", type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RequestError("malformed", f"the body is no JSON object: {error}") from error
    except RecursionError as error:
        raise RequestError("malformed", "the body is nested too deeply") from error
    fields = {each.encode_name for each in msgspec.structs.fields(kind)}
    if strange := sorted(set(given) - (fields - set(path))):
        known = ", ".join(sorted(fields - set(path))) or "none"
        raise RequestError("malformed", f"{strange[0]}: no such field; there are: {known}")
    try:
        return msgspec.convert({**given, **_typed(kind, path)}, kind)
    except msgspec.ValidationError as error:
        raise RequestError("invalid", str(error)) from error


def _typed(kind: type[Any], path: Mapping[str, str]) -> dict[str, Any]:
    types = {each.encode_name: each.type for each in msgspec.structs.fields(kind)}
    try:
        return {
            name: msgspec.convert(value, types[name], strict=False) for name, value in path.items()
        }
    except msgspec.ValidationError as error:
        raise RequestError("invalid", str(error)) from error


def _is_many(kind: Any) -> bool:
    origin = getattr(kind, "__origin__", None)
    while origin is not None and origin not in (tuple, list):  # Annotated
        origin = getattr(origin, "__origin__", None)
    return origin is not None
