"""From what pydantic says to `file:line:column: key: what is wrong; what to do`."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Iterable, Sequence
from typing import Any, cast

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from vedette.engine.config.schema import Config
from vedette.model.yaml_tree import Mark, Node

Loc = Sequence[str | int]


def faults_of(error: ValidationError, root: Node) -> list[str]:
    """One line for every error, in the order of their places, without repeats."""
    lines: list[tuple[Mark, str]] = []
    for item in error.errors(include_url=False, include_input=False):
        loc = item["loc"]
        mark, key = locate(root, loc, absent=item["type"] == "missing")
        field = _field(loc)
        text = _text(item["type"], item["msg"], item.get("ctx", {}), loc, field)
        lines.append((mark, f"{mark}: {key}: {text}" if key else f"{mark}: {text}"))
    lines.sort(key=lambda line: (line[0].file, line[0].line, line[0].column))
    return list(dict.fromkeys(text for _, text in lines))


def locate(root: Node, loc: Loc, *, absent: bool = False) -> tuple[Mark, str]:
    """The mark of what `loc` points to and its dotted key, `sources[0].paths`.

    A part of `loc` that is not in the tree is the name of a union's member and is passed over;
    if `absent`, the last part is a key that is missing, placed at the map that
    lacks it.
    """
    node, mark, key = root, root.mark, ""
    for index, part in enumerate(loc):
        if isinstance(node.value, dict) and part in node.value:
            node, mark = node.value[part], node.keys[cast(str, part)]
            key += f".{part}" if key else str(part)
        elif isinstance(node.value, list) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            mark = node.mark
            key += f"[{part}]"
        elif absent and index == len(loc) - 1:
            key += f".{part}" if key else str(part)
    return mark, key


def _text(kind: str, message: str, ctx: dict[str, Any], loc: Loc, field: FieldInfo | None) -> str:
    about = f" ({field.description.rstrip('.')})" if field and field.description else ""
    if kind == "missing":
        return f"is missing; add it{about}"
    if kind == "extra_forbidden":
        known = sorted(_keys(_model(loc[:-1])))
        near = difflib.get_close_matches(str(loc[-1]), known, 1, 0.6)
        hint = f"did you mean `{near[0]}`?" if near else f"known here: {', '.join(known)}"
        return f"is not a known key; {hint}"
    if kind == "value_error":
        return _shortened(str(ctx["error"]))
    if kind == "union_tag_not_found":
        return f"has no kind; add kind: with one of {_tags(loc)}"
    if kind == "union_tag_invalid":
        near = difflib.get_close_matches(str(ctx["tag"]), _tags(loc).split(", "), 1, 0.5)
        also = f" (did you mean {near[0]}?)" if near else ""
        return f"{ctx['tag']!r} is no kind; write one of {_tags(loc)}{also}"
    if kind == "literal_error":
        return f"is not one of the words known here; write {ctx['expected'].replace(chr(39), '')}"
    if kind == "string_pattern_mismatch":
        return f"does not have the right form {ctx['pattern']}; change it{about}"
    what = message[0].lower() + message[1:]
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        what = "should be a map of keys to values"
    return _shortened(f"{what}; change it{about}")


def _shortened(text: str) -> str:
    """Keep both ends of a text that repeats an overlong value."""
    return text if len(text) <= 600 else f"{text[:200]} [...] {text[-300:]}"


def _model(loc: Loc) -> type[BaseModel] | None:
    """The model that `loc` leads to, from the top of the configuration."""
    types: list[Any] = [Config]
    for part in loc:
        types = list(_step(types, part))
    return next((item for item in types if _is_model(item)), None)


def _step(types: Iterable[Any], part: str | int) -> Iterable[Any]:
    for item in types:
        if _is_model(item):
            field = _keys(item).get(str(part))
            if field is not None:
                yield from _unwrapped(field.annotation)
            elif _kind(item) == part:
                yield item
        elif typing.get_origin(item) is list and isinstance(part, int):
            yield from _unwrapped(typing.get_args(item)[0])


def _unwrapped(annotation: Any) -> Iterable[Any]:
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        yield from _unwrapped(typing.get_args(annotation)[0])
    elif origin is not None and origin not in (list, dict, typing.Literal):
        for argument in typing.get_args(annotation):
            yield from _unwrapped(argument)
    else:
        yield annotation


def _is_model(item: Any) -> bool:
    return isinstance(item, type) and issubclass(item, BaseModel)


def _keys(model: type[BaseModel] | None) -> dict[str, FieldInfo]:
    fields = model.model_fields.items() if model else ()
    return {field.alias or name: field for name, field in fields}


def _kind(model: type[BaseModel]) -> str | None:
    field = model.model_fields.get("kind")
    return typing.get_args(field.annotation)[0] if field else None


def _tags(loc: Loc) -> str:
    types: list[Any] = [Config]
    for part in loc:
        types = list(_step(types, part))
    return ", ".join(_kind(item) or "" for item in types if _is_model(item))


def _field(loc: Loc) -> FieldInfo | None:
    """The innermost field on the way of `loc`, whose description helps the reader."""
    for end in range(len(loc), 0, -1):
        field = _keys(_model(loc[: end - 1])).get(str(loc[end - 1]))
        if field is not None:
            return field
    return None
