"""The actuator that refuses an address on the network."""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from threading import Lock
from typing import Final

from vedette.model.action import Action
from vedette.model.errors import ActuatorError
from vedette.model.instant import SECOND, rfc3339
from vedette.response.actuating import Planned, Verified
from vedette.response.actuators.network import table
from vedette.response.actuators.network.nft import Command, Nft
from vedette.response.actuators.network.surroundings import RESOLVERS, IPAddress, needed

Range = ipaddress.IPv4Network | ipaddress.IPv6Network

SIZE: Final = 65_535
"""Addresses that one set may hold: beyond that the kernel says no."""

TRIES: Final = 3
"""An element may expire between looking and deleting; then the look is repeated."""

_ID: Final = re.compile(r"[0-9A-Za-z_.:-]{1,100}")  # a comment holds 128 bytes
_SCOPES: Final = {"in": ("in",), "out": ("out",), "both": ("in", "out")}
_NOWHERE: Final = ipaddress.IPv4Address("255.255.255.255")


class RefuseAddress:
    """`refuse-address`: packets of one address are dropped, by nftables, until the time is over.

    The target is an Entity of kind `address`, IPv4 or IPv6. The scope `direction` is `in` (packets
    from it), `out` (packets to it) or `both` (the default). The kernel itself ends it, to the
    second, whether or not Vedette still runs. Never refused are loopback, multicast, link-local
    and unspecified addresses, this machine's own, its gateways and name servers, and `protected`.
    Only the table `inet vedette` is ever written to.
    """

    kinds = frozenset({"refuse-address"})
    seconds = 60.0

    def __init__(
        self,
        protected: Sequence[Range] = (),
        *,
        size: int = SIZE,
        nft: Nft | None = None,
        net: Path = Path("/proc/self/net"),
        resolvers: Sequence[Path] = RESOLVERS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`clock` gives seconds since the epoch; `net` is the view of the network namespace that
        `nft` works in."""
        self._protected = tuple(protected)
        self._size = size
        self._nft = nft or Nft()
        self._net = net
        self._resolvers = tuple(resolvers)
        self._clock = clock
        self._one = Lock()

    def plan(self, action: Action) -> Planned:
        address, directions = self._checked(action)
        ways = {"in": "from", "out": "to"}
        packets = " and ".join(f"{ways[each]} {address}" for each in directions)
        return Planned(
            f"drop every packet {packets} until {rfc3339(action.expires)}",
            "remove the address from the set; the kernel does so by itself when the time is over",
        )

    def apply(self, action: Action) -> None:
        address, directions = self._checked(action)
        seconds = int(action.expires / SECOND - self._clock())
        if seconds < 1:
            raise ActuatorError(f"{action.id}: its time was over {rfc3339(action.expires)}")
        self._change(
            lambda standing: self._applied(standing, action.id, address, directions, seconds)
        )

    def verify(self, action: Action) -> Verified:
        _target(action)
        return self.look([action])[0]

    def look(self, actions: Sequence[Action]) -> Sequence[Verified]:
        standing = table.read(self._nft.listed(table.FAMILY, table.TABLE))
        claims = {each.action: each for each in standing.claims}
        return [_found(standing, claims.get(each.id), each) for each in actions]

    def sweep(self, actions: Sequence[Action]) -> Sequence[Verified]:
        gone = frozenset(each.id for each in actions)
        self._change(lambda standing: _undone(standing, gone))
        return self.look(actions)

    def undo(self, action: Action) -> None:
        self._change(lambda standing: _undone(standing, frozenset([action.id])))

    def standing(self) -> Iterable[str]:
        standing = table.read(self._nft.listed(table.FAMILY, table.TABLE))
        return sorted({claim.action for claim in standing.claims})

    def clear(self) -> None:
        """The kill switch: afterwards there is no trace of Vedette among the firm's rules."""
        self._nft.carry_out(table.cleared())

    def _change(self, wanted: Callable[[table.Standing], list[Command]]) -> None:
        with self._one:  # what is laid anew must hold what others claim by then
            for left in reversed(range(TRIES)):
                commands = wanted(table.read(self._nft.listed(table.FAMILY, table.TABLE)))
                if not commands:
                    return
                try:
                    self._nft.carry_out(commands)
                    return
                except ActuatorError as error:
                    if not left or "No such file or directory" not in str(error):
                        raise

    def _applied(
        self,
        standing: table.Standing,
        action: str,
        address: IPAddress,
        directions: tuple[str, ...],
        seconds: int,
    ) -> list[Command]:
        others = [each for each in standing.claims if each.action != action and each.seconds > 0]
        wanted = table.Claim(action, str(address), directions, seconds)
        if not standing.sound:
            return self._anew([wanted, *others])
        claim = next((each for each in standing.claims if each.action == action), None)
        if claim is None:
            commands = [table.claimed(wanted)]
        elif claim[:3] == wanted[:3] and abs(claim.seconds - seconds) <= 1:
            commands, wanted = [], claim
        else:
            commands = [table.disclaimed(claim), table.claimed(wanted)]
        touched = [wanted] if claim is None else [wanted, claim]
        return commands + _followed(standing, touched, [wanted, *others])

    def _anew(self, claims: Sequence[table.Claim]) -> list[Command]:
        """The table as it should be: another has changed or deleted it."""
        commands = [*table.laid(self._size), *(table.claimed(each) for each in claims)]
        return commands + _followed(table.NOTHING, claims, claims)

    def _checked(self, action: Action) -> tuple[IPAddress, tuple[str, ...]]:
        address, directions = _target(action)
        why = _special(address) or needed(self._net, self._resolvers).get(address, "")
        if not why:
            inside = next((each for each in self._protected if address in each), None)
            why = "" if inside is None else f"in the protected range {inside}"
        if why:
            raise ActuatorError(f"{address}: never refused, it is {why}; choose another action")
        return address, directions


def _found(standing: table.Standing, claim: table.Claim | None, action: Action) -> Verified:
    """What a listing says of one action."""
    try:
        address, directions = _target(action)
    except ActuatorError as error:
        return Verified("unknown", str(error))
    if claim is None:
        return Verified("absent", f"nothing refuses {address} for this action")
    missing = [each for each in directions if (str(address), each) not in standing.refused]
    if not standing.sound or missing or set(claim.directions) != set(directions):
        return Verified("absent", "the table was changed by another; apply it again")
    return Verified("applied", f"{claim.seconds} s are left")


def _undone(standing: table.Standing, actions: frozenset[str]) -> list[Command]:
    claims = [each for each in standing.claims if each.action in actions]
    if not claims:
        return []
    others = [each for each in standing.claims if each.action not in actions]
    if not others:
        return table.cleared()  # nothing of ours is left among the firm's rules
    return [*map(table.disclaimed, claims), *_followed(standing, claims, others)]


def _followed(
    standing: table.Standing, touched: Iterable[table.Claim], claims: Iterable[table.Claim]
) -> list[Command]:
    """What `in` and `out` need so that each address touched stands for its longest claim."""
    commands: list[Command] = []
    every: dict[str, list[table.Claim]] = {each.address: [] for each in touched}
    for each in claims:
        if each.address in every:
            every[each.address].append(each)
    for text in sorted(every):
        address = ipaddress.ip_address(text)
        for direction in table.DIRECTIONS:
            wants = [each.seconds for each in every[text] if direction in each.directions]
            has = standing.refused.get((text, direction))
            if wants and has is not None and abs(max(wants) - has) <= 1:
                continue
            if has is not None:
                commands.append(table.released(address, direction))
            if wants and max(wants) >= 1:
                commands.append(table.refused(address, direction, max(wants)))
    return commands


def _target(action: Action) -> tuple[IPAddress, tuple[str, ...]]:
    if not _ID.fullmatch(action.id):
        raise ActuatorError(f"{action.id[:100]!a}: no id that a comment can hold")
    if action.target.kind != "address":
        raise ActuatorError(f"{action.target.kind}: only an address can be refused")
    for name, _ in action.scope:
        if name != "direction":
            raise ActuatorError(
                f"{name}: unknown scope of refuse-address; only `direction` is known"
            )
    given = dict(action.scope).get("direction", "both")
    if given not in _SCOPES:
        raise ActuatorError(f"{given[:100]!a}: unknown direction; it is in, out or both")
    try:
        address = ipaddress.ip_address(action.target.value)
    except ValueError:
        what = f"{action.target.value[:100]!a}: no IPv4 or IPv6 address"
        raise ActuatorError(f"{what}; networks and names are not refused") from None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address, _SCOPES[given]


def _special(address: IPAddress) -> str:
    if address.is_loopback:
        return "the machine's loopback"
    if address.is_unspecified or address == _NOWHERE:
        return "no single machine's"
    if address.is_multicast:
        return "a multicast group"
    if address.is_link_local:
        return "link-local, another machine's on every link"
    return ""
