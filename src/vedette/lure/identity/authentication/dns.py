"""The few questions that authentication puts to the DNS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, Protocol

from vedette.model.errors import VedetteError

Kind = Literal["TXT", "A", "AAAA", "MX", "PTR"]

TIMEOUT: Final = 3.0
"""Seconds for one question, all servers and repetitions together."""

MAX_RECORDS: Final = 100
MAX_TXT: Final = 16_384


class LookupFailedError(VedetteError, OSError):
    """The question got no answer (time-out, SERVFAIL): try again later."""


class TooManyLookupsError(VedetteError, ValueError):
    """A message asks for more questions than it may cost."""


class Resolver(Protocol):
    """Asks the DNS."""

    def lookup(self, name: str, kind: Kind) -> tuple[str, ...]:
        """The records of that kind: text joined from its strings, addresses, hosts of MX in order
        of preference, names of PTR. Empty where there are none or the name does not exist. Raises
        LookupFailedError where that can't be told."""
        ...


class DictionaryResolver:
    """Answers from `records`, (name, kind) to records; `failing` are names that get no answer.
    For tests, and for judging old mail by records kept with it."""

    def __init__(
        self, records: Mapping[tuple[str, Kind], Sequence[str]], failing: Sequence[str] = ()
    ) -> None:
        self._records = {
            (name.lower().rstrip("."), kind): tuple(found)
            for (name, kind), found in records.items()
        }
        self._failing = frozenset(name.lower() for name in failing)

    def lookup(self, name: str, kind: Kind) -> tuple[str, ...]:
        name = name.lower().rstrip(".")
        if name in self._failing:
            raise LookupFailedError(f"{name}: no answer; try again later")
        return self._records.get((name, kind), ())


class DnsResolver:
    """Asks real servers (`servers`: addresses; none: those of the system) with time limits and a
    cache that keeps answers for as long as they say."""

    def __init__(
        self, servers: Sequence[str] = (), *, port: int = 53, timeout: float = TIMEOUT
    ) -> None:
        import dns.resolver

        self._resolver = dns.resolver.Resolver(configure=not servers)
        if servers:
            self._resolver.nameservers = list(servers)
            self._resolver.port = port
        self._resolver.lifetime = timeout
        self._resolver.timeout = min(timeout, 1.5)
        self._resolver.cache = dns.resolver.LRUCache(10_000)

    def lookup(self, name: str, kind: Kind) -> tuple[str, ...]:
        import dns.exception
        import dns.resolver

        try:
            answer = self._resolver.resolve(name.rstrip(".") + ".", kind, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            return ()
        except (dns.exception.DNSException, ValueError) as error:
            if isinstance(error, dns.exception.SyntaxError | ValueError) or _is_bad_name(error):
                return ()  # a name that cannot exist has no records
            raise LookupFailedError(f"{name}: {error}; try again later") from error
        records = [] if answer.rrset is None else list(answer.rrset)[:MAX_RECORDS]
        if kind == "TXT":
            return tuple(
                b"".join(record.strings).decode("utf-8", "replace")[:MAX_TXT] for record in records
            )
        if kind == "MX":
            records.sort(key=lambda record: int(record.preference))
            return tuple(str(record.exchange).rstrip(".") for record in records)
        return tuple(str(record).rstrip(".") for record in records)


class CountedResolver:
    """Counts the questions of one message, remembers their answers, and refuses too many."""

    def __init__(self, resolver: Resolver, most: int) -> None:
        self._resolver = resolver
        self._left = most
        self._answers: dict[tuple[str, Kind], tuple[str, ...]] = {}

    def lookup(self, name: str, kind: Kind) -> tuple[str, ...]:
        key = (name.lower().rstrip("."), kind)
        known = self._answers.get(key)
        if known is None:
            if self._left <= 0:
                raise TooManyLookupsError("too many DNS questions for one message; none are asked")
            self._left -= 1
            known = self._answers[key] = self._resolver.lookup(*key)
        return known


def _is_bad_name(error: Exception) -> bool:
    import dns.name

    return isinstance(error, dns.name.LabelTooLong | dns.name.NameTooLong | dns.name.EmptyLabel)
