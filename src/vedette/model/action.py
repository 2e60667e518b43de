"""A countermeasure: what it touches, for how long, and how far it has got."""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec

from vedette.model.finding import Entity

State = Literal[
    "shadow",  # recorded as "would have"
    "proposed",  # waits for a person
    "refused",  # by a person, a budget or a protected asset
    "intended",  # written down, not yet done
    "applied",  # done and verified
    "ending",  # to be taken back, not yet verified to be
    "failed",  # could not be done; taken back
    "expired",  # undone because its time was over
    "undone",  # undone by a person or the kill switch
]


class Action(msgspec.Struct, frozen=True):
    """One countermeasure.

    `kind` names an actuator's verb (`refuse-address`, `hold-message`). `target` is what it touches;
    `scope` narrows that (`("site", "shop")`, `("path", "/login")`), sorted by name. `incident` is
    the incident it belongs to, `reason` words for people. Times are microseconds since the epoch,
    UTC. `technique` is the D3FEND technique.
    """

    id: str
    kind: str
    target: Entity
    scope: tuple[tuple[str, str], ...]
    incident: str
    reason: str
    decided: int
    expires: int
    technique: str = ""
    state: State = "shadow"


def action_id(kind: str, target: Entity, scope: tuple[tuple[str, str], ...], incident: str) -> str:
    """The id of a decision: the same one taken twice is one action."""
    digest = hashlib.blake2b(digest_size=16)
    for part in (
        kind,
        target.kind,
        target.value,
        incident,
        *(text for pair in scope for text in pair),
    ):
        given = part.encode("utf-8", "surrogatepass")
        digest.update(len(given).to_bytes(4, "big") + given)
    return digest.hexdigest()
