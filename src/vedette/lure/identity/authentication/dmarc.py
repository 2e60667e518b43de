"""DMARC: does what SPF and DKIM vouch for belong to the From domain, and what if not?

RFC 7489, with the tree walk of its successor (draft-ietf-dmarc-dmarcbis) to find the policy: the
domain itself, then its parents, at most eight questions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from vedette.lure.identity.authentication.dns import Resolver
from vedette.lure.identity.authentication.result import Policy
from vedette.lure.identity.domains import is_under, organisational_domain

MAX_QUESTIONS: Final = 8
MAX_TAGS: Final = 40

_WEAKER: Final[dict[Policy, Policy]] = {"reject": "quarantine", "quarantine": "none"}


class DmarcRecord(NamedTuple):
    """`domain` is where the record lies, `organisation` the organisational domain by the walk.
    `policy` is what applies to the domain that was asked for."""

    domain: str
    organisation: str
    policy: Policy
    strict_dkim: bool
    strict_spf: bool


def find_record(domain: str, resolver: Resolver) -> DmarcRecord | None:
    """The record that covers the From domain; None where there is none. Raises what `resolver`
    raises."""
    found = [(name, tags) for name in _walk(domain) if (tags := _record(name, resolver))]
    if not found:
        return None
    organisation = found[-1][0]
    for name, tags in found:
        if tags.get("psd") == "n" or name == organisational_domain(domain):
            organisation = name
            break
        if tags.get("psd") == "y":
            labels = domain.split(".")
            organisation = ".".join(labels[-(name.count(".") + 2) :])
            break
    own = found[0][0] == domain
    name, tags = found[0] if own else next(
        (item for item in found if item[0] == organisation), found[-1]
    )  # fmt: skip
    policy = _policy(tags, "p")
    if not own:
        exists = any(resolver.lookup(domain, kind) for kind in ("A", "AAAA", "MX"))
        policy = _policy(tags, "sp", policy)
        policy = policy if exists else _policy(tags, "np", policy)
    if tags.get("t") == "y":
        policy = _WEAKER.get(policy, policy)
    return DmarcRecord(
        name, organisation, policy, tags.get("adkim") == "s", tags.get("aspf") == "s"
    )


def is_aligned(
    author: str, dkim: Collection[str], spf_domain: str, record: DmarcRecord | None = None
) -> bool:
    """Whether one of the domains with a valid signature, or the one that SPF passed for ("" if it
    did not), belongs to the From domain `author`. Without a record alignment is relaxed."""
    if not dkim and not spf_domain:
        return False
    organisation = record.organisation if record else organisational_domain(author)
    if not organisation:
        return False

    def fits(domain: str, strict: bool) -> bool:
        return domain == author or (not strict and is_under(domain, organisation))

    return any(fits(domain, bool(record and record.strict_dkim)) for domain in dkim) or (
        spf_domain != "" and fits(spf_domain, bool(record and record.strict_spf))
    )


def _walk(domain: str) -> Iterator[str]:
    labels = domain.split(".")
    yield domain
    if len(labels) >= MAX_QUESTIONS:
        labels = labels[-(MAX_QUESTIONS - 1) :]
        yield ".".join(labels)
    for start in range(1, len(labels)):
        yield ".".join(labels[start:])


def _record(name: str, resolver: Resolver) -> dict[str, str]:
    """The tags of the domain's one record; empty where it has none or more."""
    texts = [text for text in resolver.lookup(f"_dmarc.{name}", "TXT") if _is_dmarc(text)]
    if len(texts) != 1:
        return {}
    tags: dict[str, str] = {}
    for part in texts[0].split(";")[:MAX_TAGS]:
        key, _, value = part.partition("=")
        tags.setdefault(key.strip().lower(), value.strip().lower())
    return tags


def _is_dmarc(text: str) -> bool:
    version, _, value = text.partition(";")[0].partition("=")
    return version.strip().lower() == "v" and value.strip() == "DMARC1"


def _policy(tags: dict[str, str], key: str, default: Policy = "none") -> Policy:
    match tags.get(key):
        case "none":
            return "none"
        case "quarantine":
            return "quarantine"
        case "reject":
            return "reject"
    return default
