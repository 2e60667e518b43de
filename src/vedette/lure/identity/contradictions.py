"""Signs that a claim does not fit where the message comes from, answers go, or applies."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Final

from vedette.lure.identity.claims.claim import Claim
from vedette.lure.identity.domains import (
    ascii_host,
    domain_of,
    organisational_domain,
    told_host,
)
from vedette.lure.identity.entries import Employer
from vedette.lure.identity.identify import is_list
from vedette.lure.identity.lookalike.combos import is_adorned
from vedette.lure.identity.registry import Registry
from vedette.lure.identity.skeleton import skeleton
from vedette.lure.identity.summary import Identity
from vedette.lure.identity.tenants import Tenancy
from vedette.lure.message import Message
from vedette.lure.sign import Sign, SignEvidence

SHORTEST: Final = 4
"""Letters of a name, and of what goes on after it, by which a namesake is known."""


def claim_signs(message: Message, identity: Identity, registry: Registry) -> Iterator[Sign]:
    """The signs of all claims; each at most once for an employer.

    Agencies and networks may name employers that are not they. A client that an agency names is
    no claim; "on behalf of" is one only from a free mail address.
    """
    strong: dict[str, list[Claim]] = {}
    behalf: dict[str, list[Claim]] = {}
    for claim in identity.claims:
        if not claim.employer:
            continue
        if claim.homoglyph:
            detail = (("employer", registry.employers[claim.employer].name),)
            yield Sign("claim_homoglyph", (claim.evidence,), detail)
        if claim.strength == "strong":
            strong.setdefault(claim.employer, []).append(claim)
        elif claim.how == "behalf":
            behalf.setdefault(claim.employer, []).append(claim)
    proven = identity.verified and identity.kind in ("employer", "agency", "network")
    for key, made in strong.items():
        employer = registry.employers[key]
        evidence = tuple(claim.evidence for claim in made[:3])
        if not proven and (sign := _origin(employer, identity, evidence)):
            yield sign
        yield from _tenant(message, employer, identity, evidence, registry)
    if identity.kind == "freemail":
        for key, made in behalf.items():
            if key not in strong:
                evidence = tuple(claim.evidence for claim in made[:3])
                yield _sign("claim_freemail", registry.employers[key], identity.domain, evidence)
    yield from _signed(identity, strong, behalf, registry)
    yield from _replies(message, identity, registry)


def _signed(
    identity: Identity, strong: Container[str], behalf: Container[str], registry: Registry
) -> Iterator[Sign]:
    """The employer under whose name a stranger signs without more: once, the first."""
    if identity.kind not in ("freemail", "disposable", "unknown"):
        return
    for claim in identity.claims:
        if claim.how != "signature" or claim.strength == "strong":
            continue
        if claim.employer and claim.employer not in strong and claim.employer not in behalf:
            name = "signed_elsewhere" if identity.kind == "unknown" else "signed_private"
            employer = registry.employers[claim.employer]
            yield _sign(name, employer, identity.domain, (claim.evidence,))
            return


def _sign(name: str, employer: Employer, domain: str, evidence: tuple[SignEvidence, ...]) -> Sign:
    shown = told_host(domain)
    return Sign(name, evidence, (("employer", employer.name), ("domain", shown)))


def _origin(
    employer: Employer, identity: Identity, evidence: tuple[SignEvidence, ...]
) -> Sign | None:
    """Whether the sender's domain is not the claimed employer's."""
    if identity.kind in ("none", "agency", "network", "system"):
        return None
    if identity.kind == "employer" and identity.employer == employer.key:
        return None
    if employer.own:
        return _sign("claim_own_firm", employer, identity.domain, evidence)
    if identity.kind == "freemail":
        return _sign("claim_freemail", employer, identity.domain, evidence)
    name = "claim_namesake" if _namesake(employer, identity) else "claim_domain_mismatch"
    return _sign(name, employer, identity.domain, evidence)


def _namesake(employer: Employer, identity: Identity) -> bool:
    """Whether the sender's proven domain is that of a firm whose longer name begins with the
    employer's and goes on with more than recruiters' and adorning words: a subsidiary, or one
    that only shares the name."""
    label = domain_of(identity.domain).label.replace("-", "")
    if not identity.verified:
        return False
    for name in employer.names:
        bare = "".join(char for char in skeleton(name) if char.isalnum())
        rest = label[len(bare) :]
        if len(bare) >= SHORTEST and label.startswith(bare) and len(rest) >= SHORTEST:
            return not is_adorned(bare, [rest])
    return False


def _tenant(
    message: Message,
    employer: Employer,
    identity: Identity,
    evidence: tuple[SignEvidence, ...],
    registry: Registry,
) -> Iterator[Sign]:
    """Whether the application goes to a tenant that is not the claimed employer's."""
    if identity.kind in ("agency", "network") or identity.employer == employer.key:
        return
    named = [tenancy for tenancy in identity.tenancies if tenancy.tenant]
    if not named or any(_belongs(tenancy, employer) for tenancy in named):
        return
    listed = registry.tenants.lists(employer.key)
    if listed or all(tenancy.employer for tenancy in named):
        tenancy = named[0]
        place = next(
            (
                SignEvidence(link.part, link.start, link.end, link.url[:500])
                for link in message.links
                if registry.tenants.of_link(link.url) == tenancy
            ),
            None,
        )
        yield Sign(
            "claim_tenant_mismatch",
            (*evidence, place) if place else evidence,
            (
                ("employer", employer.name),
                ("system", tenancy.system),
                ("tenant", tenancy.tenant),
            ),
        )


def _belongs(tenancy: Tenancy, employer: Employer) -> bool:
    """Whether it is the employer's tenant, or bears its name and nobody else is known by it."""
    if tenancy.employer:
        return tenancy.employer == employer.key
    label = tenancy.tenant.replace("-", "")
    return label in {host.split(".")[0].replace("-", "") for host in employer.domains}


def _replies(message: Message, identity: Identity, registry: Registry) -> Iterator[Sign]:
    """Whether answers to somebody who is, or says to be, an employer go to somebody else."""
    if not message.reply_to or (not identity.claimed and is_list(message)):
        return
    keys = identity.claimed or ((identity.employer,) if identity.kind == "employer" else ())
    for address in message.reply_to:
        host = ascii_host(address.domain)
        organisation = organisational_domain(host)
        if not organisation or organisation == identity.domain:
            continue
        if registry.agency_of(host) or registry.network_of(host):
            continue
        if registry.tenants.system_of(host):
            continue
        owner = registry.employer_of(host)
        if keys and (owner is None or owner.key not in keys):
            start = max(message.header("reply-to").lower().find(address.address), 0)
            end = start + len(address.address)
            evidence = SignEvidence("header:reply-to", start, end, address.address)
            yield _sign(
                "claim_reply_elsewhere", registry.employers[keys[0]], organisation, (evidence,)
            )
            return
