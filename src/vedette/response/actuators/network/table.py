"""Our own nftables table: how it is laid out, and what stands in it.

Packets of an address are dropped where they arrive (`in`) or leave (`out`), before connection
tracking, which is thereby neither needed nor switched on; whatever is not in the sets goes on as
if the table were not there. One address may be refused by several actions for different times,
and an element of a set has only one comment: `claims` says which action wants which address for
how long, `in` and `out` hold what follows of it, with the longest of the times.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from vedette.model.errors import ActuatorError
from vedette.response.actuators.network.nft import Command
from vedette.response.actuators.network.surroundings import IPAddress

FAMILY: Final = "inet"
TABLE: Final = "vedette"
DIRECTIONS: Final = ("in", "out")
FIRST: Final = -300
"""Priority `raw`: before connection tracking, after the defragmentation it may have asked for."""

_HERE: Final = {"family": FAMILY, "table": TABLE}
_CHAINS: Final = {"in": ("arriving", "prerouting"), "out": ("leaving", "postrouting")}
_TYPES: Final = {4: "ipv4_addr", 6: "ipv6_addr"}
_PROTOCOLS: Final = {4: "ip", 6: "ip6"}


class Claim(NamedTuple):
    """One action's wish: `seconds` are left of it."""

    action: str
    address: str
    directions: tuple[str, ...]
    seconds: int


class Standing(NamedTuple):
    """What stands: each set's addresses with the seconds left; `sound` where sets, chains and
    rules are as they should be."""

    sound: bool
    claims: tuple[Claim, ...]
    refused: Mapping[tuple[str, str], int]


NOTHING: Final = Standing(sound=False, claims=(), refused={})


def laid(size: int) -> list[Command]:
    """The commands that lay the table anew, with nothing in its sets."""
    commands: list[Command] = [*cleared(), {"add": {"table": {"family": FAMILY, "name": TABLE}}}]
    commands += [{"add": {"set": each}} for each in _sets(size)]
    commands += [{"add": {"chain": each}} for each in _chains()]
    commands += [{"add": {"rule": each}} for each in _rules()]
    return commands


def cleared() -> list[Command]:
    """The commands after which there is no table, whether there was one or not."""
    table = {"table": {"family": FAMILY, "name": TABLE}}
    return [{"add": table}, {"delete": table}]


def refused(address: IPAddress, direction: str, seconds: int) -> Command:
    return _element("add", direction, address, {"val": str(address), "timeout": seconds})


def released(address: IPAddress, direction: str) -> Command:
    return _element("delete", direction, address, None)


def claimed(claim: Claim) -> Command:
    comment = " ".join((claim.action, *claim.directions))
    value = {"val": _key(claim), "timeout": claim.seconds, "comment": comment}
    return _element("add", "claims", ipaddress.ip_address(claim.address), value)


def disclaimed(claim: Claim) -> Command:
    address = ipaddress.ip_address(claim.address)
    return _element("delete", "claims", address, None, _key(claim))


def read(listed: Sequence[Command] | None) -> Standing:
    """What stands, of what nft lists. Raises ActuatorError where that is not ours."""
    if listed is None:
        return NOTHING
    sound = True
    claims: list[Claim] = []
    refused: dict[tuple[str, str], int] = {}
    found: dict[str, list[Any]] = {"set": [], "chain": [], "rule": []}
    try:
        for each in listed:
            for what, given in each.items():
                if what == "table":
                    sound = "flags" not in given  # it can be made dormant
                elif what in found:
                    found[what].append({name: given.get(name) for name in _COMPARED[what]})
                if what == "set":
                    for element in given.get("elem", ()):
                        sound &= _read_element(given["name"], element, claims, refused)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        fix = f"delete it: `nft delete table {FAMILY} {TABLE}`"
        raise ActuatorError(
            f"nft: the table {FAMILY} {TABLE} is not as Vedette lays it ({error!r}); {fix}"
        ) from error
    wanted = {"set": _sets(0), "chain": _chains(), "rule": _rules()}
    for what, names in _COMPARED.items():
        shapes = [{name: each[name] for name in names} for each in wanted[what]]
        # rules are in order within a chain, everything else comes as the kernel likes
        sound &= sorted(map(_place, shapes)) == sorted(map(_place, found[what]))
        for chain, _ in _CHAINS.values():
            there = [each for each in found[what] if each.get("chain") == chain]
            sound &= there == [each for each in shapes if each.get("chain") == chain]
    return Standing(sound, tuple(sorted(claims)), refused)


_COMPARED: Final = {
    "set": ("name", "type"),
    "chain": ("name", "type", "hook", "prio", "policy"),
    "rule": ("chain", "expr"),
}


def _place(shape: Mapping[str, Any]) -> str:
    return repr(sorted(shape.items()))


def _read_element(
    name: str, element: Any, claims: list[Claim], refused: dict[tuple[str, str], int]
) -> bool:
    """False for what we did not put there: it has no timeout, or no action."""
    if "elem" not in element or not isinstance(element, dict):
        return False
    given = element["elem"]
    left = int(given.get("expires", 0))
    if not name.startswith("claims"):
        refused[_plain(given["val"]), name[:-1]] = left
        return "timeout" in given
    action, *directions = str(given.get("comment", "")).split() or [""]
    address = _plain(given["val"]["concat"][0])
    claims.append(Claim(action, address, tuple(directions), left))
    return bool(action)


def _plain(address: str) -> str:
    """As Python writes it: nft writes some IPv6 addresses with a dotted end."""
    return str(ipaddress.ip_address(address))


def _sets(size: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for version, kind in _TYPES.items():
        found += [{**_HERE, "name": f"{each}{version}", "type": kind} for each in DIRECTIONS]
        found.append({**_HERE, "name": f"claims{version}", "type": [kind, "mark"]})
    return [{**each, "flags": ["timeout"], "size": size} for each in found]


def _chains() -> list[dict[str, Any]]:
    shared = {**_HERE, "type": "filter", "prio": FIRST, "policy": "accept"}
    return [{**shared, "name": name, "hook": hook} for name, hook in _CHAINS.values()]


def _rules() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for direction, (chain, _) in _CHAINS.items():
        interface, field = ("iifname", "saddr") if direction == "in" else ("oifname", "daddr")
        inside = [_match({"meta": {"key": interface}}, "lo"), {"accept": None}]
        found.append({**_HERE, "chain": chain, "expr": inside})
        for version, protocol in _PROTOCOLS.items():
            where = {"payload": {"protocol": protocol, "field": field}}
            drop = [_match(where, f"@{direction}{version}"), {"drop": None}]
            found.append({**_HERE, "chain": chain, "expr": drop})
    return found


def _match(left: Command, right: str) -> Command:
    return {"match": {"op": "==", "left": left, "right": right}}


def _element(verb: str, name: str, address: IPAddress, value: Any, key: Any = None) -> Command:
    given = {"elem": value} if value is not None else key or str(address)
    return {
        verb: {"element": {**_HERE, "name": f"{name}{address.version}", "elem": [given]}},
    }


def _key(claim: Claim) -> dict[str, Any]:
    """An address and 32 bits of the action: enough to tell apart the few that share an address."""
    digest = hashlib.blake2b(claim.action.encode(), digest_size=4).digest()
    return {"concat": [claim.address, int.from_bytes(digest)]}
