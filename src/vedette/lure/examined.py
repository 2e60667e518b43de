"""A message after all checks: what they said, and what the verdict is about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import msgspec

from vedette.lure.attachment.report import Report
from vedette.lure.message import Message
from vedette.lure.scoring.verdict import Assessment
from vedette.model.finding import Entity

MOST_ENTITIES = 128


class Examined(msgspec.Struct, frozen=True):
    """`subject_of` is the message that the verdict is about: the message itself, or the one that
    was forwarded with it. `reports` are those of its attachments, in order."""

    message: Message
    subject_of: Message
    assessment: Assessment
    reports: tuple[Report, ...] = ()
    entities: tuple[Entity, ...] = ()


def entities_of(
    message: Message, reports: Sequence[Report], domains: Iterable[str], urls: Iterable[str]
) -> tuple[Entity, ...]:
    """What a lure shares with what comes after it: sender's persona and domain, links, hashes of
    what was attached. Recipients are no entities here: they are added as pseudonyms, by whoever
    has the key. `reports` begin with those of the message's own attachments. Sorted, each
    once, at most MOST_ENTITIES."""
    found: set[Entity] = set()
    if message.sender is not None and message.sender.address:
        found.add(Entity("person", message.sender.address))
    elif message.profile is not None and message.profile.name:
        found.add(Entity("person", message.profile.name))
    found.update(Entity("domain", domain.lower()) for domain in domains if domain)
    found.update(Entity("url", url) for url in urls if len(url) <= 2048)
    for attachment, report in zip(message.attachments, reports, strict=False):
        if not any(m.depth == 0 and m.sha256 for m in report.members):
            # the child process did not get to see it
            digest = hashlib.sha256(attachment.data).hexdigest()
            found.add(Entity("hash", f"sha256:{digest}"))
    for report in reports:
        found.update(Entity("hash", f"sha256:{m.sha256}") for m in report.members if m.sha256)
        found.update(Entity("url", url) for _, url in report.urls if len(url) <= 2048)
    return tuple(sorted(found)[:MOST_ENTITIES])
