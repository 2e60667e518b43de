"""Reads Authentication-Results and ARC-Authentication-Results (RFC 8601 2.2)."""

from __future__ import annotations

import re
from typing import Final

import msgspec

MAX_HEADER: Final = 16_384
MAX_METHODS: Final = 64

_COMMENT: Final = re.compile(r"\([^()\\]*(?:\\.[^()\\]*)*\)")
_TOKEN: Final = re.compile(
    r'\s*([A-Za-z][\w.-]*(?:\s*/\s*\d+)?)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;"]+)', re.ASCII
)
_POLICY: Final = re.compile(r"\bp=(none|quarantine|reject)\b", re.IGNORECASE)


class MethodResult(msgspec.Struct, frozen=True):
    """One `method=result` with its properties ("header.d", "smtp.mailfrom", ...; lower case
    keys), and the policy that a comment or property names."""

    method: str
    result: str
    properties: dict[str, str]
    policy: str = ""


class Results(msgspec.Struct, frozen=True):
    """A header's content: who says it (lower case) and what. `instance` is that of an ARC set, 0
    otherwise."""

    authserv_id: str
    methods: tuple[MethodResult, ...]
    instance: int = 0


def read_results(value: str) -> Results | None:
    """Take an (unfolded) header apart; None where it is none. Never raises."""
    statements = _statements(value[:MAX_HEADER])
    if not statements:
        return None
    instance = 0
    first = _bare(statements[0]).strip()
    found = re.fullmatch(r"i\s*=\s*(\d{1,3})", first)
    if found:
        instance = int(found.group(1))
        statements = statements[1:]
        first = _bare(statements[0]).strip() if statements else ""
    words = first.split()
    if not words or "=" in words[0]:
        return None
    methods = [made for text in statements[1 : MAX_METHODS + 1] if (made := _method(text))]
    return Results(words[0].strip('"').lower(), tuple(methods), instance)


def _statements(value: str) -> list[str]:
    """The parts between semicolons that stand in no comment and no quotes."""
    parts: list[str] = []
    start, depth, quoted, at = 0, 0, False, 0
    while at < len(value):
        char = value[at]
        if char == "\\":
            at += 1
        elif char == '"' and not depth:
            quoted = not quoted
        elif not quoted:
            if char == "(":
                depth += 1
            elif char == ")" and depth:
                depth -= 1
            elif char == ";" and not depth:
                parts.append(value[start:at])
                start = at + 1
        at += 1
    parts.append(value[start:])
    return parts


def _bare(text: str) -> str:
    """Without comments, nested ones included."""
    for _ in range(5):
        shorter = _COMMENT.sub(" ", text)
        if shorter == text:
            break
        text = shorter
    return text


def _method(text: str) -> MethodResult | None:
    pairs = [(key.lower(), value) for key, value in _TOKEN.findall(_bare(text))]
    if not pairs:
        return None
    method = pairs[0][0].partition("/")[0].strip()
    properties = {key: _unquoted(value) for key, value in pairs[1:]}
    policy = properties.get("policy.published-domain-policy", properties.get("policy.p", ""))
    comment = _POLICY.search(text)
    if not policy and comment:
        policy = comment.group(1)
    return MethodResult(method, _unquoted(pairs[0][1]).lower(), properties, policy.lower())


def _unquoted(value: str) -> str:
    if value.startswith('"') and value.endswith('"') and len(value) > 1:
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value
