"""Domains that bear the name of an employer the message speaks of.

Labels such as "shell", "gd" or "iec" are everybody's; beside recruiters' words in the sender's
domain they mean the employer only if the message names it.
"""

from __future__ import annotations

from vedette.lure.identity.claims.body import MAX_TEXT
from vedette.lure.identity.claims.find import spoken
from vedette.lure.identity.domains import ascii_host, domain_of, unicode_host
from vedette.lure.identity.lookalike.beside import worn
from vedette.lure.identity.lookalike.combos import holds_recruiting
from vedette.lure.identity.lookalike.index import Lookalike
from vedette.lure.identity.registry import Registry
from vedette.lure.message import Message


def worn_name(host: str, message: Message, registry: Registry) -> Lookalike | None:
    """The employer that the message names and whose label the host (nobody's that is known) wears
    beside recruiters' words."""
    plain = ascii_host(host.lower())
    domain = domain_of(plain)
    if not domain.label or not holds_recruiting(domain.label) or registry.is_known(plain):
        return None
    for key in _named(message, registry):
        labels = {domain_of(own).label for own in registry.employers[key].domains}
        if name := worn(plain, sorted(labels, key=len, reverse=True)):
            return Lookalike(unicode_host(domain.organisation), key, name, "combination")
    return None


def _named(message: Message, registry: Registry) -> tuple[str, ...]:
    """Keys of the employers that the sender's name, the subject or a body names."""
    lines = [message.sender.name] if message.sender else []
    lines += [text.text[:MAX_TEXT] for text in spoken(message)]
    names = registry.names
    hits = [hit for line in lines for hit in names.find(names.folded(line))]
    return tuple(dict.fromkeys(hit.employer for hit in hits))
