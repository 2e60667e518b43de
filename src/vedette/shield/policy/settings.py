"""The policy of a shield as data; it goes to worker processes as JSON."""

from __future__ import annotations

from typing import Literal

import msgspec

from vedette.shield.exclusion.settings import Exclusion, Patch

Mode = Literal["shadow", "enforce"]
Choice = Literal["open", "closed"]
Over = Literal["pass", "reject"]


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """Where the rules lie. `rules` is a checkout of the Core Rule Set, or a folder of *.conf;
    `setup` its crs-setup.conf ("": found by itself). `before` and `after` are the user's own
    files, around the rules."""

    rules: str
    setup: str = ""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What holds at `path` and below. `paranoia` None: as the setup file says. `sample` is the
    percentage of clients whose requests are judged at all, `canary` of those whose requests are
    blocked where the mode is enforce."""

    path: str = "/"
    mode: Mode = "shadow"
    paranoia: int | None = None
    sample: int = 100
    canary: int = 100


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A website: its names ("*.firm.example"; none: any name) and its places, one of which has the
    path "/"."""

    name: str
    hosts: tuple[str, ...] = ()
    places: tuple[Place, ...] = (Place(),)


class Budgets(msgspec.Struct, frozen=True, kw_only=True):
    """What one request may cost. `body` and `response_body` are the bytes looked at, `nesting` the
    depth of JSON, `cpu_us` processor time in microseconds. `over`: what has more arguments or a
    longer body passes as far as it was not looked at, or is rejected."""

    arguments: int = 1_000
    body: int = 1_048_576
    nesting: int = 128
    response_body: int = 524_288
    cpu_us: int = 250_000
    over: Over = "pass"


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """The answer in place of the website's; `{incident}` in `body` becomes the incident number.
    `status` None: what the rule asks for."""

    status: int | None = None
    body: str = ""
    content_type: str = "text/html; charset=utf-8"


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. The first site whose name fits is taken, else the first. `fail`: what could not be
    judged passes with an alarm, or is refused. `unseen` are parts of requests that the way the
    shield stands in never shows ("body")."""

    pack: Pack
    sites: tuple[Site, ...]
    budgets: Budgets = Budgets()
    fail: Choice = "open"
    page: Page = Page()
    responses: bool = True
    exclusions: tuple[Exclusion, ...] = ()
    patches: tuple[Patch, ...] = ()
    unseen: tuple[str, ...] = ()
