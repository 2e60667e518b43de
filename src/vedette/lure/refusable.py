"""What a message shows by which it can be refused, held or counted."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from vedette.lure.attachment.report import Report
from vedette.lure.delivery.target import target_of
from vedette.lure.fingerprint import fingerprint
from vedette.lure.identity.domains import ascii_host
from vedette.lure.masking import mask_of
from vedette.lure.message import Attachment, Link, Message
from vedette.store.refusals import Kind

_SOMEBODY: Final = re.compile(r"mb-[a-z2-7]{16}|\(masked\)")


def url_key(url: str) -> str:
    """What of a URL is compared: all but the scheme, the fragment and slashes at the end, in lower
    case. Whom it was made for doesn't count, where findings mask that."""
    given = url.strip().partition("#")[0]
    return _SOMEBODY.sub("*", (given.partition("://")[2] or given).rstrip("/").lower())


def asked(
    message: Message,
    reports: Sequence[Report],
    kinds: Iterable[str],
    pseudonym: Callable[[str], str],
) -> Iterator[tuple[Kind, str]]:
    """What can be refused of a message, of these kinds: as it stands in refusals.

    Senders are those of the envelope and of From, each also as a pseudonym; domains theirs, those
    of Reply-To and of links, each with its parents; URLs and hashes also those within files. A URL
    that carries whom it was made for is told of as it is and as findings show it.
    """
    wanted = frozenset(kinds)
    senders = [each.address for each in (message.envelope_from, message.sender) if each]
    if "sender" in wanted:
        for address in senders:
            yield "sender", address
            yield "sender", pseudonym(address)
    if "message" in wanted and message.raw:
        yield "message", fingerprint(message.raw)
    if "hash" in wanted:
        for attachment in _attachments(message):
            yield "hash", f"sha256:{hashlib.sha256(attachment.data).hexdigest()}"
        for report in reports:
            for member in report.members:
                yield "hash", f"sha256:{member.sha256}"
    if not wanted & {"url", "domain"}:
        return
    urls = {link.url for link in _links(message)}
    urls.update(url for report in reports for _, url in report.urls)
    if "url" in wanted and urls:
        mask = mask_of([message], pseudonym)
        for url in urls:
            yield "url", url_key(url)
            if (masked := mask.text(url)) != url:
                yield "url", url_key(masked)
    if "domain" in wanted:
        hosts = {each.rpartition("@")[2] for each in senders}
        hosts.update(each.domain for each in message.reply_to)
        hosts.update(target_of(url).host for url in urls)
        for host in hosts:
            labels = ascii_host(host.strip(".").lower()).split(".")
            for at in range(len(labels)):
                yield "domain", ".".join(labels[at:])


def _attachments(message: Message) -> Iterator[Attachment]:
    yield from message.attachments
    for inner in message.nested:
        yield from _attachments(inner)


def _links(message: Message) -> Iterator[Link]:
    yield from message.links
    for inner in message.nested:
        yield from _links(inner)
