"""What a playbook may know of an incident."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

import msgspec

from vedette.model.finding import Entity

STAGES: Final = (
    "reconnaissance",
    "resource-development",
    "lure",
    "delivery",
    "initial-access",
    "execution",
    "persistence",
    "privilege-escalation",
    "stealth",
    "defense-impairment",
    "credential-access",
    "discovery",
    "lateral-movement",
    "collection",
    "command-and-control",
    "exfiltration",
    "inhibit-response-function",
    "impair-process-control",
    "impact",
)
"""How far an attack has got: ATT&CK's tactics (Enterprise and ICS), with lure and delivery."""

KINDS: Final = frozenset({
    "person", "mailbox", "message", "host", "account", "process", "hash", "document", "domain",
    "address", "url", "certificate", "tag", "package",
})  # fmt: skip
"""Kinds of entities (model/finding.py)."""

_INSIDE: Final = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3", "::/128", "::1/128", "fc00::/7",
        "fe80::/10", "ff00::/8",
    )
)  # fmt: skip
"""Addresses that are nobody's on the Internet: never an outside attacker's."""


class Facts(msgspec.Struct, frozen=True):
    """An incident, as a playbook sees it.

    `stages` are the reached ones, in any order (names in `STAGES`; others are kept and are before
    all of these); `priority` and `certainty` 0 to 1; `level` one of `model.finding.LEVELS`; `own`
    which of the entities are the firm's, by its asset list. `variables` are the values for a
    playbook's external variables, by their names (`__parameter__`).
    """

    id: str
    stages: tuple[str, ...]
    priority: float
    certainty: float
    level: str
    entities: tuple[Entity, ...]
    techniques: tuple[str, ...] = ()
    own: frozenset[Entity] = frozenset()
    variables: tuple[tuple[str, str], ...] = ()

    def reached(self) -> int:
        """The place of the furthest stage in `STAGES`, -1 for none."""
        return max((STAGES.index(each) for each in self.stages if each in STAGES), default=-1)

    def foreign(self, entity: Entity) -> bool:
        """Whether it is not the firm's: not in `own`, and no address of a private range."""
        return entity not in self.own and not (entity.kind == "address" and _inside(entity.value))


def _inside(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return True  # what is no address is not refused as one
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address.version == net.version and address in net for net in _INSIDE)
