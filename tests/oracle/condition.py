"""The condition of a rule: a recursive-descent parser that yields a nested tuple."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Any

_TOKEN = re.compile(r"\s*(\(|\)|[^\s()]+)")

Tree = tuple[Any, ...]
"""("name", n), ("not", t), ("and", [t]), ("or", [t]), ("count", least, [names])."""


def parse_condition(text: str, names: list[str]) -> Tree:
    """Parse a condition over the search identifiers `names`. Raises ValueError."""
    tokens = _TOKEN.findall(text)
    tree, rest = _or(tokens, names)
    if rest:
        raise ValueError(f"left over in condition: {rest}")
    return tree


def _or(tokens: list[str], names: list[str]) -> tuple[Tree, list[str]]:
    first, tokens = _and(tokens, names)
    parts = [first]
    while tokens and tokens[0].lower() == "or":
        part, tokens = _and(tokens[1:], names)
        parts.append(part)
    return (parts[0] if len(parts) == 1 else ("or", parts)), tokens


def _and(tokens: list[str], names: list[str]) -> tuple[Tree, list[str]]:
    first, tokens = _not(tokens, names)
    parts = [first]
    while tokens and tokens[0].lower() == "and":
        part, tokens = _not(tokens[1:], names)
        parts.append(part)
    return (parts[0] if len(parts) == 1 else ("and", parts)), tokens


def _not(tokens: list[str], names: list[str]) -> tuple[Tree, list[str]]:
    if tokens and tokens[0].lower() == "not":
        inner, tokens = _not(tokens[1:], names)
        return ("not", inner), tokens
    return _primary(tokens, names)


def _primary(tokens: list[str], names: list[str]) -> tuple[Tree, list[str]]:
    if not tokens:
        raise ValueError("condition ends too early")
    token, *rest = tokens
    if token == "(":
        inner, rest = _or(rest, names)
        if not rest or rest[0] != ")":
            raise ValueError("unbalanced brackets in condition")
        return inner, rest[1:]
    if len(rest) >= 2 and rest[0].lower() == "of":
        pattern = rest[1]
        chosen = (
            [name for name in names if not name.startswith("_")]
            if pattern == "them"
            else [name for name in names if fnmatchcase(name, pattern)]
        )
        least = {"all": len(chosen), "any": 1}.get(token.lower())
        return ("count", int(token) if least is None else least, chosen), rest[2:]
    if token not in names:
        raise ValueError(f"condition names {token!r}, which is not there")
    return ("name", token), rest
