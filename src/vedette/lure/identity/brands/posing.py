"""Messages that present themselves as a service's and are not.

A mention is no presentation: "I saw your profile on LinkedIn" names a network, a mail that is
worded and laid out as its notification, or bears its name as the sender's, poses as one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from vedette.lure.identity.brands.brands import Brand, Brands
from vedette.lure.identity.brands.notices import (
    APART,
    FOOTER,
    FORWARDED,
    NOTICE,
    PASSED_ON,
    TOLD,
    VIA,
    VIA_AFTER,
)
from vedette.lure.identity.claims.body import MAX_TEXT, body_claims
from vedette.lure.identity.claims.display import MAX_NAME, leaves_nothing
from vedette.lure.identity.claims.find import spoken
from vedette.lure.identity.claims.names import Folded
from vedette.lure.identity.domains import ascii_host, domain_of, host_of, told_host
from vedette.lure.identity.identify import MAX_LINKS, is_list
from vedette.lure.identity.lookalike.beside import worn
from vedette.lure.identity.registry import Registry
from vedette.lure.identity.summary import Identity
from vedette.lure.message import Message
from vedette.lure.sign import Sign, SignEvidence

NEAR: Final = 60
"""Between a network's name and the words of a notice, in one line."""
OPENING: Final = 400
"""Characters of a body in which a notice says what it is."""
_NOBODYS: Final = ("unknown", "freemail", "disposable")


def posing_signs(message: Message, identity: Identity, registry: Registry) -> Iterator[Sign]:
    """At most one sign for each kind of service: `agency_impersonated`, `network_impersonated`,
    `system_impersonated`. None for a sender whom the registry knows."""
    if identity.kind not in _NOBODYS or is_list(message):
        return
    seen: set[str] = set()
    for brand, evidence in _found(message, identity, registry):
        if brand.kind not in seen and _leads_elsewhere(message, brand):
            seen.add(brand.kind)
            detail = (("service", brand.name), ("domain", told_host(identity.domain)))
            yield Sign(f"{brand.kind}_impersonated", (evidence,), detail)


def _found(
    message: Message, identity: Identity, registry: Registry
) -> Iterator[tuple[Brand, SignEvidence]]:
    brands = registry.brands
    yield from _imitated(message, registry)
    yield from _displayed(message, identity, brands, registry)
    texts = [(text, brands.names.folded(text.text[:MAX_TEXT])) for text in spoken(message)]
    subject = next((folded for text, folded in texts if text.part == "subject"), Folded("", ""))
    passed_on = FORWARDED.match(subject.text)
    for text, body in texts:
        if text.part == "subject":
            continue
        named = brands.named(body)
        if any(brand.kind == "agency" for brand, _, _ in named):
            for claim in body_claims(text, brands.names, registry.contexts):
                brand = brands.of(claim.employer)
                if brand.kind == "agency" and claim.strength == "strong":
                    yield brand, claim.evidence
        if not passed_on and (found := _notified(subject, body, named, brands)) is not None:
            yield found, SignEvidence(text.part, 0, 0, body.original[:80])


def _imitated(message: Message, registry: Registry) -> Iterator[tuple[Brand, SignEvidence]]:
    """Hosts made to be taken for a service's."""
    hosts = []
    if message.sender is not None and (host := message.sender.domain):
        address = message.sender.address
        hosts.append((host, SignEvidence("header:from", 0, 0, address)))
    hosts += [
        (answer.domain, SignEvidence("header:reply-to", 0, 0, answer.address))
        for answer in message.reply_to
    ]
    hosts += [
        (host, SignEvidence(link.part, link.start, link.end, link.url[:500]))
        for link in message.links[:MAX_LINKS]
        if (host := host_of(link.url))
    ]
    looked: set[str] = set()
    for host, evidence in hosts:
        if host and host not in looked:
            looked.add(host)
            plain = ascii_host(host.lower())
            if registry.is_known(plain) or registry.lookalike(plain):
                continue
            if found := registry.brands.imitated(plain):
                yield found, evidence


def _displayed(
    message: Message, identity: Identity, brands: Brands, registry: Registry
) -> Iterator[tuple[Brand, SignEvidence]]:
    """The sender's name is a service's."""
    assert message.sender is not None
    line = message.sender.name[:MAX_NAME]
    folded = brands.names.folded(line)
    for brand, start, end in brands.named(folded):
        before, after = folded.text[:start], folded.text[end:]
        rest = f"{before} {after}"
        via = VIA.search(before) or VIA_AFTER.match(after)
        bare = leaves_nothing(NOTICE.sub("", rest))
        alone = bare and (not brand.common or NOTICE.search(rest))
        apart = (
            brand.kind != "system"
            and APART.search(before)
            and leaves_nothing(NOTICE.sub("", after))
        )
        worn_by = worn(identity.domain, brand.labels)
        if not (via or alone or apart or worn_by):
            continue
        if (
            brand.kind == "system"
            and identity.kind == "unknown"
            and not worn_by
            and _is_named(domain_of(identity.domain).label, message, line)
        ):
            continue  # employers send a system's mail from domains of their own
        first, last = folded.span(start, end)
        offset = max(message.header("from").find(line), 0)
        yield brand, SignEvidence("header:from", offset + first, offset + last, line[first:last])


def _is_named(label: str, message: Message, line: str) -> bool:
    """Whether the message speaks of the one whose domain label it is, outside of addresses."""
    words = " ".join([line, *(text.text[:MAX_TEXT] for text in message.texts)]).lower().split()
    told = "".join(word for word in words if not set("@/") & set(word) and ".." not in word)
    squeezed = "".join(char for char in told if char.isalnum())
    return len(label) > 1 and label.replace("-", "") in squeezed


def _notified(
    subject: Folded, body: Folded, named: list[tuple[Brand, int, int]], brands: Brands
) -> Brand | None:
    """The network whose notification the message is laid out as. `named` are the body's names."""
    passed_on = PASSED_ON.search(body.text)
    text = body.text[: passed_on.start()] if passed_on else body.text
    both = f"{subject.text}\n{text}"
    marked = brands.marked(both)
    titled = [brand for brand, _, _ in brands.named(subject) if not brand.common]
    inside = [hit for hit in named if hit[2] <= len(text)]
    networks = [brand for brand in titled if brand.kind == "network"]
    if not (marked or networks or any(brand.kind == "network" for brand, _, _ in inside)):
        return None  # soon told, and true of nearly all mail
    if FOOTER.search(text) is None or not (
        TOLD.search(subject.text) or TOLD.search(text[:OPENING])
    ):
        return None
    if marked or networks:
        return (marked or networks)[0]
    for brand, start, end in inside:
        stop = text.find("\n", end)
        first, last = text.rfind("\n", 0, start) + 1, stop if stop >= 0 else len(text)
        line = text[max(first, start - NEAR) : min(last, end + NEAR)]
        if brand.kind == "network" and (TOLD.search(line) or FOOTER.search(line)):
            return brand
    return None


def _leads_elsewhere(message: Message, brand: Brand) -> bool:
    """Whether anything is to be opened that is not the service's own: relays of one's own mail
    pass on what the service sent, with all its links."""
    if message.attachments or not message.links:
        return True
    hosts = {host_of(link.url) for link in message.links[:MAX_LINKS]}
    return any(host and not brand.owns(host) for host in hosts)
