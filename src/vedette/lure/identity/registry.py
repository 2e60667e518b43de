"""The registry: who owns which domain, and who may speak for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

from vedette.lure.identity.domains import ascii_host, domain_of
from vedette.lure.identity.entries import Agency, Employer, Network, TrackingSystem
from vedette.lure.identity.tenants import Tenants
from vedette.scan.memo import Memo

if TYPE_CHECKING:
    from vedette.lure.identity.brands.brands import Brands
    from vedette.lure.identity.claims.names import Names
    from vedette.lure.identity.claims.words import ClaimWords, Contexts
    from vedette.lure.identity.lookalike.index import Lookalike, LookalikeIndex

T = TypeVar("T")

MAX_LABELS: Final = 12
"""Of a host name, the last so many labels are looked up."""


class Registry:
    """Everything known about employers, agencies, networks and application systems.

    Read-only after it was made, apart from bounded memories of answers; not for use by several
    threads at once. Hosts are given in lower case.
    """

    def __init__(
        self,
        employers: Iterable[Employer] = (),
        agencies: Iterable[Agency] = (),
        networks: Iterable[Network] = (),
        systems: Iterable[TrackingSystem] = (),
        freemail: Iterable[str] = (),
        nearby: Iterable[str] = (),
        languages: Iterable[ClaimWords] = (),
    ) -> None:
        self._services = (tuple(agencies), tuple(networks), tuple(systems))
        agencies, networks, systems = self._services
        self.employers: Mapping[str, Employer] = {entry.key: entry for entry in employers}
        self.own = tuple(entry for entry in self.employers.values() if entry.own)
        self.tenants = Tenants(systems, self.employers.values())
        self.titles = tuple((entry.key, title) for entry in self.own for title in entry.titles)
        self._languages = tuple(languages)
        self.nearby = frozenset(nearby)
        self._freemail = frozenset(freemail)
        self._employers = _by_host((e, e.hosts) for e in self.employers.values())
        self._agencies = _by_host((agency, agency.domains) for agency in agencies)
        self._networks = _by_host((network, network.domains) for network in networks)
        self._known = dict.fromkeys((*self._employers, *self._agencies, *self._networks), True)
        self._lookalikes: Memo[str, tuple[Lookalike | None]] = Memo()

    def prepare(self) -> None:
        """Make now what is made when it is first asked for."""
        for name in ("names", "contexts", "brands", "_index"):
            getattr(self, name)
        self.is_disposable("example.invalid")

    def employer_of(self, host: str) -> Employer | None:
        """The employer that the host belongs to."""
        return _owner(self._employers, host)

    def agency_of(self, host: str) -> Agency | None:
        """The recruitment agency that the host belongs to."""
        return _owner(self._agencies, host)

    def network_of(self, host: str) -> Network | None:
        """The professional network or job board that the host belongs to."""
        return _owner(self._networks, host)

    def is_freemail(self, host: str) -> bool:
        """Whether anybody gets an address there for nothing."""
        return host in self._freemail or domain_of(host).organisation in self._freemail

    def is_disposable(self, host: str) -> bool:
        """Whether addresses there are thrown away after use (list: disposable-email-domains)."""
        from disposable_email_domains import blocklist

        return host in blocklist or domain_of(host).organisation in blocklist

    def is_known(self, host: str) -> bool:
        """Whether the host belongs to anybody in the registry."""
        return _owner(self._known, host) or self.tenants.system_of(host) is not None

    def lookalike(self, host: str) -> Lookalike | None:
        """Which protected name the host imitates, and how; remembered for each host."""
        known = self._lookalikes.get(host)
        if known is None:
            found = None if self.is_known(host) else self._index.find(host)
            known = (found,)
            self._lookalikes.put(host, known, len(host))
        return known[0]

    def named_in(self, mailbox: str) -> tuple[str, str] | None:
        """The employer's key and the protected name that a mailbox such as `name.hr` bears."""
        return self._index.named_in(mailbox)

    @cached_property
    def names(self) -> Names:
        """The names of all employers, ready to be found in text."""
        from vedette.lure.identity.claims.names import Names

        words = self.contexts
        return Names(self.employers.values(), words.prefixes, words.endings)

    @cached_property
    def contexts(self) -> Contexts:
        """The words that make a name a claim."""
        from vedette.lure.identity.claims.words import Contexts

        return Contexts(self._languages)

    @cached_property
    def brands(self) -> Brands:
        """Agencies, networks and application systems, ready to be found where somebody poses as
        one."""
        from vedette.lure.identity.brands.brands import Brands

        agencies, networks, systems = self._services
        words = self.contexts
        return Brands(agencies, networks, systems, self.nearby, words.prefixes, words.endings)

    @cached_property
    def _index(self) -> LookalikeIndex:
        from vedette.lure.identity.lookalike.index import LookalikeIndex

        return LookalikeIndex(self.employers.values(), self.nearby)


def _by_host(owned: Iterable[tuple[T, Iterable[str]]]) -> dict[str, T]:
    return {ascii_host(host.lower()): owner for owner, hosts in owned for host in hosts}


def _owner(owners: Mapping[str, T], host: str) -> T | None:
    """Who owns the host or, failing that, the nearest domain above it."""
    found = owners.get(host)
    if found is not None or "." not in host:
        return found
    labels = host.rsplit(".", MAX_LABELS)[1:] if host.count(".") >= MAX_LABELS else host.split(".")
    for start in range(1, len(labels) - 1):
        found = owners.get(".".join(labels[start:]))
        if found is not None:
            return found
    return None
