"""Answers that are wanted at a private address by somebody who writes from another place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from vedette.lure.identity.claims.body import MAX_TEXT, own_words
from vedette.lure.identity.claims.find import spoken
from vedette.lure.identity.domains import ascii_host, organisational_domain, told_host
from vedette.lure.identity.identify import is_list
from vedette.lure.identity.registry import Registry
from vedette.lure.identity.summary import Identity
from vedette.lure.message import Message
from vedette.lure.sign import Sign, SignEvidence

MOST: Final = 20
"""Addresses of a text that are looked at."""

_MAILBOX: Final = re.compile(
    r"(?<![\w.+@/-])([\w.+-]{1,64})@"
    r"((?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24})",
    re.I,
)
_OWN: Final = ("freemail", "disposable", "none")


def private_answers(message: Message, identity: Identity, registry: Registry) -> Iterator[Sign]:
    """`reply_private`: Reply-To is a free mail address and the sender's is none.
    `answer_private`: the text gives one, other than the recipients', to whoever answers."""
    if identity.kind in _OWN or is_list(message):
        return
    domain = ("domain", told_host(identity.domain))
    for address in message.reply_to:
        host = ascii_host(address.domain)
        if host and (registry.is_freemail(host) or registry.is_disposable(host)):
            start = max(message.header("reply-to").lower().find(address.address), 0)
            end = start + len(address.address)
            evidence = SignEvidence("header:reply-to", start, end, address.address)
            yield Sign("reply_private", (evidence,), (domain, ("address", address.address)))
            break
    known = {each.address for each in (*message.recipients, *message.reply_to)}
    for text in spoken(message):
        if "@" not in text.text:
            continue
        words = own_words(text.text[:MAX_TEXT])
        for number, found in enumerate(_MAILBOX.finditer(words)):
            if number >= MOST:
                break
            host = organisational_domain(found[2].lower())
            if found.group().lower() in known or not registry.is_freemail(host):
                continue
            evidence = SignEvidence(text.part, found.start(), found.end(), found.group())
            yield Sign("answer_private", (evidence,), (domain, ("address", found.group())))
            return
