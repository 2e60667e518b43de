"""Works out the summary: whose domain is it, is it proven, and what is claimed."""

from __future__ import annotations

import re
from typing import Final

from vedette.lure.identity.authentication.dmarc import is_aligned
from vedette.lure.identity.authentication.result import Authentication
from vedette.lure.identity.claims.claim import Claim
from vedette.lure.identity.claims.find import claims
from vedette.lure.identity.domains import ascii_host, organisational_domain, unicode_host
from vedette.lure.identity.registry import Registry
from vedette.lure.identity.skeleton import skeleton
from vedette.lure.identity.summary import Identity, SenderKind
from vedette.lure.identity.tenants import Tenancy
from vedette.lure.message import Message
from vedette.lure.sign import SignEvidence

MAX_LINKS: Final = 200

_LEGAL: Final = frozenset(
    ("gmbh", "ag", "se", "kg", "ltd", "limited", "plc", "llc", "llp", "inc", "corp", "corporation")
) | frozenset(("sas", "sarl", "slu", "bv", "nv", "oy", "ab", "aps", "sp", "zo", "oo", "pty"))
"""Legal forms, which no domain bears."""
_WORD: Final = re.compile(r"[^\W_]{2,}")


def identify(message: Message, registry: Registry, authentication: Authentication) -> Identity:
    """The summary for one message. Works without authentication: then nothing is verified and
    nothing has failed."""
    host = ascii_host(message.sender.domain) if message.sender else ""
    tenancies = _tenancies(message, registry)
    kind, employer, name, partner = _owner(host, registry)
    if kind == "system" and tenancies and not employer:
        employer = tenancies[0].employer
    found = claims(message, registry)
    if kind in ("freemail", "disposable", "unknown"):
        found += _address_claim(message, registry)
    failed = _failed(authentication)
    return Identity(
        claims=found,
        domain=organisational_domain(host),
        kind=kind,
        employer=employer,
        name=name,
        partner=partner,
        verified=not failed and _verified(host, authentication),
        failed=failed and not _broken(host, authentication),
        broken=failed and _broken(host, authentication),
        tenancies=tenancies,
        unmatched=_unmatched(found, host, message),
    )


def is_list(message: Message) -> bool:
    """Whether a mailing list passed the message on, with answers going to the list."""
    return any(message.header(name) for name in ("list-id", "list-post", "mailing-list"))


def _owner(host: str, registry: Registry) -> tuple[SenderKind, str, str, bool]:
    """Kind, employer's key, name, partner."""
    if not host:
        return "none", "", "", False
    if employer := registry.employer_of(host):
        return "employer", employer.key, employer.name, employer.partner
    if agency := registry.agency_of(host):
        return "agency", "", agency.name, agency.partner
    if network := registry.network_of(host):
        return "network", "", network.name, False
    if system := registry.tenants.system_of(host):
        return "system", "", system, False
    if registry.is_freemail(host):
        return "freemail", "", "", False
    if registry.is_disposable(host):
        return "disposable", "", "", False
    return "unknown", "", "", False


def _tenancies(message: Message, registry: Registry) -> tuple[Tenancy, ...]:
    """The sender's first, then those of links, without repeats."""
    found: dict[Tenancy, None] = {}
    if message.sender and (tenancy := registry.tenants.of_sender(message.sender.address)):
        found[tenancy] = None
    for link in message.links[:MAX_LINKS]:
        tenancy = registry.tenants.of_link(link.url)
        if tenancy and tenancy.tenant:
            found[tenancy] = None
    return tuple(found)


def _verified(host: str, authentication: Authentication) -> bool:
    if authentication.dmarc == "pass":
        return True
    spf = authentication.spf_domain if authentication.spf == "pass" else ""
    return bool(host) and is_aligned(host, authentication.dkim, spf)


def _failed(authentication: Authentication) -> bool:
    """Whether the domain disowns the message: DMARC fails and a policy asks to act on it, or a
    domain without DMARC forbids the sending address and nobody signed."""
    if authentication.dmarc == "fail":
        return authentication.policy != "none" or (
            authentication.spf == "fail" and not authentication.dkim
        )
    return (
        authentication.dmarc in ("none", "unknown")
        and authentication.spf == "fail"
        and not authentication.dkim
    )


def _broken(host: str, authentication: Authentication) -> bool:
    """Whether a failure looks like forwarding: the sender's own domain signed, the signature no
    longer holds, and who passed the message on sealed that it did before (ARC, RFC 8617)."""
    return authentication.arc == "pass" and any(
        is_aligned(host, (domain,), "") for domain in authentication.dkim_failed
    )


def _address_claim(message: Message, registry: Registry) -> tuple[Claim, ...]:
    """An employer's name beside recruiters' words in the sender's mailbox: `name.hr@freemail`."""
    assert message.sender is not None
    local = message.sender.address.rpartition("@")[0]
    named = registry.named_in(local)
    if named is None:
        return ()
    employer, name = named
    start = max(message.header("from").lower().find(local), 0)
    evidence = SignEvidence("header:from", start, start + len(local), local)
    return (Claim(employer, name, "address", "strong", evidence),)


def _unmatched(found: tuple[Claim, ...], host: str, message: Message) -> str:
    """The unknown employer's name if nothing of it is in the sender's domain. A name that is the
    mailbox's own is a person's."""
    for claim in found:
        if claim.how == "unknown" and host:
            words = [w for w in _WORD.findall(skeleton(claim.name)) if w not in _LEGAL]
            bearing = skeleton(unicode_host(host)).replace("-", "")
            mailbox = message.sender.address.rpartition("@")[0] if message.sender else ""
            initials = "".join(word[0] for word in words)
            if (
                words
                and not any(len(word) > 2 and word in bearing for word in words)
                and not (len(initials) > 1 and initials in bearing.split(".")[0])
                and not any(len(word) > 2 and word in mailbox for word in words)
                and not _is_initialled(words, mailbox)
            ):
                return claim.name
    return ""


def _is_initialled(words: list[str], mailbox: str) -> bool:
    return any(mailbox.startswith(word[0]) and words[-1] in mailbox for word in words)
