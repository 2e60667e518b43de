"""Whose application page is this? The tenant's name in addresses of applicant-tracking systems."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from vedette.lure.identity.domains import domain_of, organisational_domain
from vedette.lure.identity.entries import Employer, TrackingSystem, template

MAX_ADDRESS: Final = 2_048
_HOST: Final = re.compile(r"(?:[a-z][a-z0-9+.-]{0,15}://(?:[^/@]*@)?)?([^/?#:]*)", re.IGNORECASE)


class Tenancy(msgspec.Struct, frozen=True):
    """A page or sender at an applicant-tracking system. `tenant` (lower case) is "" where the
    address does not say it; `employer` is the key of the one that the registry knows by it."""

    system: str
    tenant: str = ""
    employer: str = ""


class Tenants:
    """Recognises the systems' addresses and knows the tenants of the registry's employers."""

    def __init__(self, systems: Iterable[TrackingSystem], employers: Iterable[Employer]) -> None:
        self._owners: dict[tuple[str, str], str] = {}
        self._listed: dict[str, frozenset[str]] = {}
        for employer in employers:
            for entry in employer.tenants:
                key, _, tenant = entry.partition(":")
                self._owners[key, tenant.lower()] = employer.key
            if employer.tenants:
                self._listed[employer.key] = frozenset(t.lower() for t in employer.tenants)
        self._mail: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
        self._links: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
        self._systems: dict[str, str] = {}
        for system in systems:
            for table, texts in ((self._mail, system.mail), (self._links, system.links)):
                for text in texts:
                    organisation = template_host(text)
                    table.setdefault(organisation, []).append((system.key, template(text)))
                    self._systems[organisation] = system.key
            for host in system.signs:
                self._systems[organisational_domain(host)] = system.key

    def system_of(self, host: str) -> str | None:
        """The system whose host this is."""
        return self._systems.get(domain_of(host).organisation)

    def of_sender(self, address: str) -> Tenancy | None:
        """What the address of a sender (`local@domain`) says; None where it is no system's."""
        host = address.rpartition("@")[2]
        return self._find(self._mail, address, host)

    def of_link(self, url: str) -> Tenancy | None:
        """What the address of a page says; None where it is no system's."""
        url = url[:MAX_ADDRESS]
        found = _HOST.match(url)
        assert found is not None  # it matches anything
        host = found[1].lower()
        if domain_of(host).organisation not in self._systems:
            return None
        return self._find(self._links, url[found.start(1) :], host)

    def lists(self, employer: str) -> bool:
        """Whether the registry lists the tenants of that employer."""
        return employer in self._listed

    def _find(
        self, table: Mapping[str, list[tuple[str, re.Pattern[str]]]], address: str, host: str
    ) -> Tenancy | None:
        organisation = domain_of(host).organisation
        system = self._systems.get(organisation)
        if system is None:
            return None
        for key, pattern in table.get(organisation, ()):
            found = pattern.match(address)
            tenant = found.groupdict().get("tenant") if found else None
            if tenant:
                tenant = tenant.lower()
                return Tenancy(key, tenant, self._owners.get((key, tenant), ""))
        return Tenancy(system)


def template_host(text: str) -> str:
    """The organisational domain of an address with `{tenant}` and `*` in it."""
    host = re.split(r"[/?#]", text.rpartition("@")[2], maxsplit=1)[0]
    return organisational_domain(host.replace("{tenant}", "t").replace("*", "x"))
