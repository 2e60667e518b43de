"""Exclusions learned from the first fortnight of the harmless traffic, as the shadow shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from benchmarks.shieldbench.benign.site import Visit
from vedette.seclang.run.transaction import Engine
from vedette.shield.blame import parameters, reasons
from vedette.shield.exclusion.seclang import IN_FORCE, seclang_of
from vedette.shield.exclusion.settings import Exclusion
from vedette.shield.replay.template import path_template

LEAST_CLIENTS = 3
"""Distinct clients on whose requests a rule spoke, for an exclusion."""


def naive(engine: Engine, visits: Iterable[tuple[str, Visit]]) -> tuple[Exclusion, ...]:
    """Every rule leaves alone whatever it found in blocked requests of several clients."""
    clients: dict[tuple[str, str, str, str, int], set[str]] = defaultdict(set)
    for site, visit in visits:
        stop = engine.inspect(visit.request, visit.body)
        if stop.intervention is None:
            continue
        path = path_template(visit.request.target)
        for match in reasons(stop.matches, stop.intervention.rule):
            for parameter in parameters(match):
                target = parameter if ":" in parameter else ""
                key = (site, host_of(visit), path, target, match.id)
                clients[key].add(visit.client)
    found = [key for key, seen in sorted(clients.items()) if len(seen) >= LEAST_CLIENTS]
    made = [
        Exclusion(number=number, site=site, hosts=(host,), path=path, target=target, rule=rule)
        for number, (site, host, path, target, rule) in enumerate(found, 1)
    ]
    return tuple(each for each in made if not seclang_of([each], (), IN_FORCE).left_out)


def host_of(visit: Visit) -> str:
    """The name of the website that a visit asks for."""
    return next(v.decode() for k, v in visit.request.headers if k.lower() == b"host")
