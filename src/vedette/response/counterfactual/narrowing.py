"""A narrower action in place of one that would cost too much."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from vedette.model.action import Action, action_id
from vedette.model.finding import Entity
from vedette.response.counterfactual.cost import Cost, unknown_cost
from vedette.response.counterfactual.protection import Protected, protection_of
from vedette.response.counterfactual.spelling import host_of

MOST_PATHS: Final = 8
"""Paths of a website to which a refused client is narrowed."""
MOST_CHECKS: Final = 32
"""Checks of one decision and all that it is narrowed to."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """An action with its cost; `why` it must go before a person, "" if it need not."""

    action: Action
    cost: Cost
    why: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """What may be done by itself, and what a person must decide, with the list."""

    go: tuple[Weighed, ...]
    ask: tuple[Weighed, ...]


def narrow(action: Action, cost: Cost, entities: Sequence[Entity]) -> tuple[Action, ...]:
    """The next narrower actions that still act on what the incident's `entities` name; none where
    there is no narrower one. Never acts on what `cost` shows as benign.

    Host to process, network to address, domain to sender and URL, a client to a client on one
    path, an account to its sessions.
    """
    benign = {one.who for one in cost.benign}
    made: dict[str, Action] = {}
    for kind, target, scope in _narrower(action, entities):
        if target not in benign or target == action.target:
            given = tuple(sorted(scope.items()))
            one = msgspec.structs.replace(
                action,
                id=action_id(kind, target, given, action.incident),
                kind=kind,
                target=target,
                scope=given,
                reason=f"{action.reason} (in place of {action.kind} {action.target.value})",
            )
            made.setdefault(one.id, one)
    made.pop(action.id, None)
    return tuple(made.values())


def settle(
    action: Action,
    run: Callable[[Action], Cost],
    budget: int,
    entities: Sequence[Entity],
    protected: Protected,
) -> Settled:
    """Check an action and narrow it until what is left is within `budget` benign principals.

    Protection is asked first and for every narrower action. What can't be narrowed, or of which
    the look was not complete, is left to a person; so is the rest after MOST_CHECKS checks.
    """
    go: list[Weighed] = []
    ask: list[Weighed] = []
    seen = {action.id}
    waiting = [action]
    checks = 0
    while waiting:
        one = waiting.pop(0)
        why = protection_of(one, protected)
        if why is not None:
            ask.append(Weighed(one, unknown_cost((0, 0), why), why))
            continue
        if checks >= MOST_CHECKS:
            why = f"more than {MOST_CHECKS} narrower actions; choose among them"
            ask.append(Weighed(one, unknown_cost((0, 0), why), why))
            continue
        checks += 1
        cost = run(one)
        why = protection_of(one, protected, (each.who for each in cost.benign))
        unlisted = cost.benign_count > len(cost.benign)  # any of them may be protected
        if why is None and cost.within(budget) and not unlisted:
            go.append(Weighed(one, cost))
            continue
        # What nobody can count is not counted better where it is narrower.
        unknown = not cost.complete and cost.benign_count <= budget and why is None
        found = () if unknown else narrow(one, cost, entities)
        narrower = [each for each in found if each.id not in seen]
        seen.update(each.id for each in narrower)
        waiting += narrower
        if not narrower:
            ask.append(Weighed(one, cost, why or _reason(cost, budget)))
    return Settled(tuple(go), tuple(ask))


def _reason(cost: Cost, budget: int) -> str:
    if not cost.complete:
        return "the look is not complete: " + "; ".join(cost.why_not)
    if cost.benign_count <= budget:
        return (
            f"{cost.benign_count} benign principals are too many to tell whether one is protected"
        )
    return f"{cost.benign_count} benign principals would be touched, the budget is {budget}"


_Narrower = list[tuple[str, Entity, dict[str, str]]]


def _narrower(action: Action, entities: Sequence[Entity]) -> _Narrower:
    scope = dict(action.scope)
    match action.kind:
        case "isolate-host":
            return [
                ("freeze-process", one, scope | {"host": action.target.value})
                for one in entities
                if one.kind == "process" and _on_host(one.value, action.target.value)
            ]
        case "refuse-address" if "/" in action.target.value:
            return [
                ("refuse-address", one, scope)
                for one in entities
                if one.kind == "address" and _inside(one.value, action.target.value)
            ]
        case "refuse-domain":
            return _within_domain(action.target.value, entities, scope)
        case "refuse-client" if "path" not in scope:
            paths = {_path(one.value) for one in entities if one.kind == "url"} - {"", "/"}
            return [
                ("refuse-client", action.target, scope | {"path": path}) for path in _above(paths)
            ]
        case "disable-account":
            return [("end-sessions", action.target, scope)]
    return []


def _within_domain(domain: str, entities: Sequence[Entity], scope: dict[str, str]) -> _Narrower:
    found: _Narrower = []
    for one in entities:
        if one.kind in ("mailbox", "person") and _under(one.value.rpartition("@")[2], domain):
            found.append(("refuse-sender", one, scope))
        elif one.kind == "url" and _under(host_of(one.value), domain):
            found.append(("refuse-url", one, scope))
    return found


def _under(host: str, domain: str) -> bool:
    host, domain = host.lower().rstrip("."), domain.lower().rstrip(".")
    return host == domain or host.endswith("." + domain)


def _on_host(process: str, host: str) -> bool:
    """A process given by its host is on that host; one given by its program may be on any."""
    named, slash, rest = process.partition("/")
    if not named or not slash or not rest[:1].isdigit():
        return True
    return named.partition(".")[0].lower() == host.partition(".")[0].lower()


def _inside(address: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


def _above(paths: set[str]) -> list[str]:
    """At most MOST_PATHS paths that stand for all of these: where there are more, their parents."""
    found = sorted(paths)
    while len(found) > MOST_PATHS:
        depth = max(path.count("/") for path in found)
        if depth <= 1:
            return found[:MOST_PATHS]
        found = sorted({
            path.rpartition("/")[0] if path.count("/") == depth else path for path in found
        })  # fmt: skip
    return found


def _path(url: str) -> str:
    """The path in a URL or of a request's target."""
    _, scheme, rest = url.partition("://")
    target = "/" + rest.partition("/")[2] if scheme else url
    return target.partition("?")[0].partition("#")[0].rstrip("/")
