"""Exclusions proposed from the first fortnight of the harmless traffic, as the shadow does it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from benchmarks.shieldbench.benign.site import Visit
from vedette.seclang.run.transaction import Engine
from vedette.shield.exclusion.settings import Exclusion
from vedette.shield.guard.guard import ShieldGuard
from vedette.shield.guard.outlet import Collected
from vedette.shield.policy.ready import Ready
from vedette.shield.policy.settings import Policy, Site
from vedette.shield.shadow.proposals import propose
from vedette.shield.shadow.samples import Sample
from vedette.shield.shadow.seen import Seen, seen_of


def shadowed(policy: Policy, hosts: Mapping[str, tuple[str, ...]]) -> Policy:
    """The same with a site for each name, all of them in the shadow."""
    places = policy.sites[0].places
    sites = tuple(Site(name=name, hosts=host, places=places) for name, host in hosts.items())
    return msgspec.structs.replace(policy, sites=sites)


@dataclass(frozen=True)
class Learned:
    """What the shadow saw of the sites, which have these names."""

    seen: tuple[Seen, ...]
    hosts: Mapping[str, tuple[str, ...]]
    engine: Engine

    def exclusions(
        self, samples: Sequence[Sample] = (), *, alone: bool = False
    ) -> tuple[Exclusion, ...]:
        """All that is proposed. `samples` are attacks that tell what an exclusion gives up.
        `alone`: no site learns from another."""
        made: list[Exclusion] = []
        for sites in [[site] for site in self.hosts] if alone else [list(self.hosts)]:
            proposals = propose(
                [seen for seen in self.seen if seen.site in sites],
                hosts=self.hosts,
                programs=dict.fromkeys(self.hosts, self.engine.program),
                samples=dict.fromkeys(sites, samples),
            )
            made += (each.exclusion for each in proposals)
        return tuple(
            msgspec.structs.replace(each, number=number) for number, each in enumerate(made, 1)
        )


def learned(policy: Policy, engine: Engine, visits: Iterable[tuple[str, Visit]]) -> Learned:
    """What the shadow saw after these visits. `engine` has the policy's rules."""
    given = sorted(visits, key=lambda each: each[1].request.received)
    hosts = {site: (host_of(visit),) for site, visit in given}
    level = policy.sites[0].places[0].paranoia
    kept = Collected()
    clock = [given[0][1].request.received if given else 0]
    guard = ShieldGuard(Ready(shadowed(policy, hosts), {level: engine}), kept, now=lambda: clock[0])
    for _, visit in given:
        clock[0] = visit.request.received
        made = guard.visit(visit.request)
        _ = made.headers() or made.body(visit.body, cut=False)
        made.end()
    guard.close()
    found = (seen for record in kept.records if (seen := seen_of(record)) is not None)
    return Learned(tuple(found), hosts, engine)


def host_of(visit: Visit) -> str:
    """The name of the website that a visit asks for."""
    return next(v.decode() for k, v in visit.request.headers if k.lower() == b"host")
