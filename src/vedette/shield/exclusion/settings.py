"""Exclusions and virtual patches as data."""

from __future__ import annotations

import msgspec


class Exclusion(msgspec.Struct, frozen=True, kw_only=True):
    """A rule (`rule`), or all rules of a tag (`tag`), leave `target` alone.

    `target` is a parameter as reports name it ("ARGS:q", "ARGS:json.items.array_*.name"); "":
    the rule is not run at all there. `path` is a template ("/shop/item/{number}"); "": everywhere
    on the site. `hosts` are the site's names, none: any. `number` names the exclusion to people;
    `applied` is in microseconds since the epoch.
    """

    number: int
    site: str
    hosts: tuple[str, ...] = ()
    path: str = ""
    target: str = ""
    rule: int = 0
    tag: str = ""
    reason: str = ""
    by: str = ""
    applied: int = 0


class Patch(msgspec.Struct, frozen=True, kw_only=True):
    """A virtual patch: at `path` (and nowhere else), every value of `target` must match `only`, or
    must not match `never`; the whole value, for `only`. Otherwise the request is blocked."""

    number: int
    site: str
    hosts: tuple[str, ...] = ()
    path: str
    target: str
    only: str = ""
    never: str = ""
    reason: str = ""
    by: str = ""
    applied: int = 0
