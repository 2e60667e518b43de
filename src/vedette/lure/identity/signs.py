"""The signs of identity: what a message claims against where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from vedette.lure.identity.authentication.result import Authentication
from vedette.lure.identity.brands.posing import posing_signs
from vedette.lure.identity.contradictions import claim_signs
from vedette.lure.identity.domains import ascii_host, organisational_domain, told_host
from vedette.lure.identity.foreign_login import foreign_logins
from vedette.lure.identity.identify import MAX_LINKS, identify, is_list
from vedette.lure.identity.lookalike.index import Lookalike
from vedette.lure.identity.mentioned import worn_name
from vedette.lure.identity.private_answers import private_answers
from vedette.lure.identity.registry import Registry
from vedette.lure.identity.summary import Correspondence, Identity
from vedette.lure.message import Address, Message
from vedette.lure.sign import Sign, SignEvidence

_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@((?:[\w-]{1,63}\.){1,8}\w{2,24})")
_HOST: Final = re.compile(r"\A[a-z][a-z0-9+.-]{0,15}://(?:[^/?#@]*@)?([^/?#:]+)", re.IGNORECASE)


def identity_signs(
    message: Message,
    registry: Registry,
    authentication: Authentication,
    correspondence: Correspondence | None = None,
) -> tuple[Sign, ...]:
    """All signs of identity of one message; `judge_identity` without the summary."""
    return judge_identity(message, registry, authentication, correspondence)[1]


def judge_identity(
    message: Message,
    registry: Registry,
    authentication: Authentication,
    correspondence: Correspondence | None = None,
) -> tuple[Identity, tuple[Sign, ...]]:
    """The summary and the signs. `correspondence` knows to whom the firm has written before."""
    identity = identify(message, registry, authentication)
    signs = [
        *claim_signs(message, identity, registry),
        *_lookalikes(message, registry, authentication),
        *posing_signs(message, identity, registry),
        *foreign_logins(message, identity, registry),
        *private_answers(message, identity, registry),
        *_sender(message, identity),
        *_trust(message, identity, registry),
    ]
    if correspondence is not None and message.sender and not (identity.failed or identity.broken):
        address = message.sender.address
        if address and correspondence.has_written_to(address):
            signs.append(Sign("thread_known", (sender_evidence(message),)))
    return identity, tuple(signs)


def sender_evidence(message: Message) -> SignEvidence:
    """The sender's address where it stands in the From header."""
    assert message.sender is not None
    address = message.sender.address
    start = message.header("from").lower().find(address)
    if start < 0:
        return SignEvidence("header:from", 0, 0, address)
    return SignEvidence("header:from", start, start + len(address), address)


def _lookalikes(
    message: Message, registry: Registry, authentication: Authentication
) -> Iterator[Sign]:
    seen: set[str] = set()
    senders: list[tuple[str, SignEvidence]] = []
    if message.sender and message.sender.domain:
        senders.append((message.sender.domain, sender_evidence(message)))
    if message.envelope_from and (host := message.envelope_from.domain):
        address = message.envelope_from.address
        senders.append((host, SignEvidence("envelope:from", 0, len(address), address)))
    senders += [
        (host, SignEvidence("header:dkim-signature", 0, 0, host)) for host in authentication.dkim
    ]
    for host, evidence in senders:
        found = registry.lookalike(ascii_host(host)) or worn_name(host, message, registry)
        if found and found.domain not in seen:
            seen.add(found.domain)
            yield _lookalike("lookalike_sender", found, evidence, registry)
    for address_ in message.reply_to:
        host = address_.domain
        found = registry.lookalike(ascii_host(host)) or worn_name(host, message, registry)
        if found:
            yield _lookalike("lookalike_reply", found, _reply_evidence(message, address_), registry)
    linked: set[str] = set()
    looked: set[str] = set()
    for link in message.links[:MAX_LINKS]:
        host_found = _HOST.match(link.url)
        if host_found is None:
            continue
        host = host_found.group(1).lower()
        if host in looked:
            continue
        looked.add(host)
        found = registry.lookalike(ascii_host(host))
        if found and found.domain not in linked:
            linked.add(found.domain)
            evidence = SignEvidence(link.part, link.start, link.end, link.url[:500])
            yield _lookalike("lookalike_link", found, evidence, registry)


def _lookalike(name: str, found: Lookalike, evidence: SignEvidence, registry: Registry) -> Sign:
    target = registry.employers[found.employer].name
    domain = told_host(found.domain)
    return Sign(name, (evidence,), (("domain", domain), ("target", target), ("how", found.how)))


def _reply_evidence(message: Message, address: Address) -> SignEvidence:
    start = max(message.header("reply-to").lower().find(address.address), 0)
    end = start + len(address.address)
    return SignEvidence("header:reply-to", start, end, address.address)


def _sender(message: Message, identity: Identity) -> Iterator[Sign]:
    """What the sender's address says by itself."""
    sender = message.sender
    if sender is None or not sender.address:
        return
    evidence = (sender_evidence(message),)
    shown = told_host(identity.domain)
    domain = ("domain", shown)
    if identity.failed:
        yield Sign("auth_failed", evidence, (domain,))
    elif identity.broken:
        yield Sign("auth_broken", evidence, (domain,))
    if identity.kind == "freemail":
        yield Sign("freemail_sender", evidence, (domain,))
    elif identity.kind == "disposable":
        yield Sign("disposable_sender", evidence, (domain,))
    elif identity.kind == "unknown":
        yield Sign("sender_unknown", evidence, (domain,))
    if identity.unmatched:
        detail = (("name", identity.unmatched), domain)
        yield Sign("claim_unmatched", evidence, detail)
    named = _ADDRESS.search(sender.name)
    if named and " via " not in sender.name and not is_list(message):
        other = organisational_domain(named.group(1).lower())
        if other and other != identity.domain:
            start = max(message.header("from").find(named.group()), 0)
            span = SignEvidence("header:from", start, start + len(named.group()), named.group())
            detail = (("shown", told_host(other)), domain)
            yield Sign("display_address_differs", (span, *evidence), detail)
    answers = [address for address in message.reply_to if address.domain]
    differing = [a for a in answers if organisational_domain(a.domain) != identity.domain]
    if differing and not is_list(message):
        yield Sign(
            "reply_to_differs",
            tuple(_reply_evidence(message, address) for address in differing[:3]),
            (("domain", told_host(organisational_domain(differing[0].domain))),),
        )


def _trust(message: Message, identity: Identity, registry: Registry) -> Iterator[Sign]:
    """What speaks for the message; only what was authenticated does."""
    if not identity.verified or message.sender is None:
        return
    evidence = (sender_evidence(message),)
    name = ("employer", identity.name)
    others = [key for key in identity.claimed if key != identity.employer]
    if identity.kind == "employer":
        if not others:
            yield Sign("claim_verified", evidence, (name,))
        if identity.partner:
            yield Sign("partner_verified", evidence, (name,))
    elif identity.kind == "agency" and identity.partner:
        yield Sign("partner_verified", evidence, (name,))
    elif identity.kind == "network":
        yield Sign("network_verified", evidence, (("network", identity.name),))
    elif identity.kind == "system":
        sender = registry.tenants.of_sender(message.sender.address)
        owner = registry.employers.get(sender.employer) if sender else None
        if owner and (not identity.claimed or owner.key in identity.claimed):
            yield Sign("tenant_verified", evidence, (("employer", owner.name),))
