"""Where a name leads, before anything is sent there."""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Final

from vedette.model.errors import DestinationError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Lookup = Callable[[str, int], Sequence[str]]
"""From a host and port to its addresses; raises OSError."""

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


def system_lookup(host: str, port: int) -> list[str]:
    """What this machine's resolver says, which also reads numbers written in other bases."""
    infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(info[4][0]) for info in infos]


def chosen_address(
    host: str,
    port: int,
    seconds: float,
    allow_private: bool,
    this_machine: bool,
    lookup: Lookup = system_lookup,
) -> str:
    """The address to connect to: the first of the host's. All of them must be allowed, so that no
    name leads inside now and then: public ones; with `allow_private` the firm's own too; with
    `this_machine` loopback and nothing else. Raises DestinationError; OSError, TimeoutError where
    the name leads nowhere."""
    found = _resolved(host, port, seconds, lookup)
    for address in found:
        if this_machine and not address.is_loopback:
            raise DestinationError(f"{host}: {address} is another machine's; use https")
        why = _unfit(address, allow_private)
        if why:
            raise DestinationError(f"{host}: {address} is {why}")
    return str(found[0])


def _unfit(address: IPAddress, allow_private: bool) -> str:
    inner = _inner(address)
    nobodys = inner.is_multicast or inner.is_unspecified or inner.is_link_local
    if nobodys or (inner.is_reserved and not inner.is_loopback):  # ::1 is in a reserved block
        return "no single machine's; correct the URL"
    if not inner.is_global and not allow_private:
        return "private; say allow_private: true if that is meant"
    return ""


def _inner(address: IPAddress) -> IPAddress:
    """The IPv4 address that an IPv6 address stands for, where it does."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address.sixtofour is not None:
            return address.sixtofour
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _resolved(host: str, port: int, seconds: float, lookup: Lookup) -> list[IPAddress]:
    """The resolver has no time limit of its own; a thread that it keeps is left to end by
    itself."""
    answers: queue.SimpleQueue[list[IPAddress] | OSError] = queue.SimpleQueue()

    def resolve() -> None:
        try:
            found = [ipaddress.ip_address(text.partition("%")[0]) for text in lookup(host, port)]
            answers.put(list(dict.fromkeys(found)))
        except (OSError, ValueError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError(0, "no such name"))

    threading.Thread(target=resolve, name="resolve", daemon=True).start()
    try:
        found = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(found, OSError):
        raise found
    if not found:
        raise OSError(0, "no such name")
    return found
