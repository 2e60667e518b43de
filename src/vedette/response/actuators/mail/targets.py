"""From what an action is aimed at to what is refused of mail, as it is looked up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from vedette.lure.delivery.target import target_of
from vedette.lure.fingerprint import is_fingerprint
from vedette.lure.identity.domains import ascii_host, domain_of
from vedette.lure.live.door import HOLDS
from vedette.lure.refusable import url_key
from vedette.model.action import Action
from vedette.model.errors import ActuatorError
from vedette.store.refusals import Kind, Refusal

REFUSES: Final[Mapping[str, Mapping[str, Kind]]] = {
    "refuse-sender": {"person": "sender"},
    "refuse-domain": {"domain": "domain"},
    "refuse-url": {"url": "url"},
    "refuse-hash": {"hash": "hash"},
    "hold-message": {
        "message": "message",
        "person": "sender",
        "domain": "domain",
        "url": "url",
        "hash": "hash",
    },
}
"""From a kind of action to the kinds of entities it may be aimed at, and what of mail they are."""

WORDS: Final[Mapping[Kind, str]] = {
    "sender": "from {}",
    "domain": "from {0} or with links to it, subdomains too",
    "url": "with the link {}",
    "hash": "with the file {}",
    "message": "that is the message {}",
}
_PSEUDONYM: Final = re.compile(r"mb-[a-z2-7]{16}")
_ADDRESS: Final = re.compile(r"[^\s@<>\"(),;:\\\x00-\x1f]{1,64}@[^\s@<>\x00-\x1f]{1,253}")
_HASH: Final = re.compile(r"(?:sha256:)?([0-9a-f]{64})")
_HOST: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){1,60}")
LONGEST_URL: Final = 2048


def refusal_of(action: Action, own: Sequence[str] = ()) -> Refusal:
    """What an action puts into the refusals. `own` are domains that are never refused. Raises
    ActuatorError where it is aimed at nothing that can be refused."""
    kinds = REFUSES[action.kind]
    kind = kinds.get(action.target.kind)
    if kind is None:
        possible = ", ".join(kinds)
        raise ActuatorError(
            f"{action.kind}: can't be aimed at a {action.target.kind[:50]}; only at {possible}"
        )
    for name, _ in action.scope:
        raise ActuatorError(f"{name[:50]}: unknown scope of {action.kind}; it has none")
    value = _SPELLED[kind](action.target.value, own)
    scope = [HOLDS] if action.kind == "hold-message" else []
    if kind == "url":
        scope.append(("url", action.target.value))
    return Refusal(action.id, kind, value, action.expires, tuple(sorted(scope)))


def _sender(text: str, _: Sequence[str]) -> str:
    value = text.strip().lower()
    if not _PSEUDONYM.fullmatch(value) and not _ADDRESS.fullmatch(value):
        raise ActuatorError(f"{text[:100]!a}: neither an address nor a pseudonym of one")
    return value


def _domain(text: str, own: Sequence[str]) -> str:
    value = ascii_host(text.strip().rstrip(".").lower())
    if not _HOST.fullmatch(value):
        raise ActuatorError(f"{text[:100]!a}: no domain name")
    if not domain_of(value).label:
        raise ActuatorError(f"{value}: many firms have names below it; refuse one of those")
    for each in own:
        if each == value or each.endswith("." + value) or value.endswith("." + each):
            raise ActuatorError(f"{value}: never refused, {each} is the firm's own")
    return value


def _url(text: str, _: Sequence[str]) -> str:
    if len(text) > LONGEST_URL or not target_of(text).host:
        raise ActuatorError(f"{text[:100]!a}: no whole URL")
    return url_key(text)


def _hash(text: str, _: Sequence[str]) -> str:
    found = _HASH.fullmatch(text.strip().lower())
    if found is None:
        raise ActuatorError(f"{text[:100]!a}: no SHA-256 of a file; others are not looked up")
    return f"sha256:{found[1]}"


def _message(text: str, _: Sequence[str]) -> str:
    if not is_fingerprint(text):
        raise ActuatorError(
            f"{text[:100]!a}: no message; take it from the entity `message` of a finding"
        )
    return text


_SPELLED: Final = {
    "sender": _sender,
    "domain": _domain,
    "url": _url,
    "hash": _hash,
    "message": _message,
}
