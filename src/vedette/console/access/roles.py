"""Roles of people and scopes of API tokens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, get_args

from vedette.console.access.errors import PolicyError

Role = Literal["viewer", "analyst", "responder", "admin"]
Scope = Literal["read", "write:incidents", "write:actions", "write:rules", "ingest", "admin"]

ROLES: Final[tuple[Role, ...]] = get_args(Role)
"""Ascending: each may do what those before it may."""

SCOPES: Final[Mapping[Scope, Role]] = {
    "read": "viewer",
    "write:incidents": "analyst",
    "write:rules": "analyst",
    "write:actions": "responder",
    "ingest": "responder",
    "admin": "admin",
}
"""The least role whose tokens may have a scope. Events that are sent in make actions happen, so
sending them is a responder's."""


def at_least(has: Role, needed: Role) -> bool:
    return ROLES.index(has) >= ROLES.index(needed)


def role_named(text: str) -> Role:
    """Raises PolicyError."""
    for role in ROLES:
        if role == text:
            return role
    raise PolicyError(f"{text[:40]!a} is no role; write one of {', '.join(ROLES)}")


def scopes_within(role: Role, wanted: Iterable[str]) -> tuple[Scope, ...]:
    """The scopes named, each once. Raises PolicyError for one that is none or is above `role`."""
    chosen: list[Scope] = []
    for text in dict.fromkeys(wanted):
        scope = next((one for one in SCOPES if one == text), None)
        if scope is None:
            raise PolicyError(f"{text[:40]!a} is no scope; known are {', '.join(SCOPES)}")
        if not at_least(role, SCOPES[scope]):
            raise PolicyError(f"{scope} needs the role {SCOPES[scope]}, which is above {role}")
        chosen.append(scope)
    if not chosen:
        raise PolicyError(f"a token without a scope is of no use; choose of {', '.join(SCOPES)}")
    return tuple(chosen)
