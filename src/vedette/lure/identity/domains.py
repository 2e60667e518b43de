"""Host names: the domain somebody registered, its label, and how a reader sees it.

The *organisational domain* is the public suffix and one label more, by the public suffix list
(https://publicsuffix.org, ICANN and private sections) as the package publicsuffixlist bundles it:
a new list comes with a new release of that package, never from the network.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

REMEMBERED: Final = 16_384
MAX_HOST: Final = 253
_PORT: Final = re.compile(r":\d{1,5}\Z")
_URL: Final = re.compile(r"[a-z][a-z0-9+.-]{0,15}://(?:[^/?#@]*@)?([^/?#:]+)", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"\[.*\]|[0-9.]+|0x[0-9a-f]+|.*:.*")


class Domain(msgspec.Struct, frozen=True):
    """A host name taken apart. For `jobs.e.example.co.uk`: `host` itself in lower-case A-labels,
    `organisation` "example.co.uk", `label` "example" (in Unicode), `suffix` "co.uk", `below`
    ("jobs", "e"). All but `host` are empty for an IP address and for what is no host name; `label`
    is empty for a public suffix itself."""

    host: str
    organisation: str = ""
    label: str = ""
    suffix: str = ""
    below: tuple[str, ...] = ()


@lru_cache(REMEMBERED)
def domain_of(host: str) -> Domain:
    """Take a host name apart; case, a port and dots at the ends are set aside. Never raises."""
    host = _PORT.sub("", host.strip().lower()).strip(".")
    if not host or len(host) > MAX_HOST or _ADDRESS.fullmatch(host):
        return Domain(host[:MAX_HOST])
    host = ascii_host(host)
    suffix = _suffixes().publicsuffix(host)
    if suffix is None:
        return Domain(host)
    rest = host[: -len(suffix)].rstrip(".")
    if not rest:
        return Domain(host, organisation=host, suffix=suffix)
    *below, label = rest.split(".")
    return Domain(host, f"{label}.{suffix}", unicode_label(label), suffix, tuple(below))


def organisational_domain(host: str) -> str:
    """The domain that somebody registered for this host, in lower-case A-labels; a public suffix
    gives itself, an IP address or anything else that is no host name gives ""."""
    return domain_of(host).organisation


def same_organisation(one: str, other: str) -> bool:
    """Whether two hosts were registered as one; never for what has no organisational domain."""
    first = organisational_domain(one)
    return bool(first) and first == organisational_domain(other)


def is_under(host: str, domain: str) -> bool:
    """Whether `host` is `domain` or lies below it (both lower case)."""
    return host == domain or host.endswith("." + domain)


def host_of(url: str) -> str:
    """The host of a link with a scheme, lower case; "" for other links."""
    found = _URL.match(url)
    return found[1].lower().rstrip(".") if found else ""


def ascii_host(host: str) -> str:
    """In A-labels (UTS 46, non-transitional), label by label; a label that is no valid IDN stays
    as it is."""
    return host if host.isascii() else ".".join(_ascii_label(label) for label in _labels(host))


def unicode_host(host: str) -> str:
    """As a reader sees it: A-labels decoded where they are valid."""
    return ".".join(unicode_label(label) for label in host.split("."))


def told_host(host: str) -> str:
    """For people: as a reader sees it, and what it is in ASCII where that differs (else one that
    imitates would read as the very host that it imitates)."""
    shown = unicode_host(host)
    return shown if shown.isascii() else f"{shown} ({ascii_host(shown)})"


def unicode_label(label: str) -> str:
    """An A-label decoded; anything else, and an A-label that decodes to nothing valid, as is."""
    if not label.startswith("xn--"):
        return label
    import idna

    try:
        return idna.decode(label, uts46=True)
    except (idna.IDNAError, UnicodeError):
        pass
    try:
        # IDNA 2008 refuses symbols that browsers of other rules show, so see them too
        return label[4:].encode("ascii").decode("punycode").lower()
    except (UnicodeError, ValueError, OverflowError):
        return label


def _ascii_label(label: str) -> str:
    if label.isascii():
        return label
    import idna

    try:
        return idna.encode(label, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        pass
    try:
        return "xn--" + label.encode("punycode").decode("ascii")
    except UnicodeError:
        return label


def _labels(host: str) -> list[str]:
    return re.split("[.\u3002\uff0e\uff61]", host)


@lru_cache(1)
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
