"""Signs of a message that somebody passed on inline: who wrote it is said in the text alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from vedette.lure.identity.authentication.result import Authentication
from vedette.lure.identity.brands.notices import FORWARDED
from vedette.lure.identity.domains import organisational_domain
from vedette.lure.identity.registry import Registry
from vedette.lure.identity.signs import judge_identity
from vedette.lure.message import Message
from vedette.lure.reading import forwarded
from vedette.lure.sign import Sign

_TRUST: Final = frozenset(
    ("claim_verified", "tenant_verified", "network_verified", "partner_verified", "thread_known")
)
_BY_ITSELF: Final = ("freemail_sender", "sender_unknown", "claim_unmatched", "reply_to_differs")
"""Of the inner sender: weak, and counted only where something contradicts itself."""
_KINDS: Final = ("claim_", "lookalike_", "link_", "network_", "system_", "agency_", "disposable_",
                 "display_", "reply_private", "answer_private")  # fmt: skip


def passed_on_signs(message: Message, who: Sequence[Sign], registry: Registry) -> tuple[Sign, ...]:
    """`who` (the signs of the one who passes on) with those of the writer inside. Where the inner
    message contradicts itself, what speaks for the one who passed it on says nothing of it."""
    inner = _inner(message)
    if inner is None:
        return tuple(who)
    _, found = judge_identity(inner, registry, Authentication())
    speaking = [
        sign
        for sign in found
        if sign.name.startswith(_KINDS) and sign.name not in _TRUST and sign.name not in _BY_ITSELF
    ]
    if not speaking:
        return tuple(who)
    weak = [sign for sign in found if sign.name in _BY_ITSELF]
    placed = [
        msgspec.structs.replace(
            sign,
            evidence=tuple(
                msgspec.structs.replace(each, part=f"forwarded/{each.part}")
                for each in sign.evidence
            ),
        )
        for sign in (*speaking, *weak)
    ]
    return (*(sign for sign in who if sign.name not in _TRUST), *placed)


def _inner(message: Message) -> Message | None:
    """The message in the text of another, with a sender other than who passes it on."""
    if message.kind != "mail" or message.sender is None:
        return None
    if not FORWARDED.match(message.subject.lower()) and not any(
        "-----" in text.text for text in message.texts
    ):
        return None
    inner = forwarded(message)
    if inner is None or any(inner is each for each in message.nested) or inner.sender is None:
        return None
    ours = organisational_domain(message.sender.domain)
    theirs = organisational_domain(inner.sender.domain)
    return inner if theirs and (theirs != ours or inner.sender != message.sender) else None
