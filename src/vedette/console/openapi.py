"""The OpenAPI 3.1 document, made from the table that the routes are made from."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from vedette import __version__
from vedette.console.faults import KINDS, Problem
from vedette.console.parameters import path_parameters
from vedette.console.table import API, Act, Table, View

_REF: Final = "#/components/schemas/{name}"


def document(table: Table, base: str) -> dict[str, Any]:
    """The document. `base` is the address of this console."""
    kinds: list[Any] = [Problem]
    for entry in table:
        if entry.api and not (isinstance(entry, View) and entry.produce):
            kinds.append(entry.answer)
        if entry.api:
            kinds.append(entry.query if isinstance(entry, View) else entry.body)
    shapes, components = msgspec.json.schema_components(kinds, ref_template=_REF)
    made = dict(zip(kinds, shapes, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for entry in table:
        if not entry.api:
            continue
        method = "get" if isinstance(entry, View) else "post"
        paths.setdefault(API + _plain(entry.path), {})[method] = _operation(entry, made, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Vedette",
            "version": __version__,
            "description": "All that the console can do. Lists page by `cursor`. Writes take an "
            "`Idempotency-Key`: the same key gives the same answer for a day. Times are "
            "microseconds since the epoch, UTC.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": base}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "vdt_..."}
            },
        },
        "security": [{"token": []}],
    }


def _operation(
    entry: View | Act, made: dict[Any, Any], components: dict[str, Any]
) -> dict[str, Any]:
    in_path = path_parameters(entry.path)
    told: dict[str, Any] = {
        "operationId": entry.name,
        "summary": entry.summary,
        "tags": [entry.name.partition(".")[0]],
        "description": f"Role: {entry.role}. Scope of a token: {entry.scope}.",
    }
    kind = entry.query if isinstance(entry, View) else entry.body
    shape = _resolved(made[kind], components)
    fields = shape.get("properties", {})
    required = set(shape.get("required", ()))
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": fields[name]} for name in in_path
    ]
    if isinstance(entry, View):
        parameters += [
            {"name": name, "in": "query", "required": name in required, "schema": field}
            for name, field in fields.items()
            if name not in in_path
        ]
    else:
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "schema": {"type": "string", "minLength": 1, "maxLength": 200},
            }
        )
        body = {
            "type": "object",
            "properties": {name: each for name, each in fields.items() if name not in in_path},
            "required": sorted(required - set(in_path)),
            "additionalProperties": False,
        }
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    if parameters:
        told["parameters"] = parameters
    if isinstance(entry, View) and entry.produce:
        right: dict[str, Any] = {"*/*": {"schema": {}}}  # a file
    else:
        right = {"application/json": {"schema": made[entry.answer]}}
    wrong = {"application/problem+json": {"schema": made[Problem]}}
    told["responses"] = {"200": {"description": "It is so.", "content": right}} | {
        str(status): {"description": title, "content": wrong}
        for status, title in sorted(dict(KINDS.values()).items())
        if status not in (405, 421)
    }
    return told


def _resolved(shape: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    reference = shape.get("$ref")
    found: dict[str, Any] = components[reference.rpartition("/")[2]] if reference else shape
    return found


def _plain(path: str) -> str:
    return re.sub(r":path\}", "}", path)
