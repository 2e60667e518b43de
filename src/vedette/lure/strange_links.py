"""Links to places that neither the sender nor the message stands for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from vedette.lure.delivery.lists import DeliveryLists
from vedette.lure.delivery.target import target_of
from vedette.lure.identity.domains import domain_of, told_host
from vedette.lure.identity.foreign_login import ANYBODYS
from vedette.lure.identity.registry import Registry
from vedette.lure.identity.summary import Identity
from vedette.lure.message import Link, Message, Text
from vedette.lure.sign import Sign, SignEvidence

MAX_LINKS: Final = 100
MAX_TEXT: Final = 65_536
SHORTEST: Final = 3
"""Letters of a host's label that a text may name."""

_STRANGERS: Final = ("unknown", "freemail", "disposable", "employer", "none")


def strange_links(
    message: Message, identity: Identity, registry: Registry, lists: DeliveryLists
) -> Iterator[Sign]:
    """`link_elsewhere`, once: a link leads to a host of nobody known, other than the sender's and
    those to whom answers go, and nothing in the message is called like it."""
    if not message.links or identity.kind not in _STRANGERS:
        return
    near = {identity.domain, *(domain_of(each.domain).organisation for each in message.reply_to)}
    looked: set[str] = set()
    told: str | None = None
    for link in message.links[:MAX_LINKS]:
        target = target_of(link.url)
        organisation = target.organisation
        if not organisation or organisation in near or organisation in looked:
            continue
        looked.add(organisation)
        if (
            organisation in ANYBODYS
            or registry.is_known(target.host)
            or registry.is_freemail(target.host)
            or next(lists.services(target), None) is not None
        ):
            continue
        if told is None:
            told = _told(message)
        label = target.label.replace("-", "")
        if len(label) >= SHORTEST and (label in told or label in _initials(message)):
            continue
        evidence = SignEvidence(link.part, link.start, link.end, _shown(link))
        yield Sign("link_elsewhere", (evidence,), (("domain", told_host(organisation)),))
        return


def _shown(link: Link) -> str:
    return link.url[:500]


def _told(message: Message) -> str:
    """All words of the message outside of addresses, without what stands between them."""
    sender = [Text("", message.sender.name)] if message.sender else []
    words = (word for text in (*sender, *message.texts) for word in text.text[:MAX_TEXT].split())
    told = (word.lower() for word in words if not set("@/") & set(word) and ".." not in word)
    return "".join(char for word in told if not _is_host(word) for char in word if char.isalnum())


def _initials(message: Message) -> str:
    """The first letters of words written with a capital, in order, lower case."""
    words = (word for text in message.texts for word in text.text[:MAX_TEXT].split())
    return "".join(word[0].lower() for word in words if word[0].isupper())


def _is_host(word: str) -> bool:
    bare = word.strip("()<>[],;:\"'")
    return "." in bare.strip(".") and bare.isascii()
