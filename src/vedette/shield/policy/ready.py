"""A policy made ready to judge: an engine for each paranoia level, sites by their names."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from vedette.model.errors import ConfigError
from vedette.seclang.request import Request
from vedette.seclang.run.budget import Budget
from vedette.seclang.run.transaction import Engine
from vedette.shield.policy.pack import load_pack
from vedette.shield.policy.places import Places
from vedette.shield.policy.settings import Place, Policy, Site

MOST_LEVEL: Final = 4
_WHOLE: Final = 100


class Standing(msgspec.Struct, frozen=True, eq=False):
    """A place of a site with the engine that judges there."""

    site: str
    place: Place
    engine: Engine


class Ready:
    """Engines are used from one thread at a time, and so is this."""

    def __init__(self, policy: Policy, engines: Mapping[int | None, Engine]) -> None:
        self.policy = policy
        self.engines = dict(engines)
        self._sites = [(_Hosts(site), _places(site, engines)) for site in policy.sites]

    def standing(self, request: Request) -> Standing:
        """What holds for a request."""
        if len(self._sites) == 1:
            return self._sites[0][1].find(request.target)
        host = _host(request)
        for hosts, places in self._sites:
            if hosts.fit(host):
                return places.find(request.target)
        return self._sites[0][1].find(request.target)


def make_ready(policy: Policy, cache: Path | None = None) -> Ready:
    """Load the rules, an engine for each level in use. `cache` is the folder where is kept what
    was read and found out of them. Raises ConfigError with all faults of the rules and of the
    policy."""
    faults = _faults(policy)
    if faults:
        raise ConfigError(faults)
    levels = dict.fromkeys(place.paranoia for site in policy.sites for place in site.places)
    budgets = policy.budgets
    budget = Budget(arguments=budgets.arguments, cpu_us=budgets.cpu_us)
    if cache is not None:
        cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    programs = {level: load_pack(policy, level, cache) for level in levels}
    engines = {
        level: Engine(program, cache=cache, budget=budget) for level, program in programs.items()
    }
    return Ready(policy, engines)


def locate(policy: Policy, request: Request) -> tuple[Site, Place]:
    """The site and the place that hold for a request, where no engine is needed."""
    host = _host(request)
    site = next((site for site in policy.sites if _Hosts(site).fit(host)), policy.sites[0])
    places = Places([(place.path, place) for place in site.places], strictness)
    return site, places.find(request.target)


def strictness(place: Place) -> int:
    """Of two places the one with the greater number is the stricter."""
    share = place.canary if place.mode == "enforce" else 0
    return (share * (MOST_LEVEL + 1) + (place.paranoia or 1)) * 101 + place.sample


def chosen(client: str, percentage: int, purpose: str) -> bool:
    """Whether a client is among the percentage; always the same answer for the same client, in
    every process."""
    if percentage >= _WHOLE:
        return True
    if percentage <= 0:
        return False
    digest = hashlib.blake2b(client.encode(), digest_size=4, person=purpose.encode()).digest()
    return int.from_bytes(digest) % _WHOLE < percentage


def _places(site: Site, engines: Mapping[int | None, Engine]) -> Places[Standing]:
    standings = [
        (place.path, Standing(site.name, place, engines[place.paranoia])) for place in site.places
    ]
    return Places(standings, lambda standing: strictness(standing.place))


class _Hosts:
    def __init__(self, site: Site) -> None:
        names = [name.lower().encode() for name in site.hosts]
        self._names = frozenset(name for name in names if not name.startswith(b"*."))
        self._endings = tuple(name[1:] for name in names if name.startswith(b"*."))

    def fit(self, host: bytes) -> bool:
        if not self._names and not self._endings:
            return True
        return host in self._names or host.endswith(self._endings)


def _host(request: Request) -> bytes:
    for name, value in request.headers:
        if len(name) == 4 and name.lower() == b"host":
            value = value.lower()
            return value if value.startswith(b"[") else value.partition(b":")[0].rstrip(b".")
    return b""


def _faults(policy: Policy) -> list[str]:
    faults = [] if policy.sites else ["sites: none are named"]
    names = [site.name for site in policy.sites]
    faults += [f"site {name} stands twice" for name in sorted(set(names)) if names.count(name) > 1]
    for site in policy.sites:
        paths = [place.path.rstrip("/") or "/" for place in site.places]
        if "/" not in paths:
            faults.append(f"site {site.name}: nothing is said of the path /")
        for path in sorted(set(paths)):
            if not path.startswith("/"):
                faults.append(f"site {site.name}: path {path!r} does not begin with a slash")
            if paths.count(path) > 1:
                faults.append(f"site {site.name}: path {path} stands twice")
    return faults
