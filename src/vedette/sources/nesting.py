"""Dotted keys as nested objects: `{"id.orig_h": x}` means `{"id": {"orig_h": x}}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MAX_PARTS = 32


def nest(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with its dotted top-level keys nested. A key whose place is taken by a value
    that is no object keeps its dots, so that nothing is lost."""
    nested: dict[str, Any] = {}
    for key, value in record.items():
        if "." not in key:
            if isinstance(value, dict) and isinstance(nested.get(key), dict):
                nested[key] = {**nested[key], **value}
            else:
                nested[key] = dict(value) if isinstance(value, dict) else value
            continue
        *path, last = key.split(".", MAX_PARTS)
        holder = nested
        for part in path:
            inner = holder.setdefault(part, {})
            if not isinstance(inner, dict):
                holder, last = nested, key
                break
            holder = inner
        if last in holder:
            holder, last = nested, key
        holder[last] = value
    return nested
