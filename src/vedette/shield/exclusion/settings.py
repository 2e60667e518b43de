"""Exclusions and virtual patches as data."""

from __future__ import annotations

from collections.abc import Collection

import msgspec


class Exclusion(msgspec.Struct, frozen=True, kw_only=True):
    """A rule (`rule`), several (`rules`), or all rules of a tag (`tag`), leave `target` alone.

    `target` is a parameter as reports name it ("ARGS:q", "ARGS:json.items.array_*.name"), or all
    arguments whose names end with a word ("ARGS:**title": `title`, `page_title`, `json.a.title`,
    `issue[title]`); "": the rule is not run at all there. `path` is a template
    ("/shop/item/{number}"); "": everywhere on the site. `only` is a regular expression: the
    exclusion holds for requests in which every value of the target is wholly of it ("": whatever
    the values are). `hosts` are the site's names, none: any. `number` names the exclusion to
    people; `applied` is in microseconds since the epoch.
    """

    number: int
    site: str
    hosts: tuple[str, ...] = ()
    path: str = ""
    target: str = ""
    rule: int = 0
    rules: tuple[int, ...] = ()
    tag: str = ""
    only: str = ""
    reason: str = ""
    by: str = ""
    applied: int = 0

    def holds_for(self, rule: int, tags: Collection[str]) -> bool:
        """Whether it is about a rule that has these tags."""
        if self.tag:
            return self.tag in tags
        return rule in self.rules if self.rules else rule == self.rule


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
