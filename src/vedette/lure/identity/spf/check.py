"""check_host() of RFC 7208 section 4: may this address send for that domain?"""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from vedette.lure.identity.authentication.dns import Kind, LookupFailedError, Resolver
from vedette.lure.identity.authentication.result import SpfResult
from vedette.lure.identity.spf.macros import Address, Circumstances, expand
from vedette.lure.identity.spf.record import Mechanism, Record, is_record, parse_record

MAX_TERMS: Final = 10
"""Mechanisms and modifiers that ask the DNS (section 4.6.4), all records together."""

MAX_VOID: Final = 2
MAX_NAMES: Final = 10
"""Hosts of an mx, names of a ptr."""

_RESULTS: Final[dict[str, SpfResult]] = {
    "+": "pass", "-": "fail", "~": "softfail", "?": "neutral"
}  # fmt: skip
_LABEL: Final = re.compile(r"[^.]{1,63}", re.DOTALL)


class PermanentError(ValueError):
    """The domain's records are wrong, or ask for more than they may."""


def check_host(address: str, domain: str, sender: str, helo: str, resolver: Resolver) -> SpfResult:
    """The result for a client's `address`, the `domain` to check (that of MAIL FROM or HELO), the
    `sender` (MAIL FROM; "" for bounces) and the HELO name. Never raises for what records say;
    what `resolver` raises beyond LookupFailedError goes through."""
    try:
        client: Address = ipaddress.ip_address(address)
    except ValueError:
        return "none"
    if isinstance(client, ipaddress.IPv6Address) and client.ipv4_mapped is not None:
        client = client.ipv4_mapped
    local, at, sender_domain = sender.rpartition("@")
    who = Circumstances(client, local or "postmaster", sender_domain if at else domain, helo)
    check = _Check(who, resolver)
    try:
        return check.domain(domain)
    except PermanentError:
        return "permerror"
    except LookupFailedError:
        return "temperror"


class _Check:
    """One check: what it has spent so far."""

    def __init__(self, who: Circumstances, resolver: Resolver) -> None:
        self._who = who
        self._resolver = resolver
        self._terms = 0
        self._void = 0

    def domain(self, domain: str) -> SpfResult:
        domain = domain.rstrip(".").lower()
        labels = domain.split(".")
        if len(labels) < 2 or len(domain) > 253 or not all(map(_LABEL.fullmatch, labels)):
            return "none"
        record = self._record(domain)
        if record is None:
            return "none"
        for mechanism in record.mechanisms:
            if self._matches(mechanism, domain):
                return _RESULTS[mechanism.qualifier]
        if record.redirect and not any(m.name == "all" for m in record.mechanisms):
            self._spend()
            result = self.domain(self._expanded(record.redirect, domain))
            if result == "none":
                raise PermanentError("redirect leads to no record")
            return result
        return "neutral"

    def _record(self, domain: str) -> Record | None:
        found = [text for text in self._resolver.lookup(domain, "TXT") if is_record(text)]
        if len(found) > 1:
            raise PermanentError("more than one record")
        try:
            return parse_record(found[0]) if found else None
        except ValueError as error:
            raise PermanentError(str(error)) from error

    def _matches(self, mechanism: Mechanism, domain: str) -> bool:
        if mechanism.name == "all":
            return True
        if mechanism.network is not None:
            return self._who.address in mechanism.network
        self._spend()
        target = self._expanded(mechanism.domain, domain) if mechanism.domain else domain
        match mechanism.name:
            case "include":
                result = self.domain(target)
                if result == "none":
                    raise PermanentError("include of no record")
                return result == "pass"
            case "exists":
                return bool(self._asked(target, "A"))
            case "a":
                return self._among(self._addresses(target), mechanism)
            case "mx":
                hosts = self._asked(target, "MX")
                if len(hosts) > MAX_NAMES:
                    raise PermanentError("mx of too many hosts")
                return any(self._among(self._addresses(host), mechanism) for host in hosts)
        return any(_is_below(name, target) for name in self._validated_names())

    def _spend(self) -> None:
        self._terms += 1
        if self._terms > MAX_TERMS:
            raise PermanentError("too many terms that ask the DNS")

    def _asked(self, name: str, kind: Kind) -> tuple[str, ...]:
        """The records; an empty answer counts towards the limit of void look-ups."""

        found = self._resolver.lookup(name, kind)
        if not found:
            self._void += 1
            if self._void > MAX_VOID:
                raise PermanentError("too many questions without an answer")
        return found

    def _addresses(self, name: str) -> tuple[str, ...]:
        return self._asked(name, "A" if self._who.address.version == 4 else "AAAA")

    def _among(self, addresses: tuple[str, ...], mechanism: Mechanism) -> bool:
        length = mechanism.prefix4 if self._who.address.version == 4 else mechanism.prefix6
        for text in addresses:
            network = ipaddress.ip_network(f"{text}/{length}", strict=False)
            if self._who.address in network:
                return True
        return False

    def _validated_names(self) -> list[str]:
        """The client's names by reverse look-up that lead back to it (section 5.5)."""
        address = self._who.address
        kind: Kind = "A" if address.version == 4 else "AAAA"
        valid: list[str] = []
        try:
            names = self._resolver.lookup(address.reverse_pointer, "PTR")[:MAX_NAMES]
        except LookupFailedError:
            return []  # section 5.5: an error here means no match
        for name in names:
            try:
                found = self._resolver.lookup(name, kind)
            except LookupFailedError:
                continue
            if any(ipaddress.ip_address(text) == address for text in found):
                valid.append(name.lower())
        return valid

    def _expanded(self, spec: str, domain: str) -> str:
        try:
            return expand(spec, domain, self._who, lambda: self._validated(domain))
        except ValueError as error:
            raise PermanentError(str(error)) from error

    def _validated(self, domain: str) -> str:
        names = self._validated_names()
        own = [name for name in names if name == domain]
        return next(iter(own or [n for n in names if _is_below(n, domain)] or names), "unknown")


def _is_below(name: str, domain: str) -> bool:
    domain = domain.lower().rstrip(".")
    return name == domain or name.endswith("." + domain)
