"""Whom a provider says somebody is, and what that gives them here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from vedette.console.access.errors import SignOnError
from vedette.console.access.roles import ROLES, Role

MOST_VALUES: Final = 1000


class Identity(msgspec.Struct, frozen=True):
    """`issuer` and `subject` are who it is; `name` is only what they are called. `hint` is the ID
    token, by which the provider knows which of its sessions to end. `back` is where they wanted to
    go."""

    issuer: str
    subject: str
    name: str
    role: Role
    hint: str
    back: str


def name_in(claims: Mapping[str, Any]) -> str:
    for claim in ("preferred_username", "email", "name", "sub"):
        value = claims.get(claim)
        if isinstance(value, str) and value.strip():
            return value[:256]
    return ""


def role_in(claims: Mapping[str, Any], path: str, roles: Mapping[str, Role]) -> Role:
    """The highest role that a value of the claim gives. `path` goes through objects by dots, after
    the whole name was tried (Keycloak: realm_access.roles; others: https://firm.example/roles).
    Raises SignOnError where none does: whoever the provider knows is not let in for that."""
    value: Any = claims.get(path)
    if value is None:
        value = claims
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
    values = value if isinstance(value, list) else [value]
    given = [roles[one] for one in values[:MOST_VALUES] if isinstance(one, str) and one in roles]
    if not given:
        raise SignOnError(
            "your account with the provider has no role in Vedette; ask whoever manages it"
        )
    return max(given, key=ROLES.index)
