"""What an event is about: its hosts, accounts, files and addresses, each in one spelling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vedette.model.batch import Record
from vedette.model.finding import Entity
from vedette.model.value import texts_of
from vedette.sigma.plan.plan import first_value, split_paths
from vedette.sigma.plan.predicates import address_of

MOST: Final = 64
LONGEST: Final = 2048
NOTHING: Final = frozenset({"", "-", "(null)", "null", "none", "?", "localhost"})

_HASH_SIZES: Final = {32: "md5", 40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}


def entities_of(record: Record, paths: Mapping[str, tuple[str, ...]]) -> tuple[Entity, ...]:
    """The entities at the mapping's paths, sorted, each once. Every path counts here, not only
    the first that is there."""
    found: set[Entity] = set()
    for kind, native in paths.items():
        spell = _SPELLINGS.get(kind, _plain)
        for path in native:
            for text in texts_of(first_value(record, split_paths((path,)))):
                if len(text) <= LONGEST and len(found) < MOST:
                    found.update(Entity(kind, value) for value in spell(text))
    return tuple(sorted(found))


def _plain(text: str) -> list[str]:
    value = text.strip()
    return [] if value.lower() in NOTHING else [value]


def _lower(text: str) -> list[str]:
    return [value.lower() for value in _plain(text)]


def _host(text: str) -> list[str]:
    return [value for given in _lower(text) if (value := given.rstrip(".")) not in NOTHING]


def _address(text: str) -> list[str]:
    address = address_of(text)
    if address is None or address.is_unspecified or address.is_loopback:
        return []
    mapped = getattr(address, "ipv4_mapped", None)
    return [str(mapped or address)]


def _hashes(text: str) -> list[str]:
    """`SHA1=AB..,MD5=..` as Sysmon writes it, or a bare digest: `sha256:<hex>`."""
    found: list[str] = []
    for part in text.split(","):
        name, _, digest = part.strip().rpartition("=")
        digest = digest.lower()
        if not digest or set(digest) - set("0123456789abcdef") or not digest.strip("0"):
            continue
        kind = name.lower() or _HASH_SIZES.get(len(digest), "")
        if kind in ("imphash", "ssdeep", ""):
            continue  # shared by unrelated files
        found.append(f"{kind}:{digest}")
    return found


def _domain(text: str) -> list[str]:
    values = _host(text)
    if not values or address_of(values[0]) is not None:
        return []
    try:
        return [values[0].encode("idna").decode() if not values[0].isascii() else values[0]]
    except UnicodeError:
        return values


_SPELLINGS: Final[Mapping[str, Callable[[str], list[str]]]] = {
    "host": _host,
    "account": _lower,
    "mailbox": _lower,
    "process": _lower,
    "document": _lower,
    "address": _address,
    "hash": _hashes,
    "domain": _domain,
}
