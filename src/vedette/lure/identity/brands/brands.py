"""Agencies, networks and application systems: their names, hosts and imitations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final, Literal

import msgspec

from vedette.lure.identity.claims.names import Folded, Names
from vedette.lure.identity.domains import domain_of, is_under, organisational_domain
from vedette.lure.identity.entries import Agency, Employer, Network, TrackingSystem
from vedette.lure.identity.lookalike.index import LookalikeIndex
from vedette.lure.identity.tenants import template_host
from vedette.scan.memo import Memo

BrandKind = Literal["agency", "network", "system"]

SHORTEST: Final = 5
"""Domain labels shorter than this are too many people's to be protected without a name beside."""


class Brand(msgspec.Struct, frozen=True):
    """One of them. `common`: its name is also an ordinary word or a person's. `marks` are
    words (lower case) that only its own mails use."""

    kind: BrandKind
    name: str
    names: tuple[str, ...]
    hosts: tuple[str, ...]
    common: bool = False
    marks: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """What stands before the suffix in its domains, each once."""
        return tuple(dict.fromkeys(domain_of(host).label for host in self.hosts))

    def owns(self, host: str) -> bool:
        """Whether the host (lower case) is the service's own."""
        return any(is_under(host, own) for own in self.hosts)


class Brands:
    """All of them. Read-only apart from a bounded memory of hosts."""

    def __init__(
        self,
        agencies: Iterable[Agency],
        networks: Iterable[Network],
        systems: Iterable[TrackingSystem],
        nearby: Collection[str] = (),
        prefixes: Sequence[str] = (),
        endings: Sequence[str] = (),
    ) -> None:
        import ahocorasick_rs

        self.all: tuple[Brand, ...] = (
            *(Brand("agency", a.name, (a.name, *a.aliases), a.domains, a.common) for a in agencies),
            *(
                Brand("network", n.name, (n.name, *n.aliases), n.domains, n.common, _marks(n))
                for n in networks
            ),
            *(Brand("system", s.name, (s.name, *s.aliases), _hosts(s), s.common) for s in systems),
        )
        self.networks = tuple(brand for brand in self.all if brand.kind == "network")
        self._marks = list(dict.fromkeys(word for brand in self.networks for word in brand.marks))
        self._marking: Any = ahocorasick_rs.AhoCorasick(self._marks)
        stand_ins = [_stand_in(at, brand) for at, brand in enumerate(self.all)]
        self.names = Names(stand_ins, prefixes, endings)
        self._index = LookalikeIndex(stand_ins, nearby)
        self._imitated: Memo[str, tuple[Brand | None]] = Memo()

    def imitated(self, host: str) -> Brand | None:
        """The service whose domain the host (lower case, nobody's that is known) imitates."""
        known = self._imitated.get(host)
        if known is None:
            known = (self._find(host),)
            self._imitated.put(host, known, len(host))
        return known[0]

    def marked(self, text: str) -> list[Brand]:
        """The networks of whose own words one stands in a folded text, in their order."""
        hits = self._marking.find_matches_as_indexes(text, overlapping=True)
        found = {self._marks[number] for number, _, _ in hits}
        if not found:
            return []
        return [brand for brand in self.networks if not found.isdisjoint(brand.marks)]

    def named(self, folded: Folded) -> list[tuple[Brand, int, int]]:
        """The services named in a line, with the places of their names in the folded text."""
        return [(self.of(hit.employer), hit.begin, hit.end) for hit in self.names.find(folded)]

    def of(self, key: str) -> Brand:
        """The brand behind the key that `names` gives with a hit."""
        return self.all[int(key)]

    def _find(self, host: str) -> Brand | None:
        found = self._index.find(host)
        if found is None:
            return None
        brand = self.of(found.employer)
        # Employers name hosts of their own after the system behind them: workday.jobs.acme.example
        whole = found.how != "subdomain" or any(f"{own}." in host for own in brand.hosts)
        return brand if whole else None


def _stand_in(at: int, brand: Brand) -> Employer:
    """The brand in the shape that the indexes of names and of look-alikes take."""
    names = [_squeezed(name) for name in brand.names]
    bearing = [
        label
        for label in brand.labels
        if len(label) >= SHORTEST
        and any(_squeezed(label) in name or name in _squeezed(label) for name in names)
    ]
    labels = () if brand.common else tuple(bearing)
    return Employer(
        key=str(at),
        name=brand.name,
        country="",
        sector="industry",
        domains=brand.hosts,
        aliases=brand.names[1:],
        ambiguous=brand.names if brand.common else (),
        lookalike_sensitive=labels,
    )


def _marks(network: Network) -> tuple[str, ...]:
    return tuple(word.lower() for word in (*network.legal, *network.only))


def _squeezed(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())


def _hosts(system: TrackingSystem) -> tuple[str, ...]:
    templates = map(template_host, (*system.mail, *system.links))
    return tuple(dict.fromkeys((*templates, *map(organisational_domain, system.signs))))
