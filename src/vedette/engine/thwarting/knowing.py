"""An incident as playbooks see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from vedette.incident.assets import Asset, Assets
from vedette.incident.knots import Summary
from vedette.incident.lines import highest
from vedette.incident.priority import Priority
from vedette.lure.detector import RULES
from vedette.model.finding import Entity
from vedette.response.playbook.facts import Facts

LURES: Final = frozenset(RULES[name].id for name in ("lure", "suspicious"))
"""The rules whose findings are about what a message asks for."""
_WITHIN: Final = ("host", "account", "tag", "process")
"""Kinds of things that are the firm's by their nature: what its own sources name."""


class Belonging:
    """Tells the firm's own things from others', by its asset list and its own domains."""

    def __init__(self, assets: Assets, domains: Iterable[str] = ()) -> None:
        """`domains` are the firm's; those of its listed mailboxes are added."""
        self._assets = assets
        given = {each.lower().strip(".") for each in domains}
        given |= {domain for asset in assets.all for domain in _domains(asset)}
        self._domains = frozenset(given - {""})

    def own(self, entity: Entity) -> bool:
        """Whether it is the firm's."""
        if entity.kind in _WITHIN or self._assets.of(entity):
            return True
        if entity.kind == "domain":
            return self._under(entity.value)
        if entity.kind == "mailbox":
            return "@" not in entity.value or self._under(entity.value.rpartition("@")[2])
        if entity.kind == "url":
            from vedette.response.counterfactual.spelling import host_of

            host = host_of(entity.value)
            return not host or self._under(host)
        return False

    def _under(self, name: str) -> bool:
        parts = name.lower().strip(".").split(".")
        return any(".".join(parts[at:]) in self._domains for at in range(len(parts)))


def facts_of(
    summary: Summary,
    priority: Priority,
    belonging: Belonging,
    more: Iterable[Entity] = (),
) -> Facts:
    """The facts. What a message asks for has not happened yet: the techniques of a lure say what
    it would do, so that its stage is `lure` alone. `more` are entities that were found out besides
    those the findings name: running processes, say. Programs are left out: nothing can be done to
    all that run one."""
    entities = {
        Entity(kind, value)
        for kind, values in summary.entities.items()
        if kind != "process"
        for value in values
    } | set(more)
    stages = [stage.tactic for stage in priority.stages if not LURES.issuperset(stage.rules)]
    if any(line.rule in LURES for line in summary.lines):
        stages.append("lure")
    return Facts(
        id=summary.id,
        stages=tuple(stages),
        priority=min(1.0, priority.score / 100),
        certainty=priority.certainty,
        level=highest(*(line.level for line in summary.lines)),
        entities=tuple(sorted(entities)),
        techniques=tuple(sorted({each for line in summary.lines for each in line.techniques})),
        own=frozenset(entity for entity in entities if belonging.own(entity)),
    )


def protection(assets: Assets) -> Callable[[Entity], str | None]:
    """Why an entity is never acted on automatically."""

    def protected(entity: Entity) -> str | None:
        for asset in assets.of(entity):
            if asset.untouchable:
                what = "part of a plant" if asset.plant else "in the asset list as protected"
                return f"{asset.name} ({what}; owner {asset.owner or 'unknown'})"
        return None

    return protected


def _domains(asset: Asset) -> Iterable[str]:
    for mailbox in asset.mailboxes:
        local, at, domain = mailbox.rpartition("@")
        if at and local.strip("*?") == "" and not set(domain) & set("*?"):
            yield domain.lower()
