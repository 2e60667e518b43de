"""Addresses refused in real network namespaces, with real connections."""

from __future__ import annotations

import ctypes
import ipaddress
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest

from vedette.model.action import Action
from vedette.model.errors import ActuatorError
from vedette.model.finding import Entity
from vedette.response.actuating import Verified
from vedette.response.actuators.network.nft import Nft
from vedette.response.actuators.network.refusing import RefuseAddress

FIRM, REFUSED, OTHER = "198.51.100.1", "198.51.100.66", "198.51.100.7"
FIRM6, REFUSED6, OTHER6 = "fd00:5e::1", "fd00:5e::66", "fd00:5e::7"
GATEWAY, SERVER, PROTECTED = "198.51.100.254", "198.51.100.53", "198.51.100.200"
NEWNET = 0x40000000

RULES = """
table inet firm {
	set allowed {
		type ipv4_addr
		elements = { 192.0.2.1, 192.0.2.2 }
	}
	chain input {
		type filter hook input priority filter; policy accept;
		ip saddr @allowed counter accept
		tcp dport 9 reject with tcp reset
	}
}
table ip other {
	chain post {
		type nat hook postrouting priority srcnat; policy accept;
	}
}
"""

Result = TypeVar("Result")


class Namespace:
    """A network namespace with one thread of ours inside."""

    def __init__(self, name: str) -> None:
        self.name = name
        _run("ip", "netns", "add", name)
        self._inside = ThreadPoolExecutor(1, initializer=self._enter)
        self.net = self.call(lambda: Path(f"/proc/self/task/{threading.get_native_id()}/net"))

    def _enter(self) -> None:
        with Path(f"/run/netns/{self.name}").open() as file:
            libc = ctypes.CDLL(None, use_errno=True)
            if libc.setns(file.fileno(), NEWNET):
                raise OSError(ctypes.get_errno(), "setns")

    def call(self, what: Callable[[], Result]) -> Result:
        return self._inside.submit(what).result(20)

    def ip(self, *words: str) -> None:
        _run("ip", "-n", self.name, *words)

    def rules(self) -> str:
        return _run("ip", "netns", "exec", self.name, "nft", "list", "ruleset")

    def close(self) -> None:
        self._inside.shutdown()
        _run("ip", "netns", "del", self.name)


def _run(*words: str, given: str = "") -> str:
    ended = subprocess.run(words, input=given, capture_output=True, text=True, timeout=20)
    if ended.returncode:
        raise OSError(f"{' '.join(words)}: {ended.stderr}")
    return ended.stdout


class World:
    """The firm's machine with its rules and a service, and a network of strangers beside it."""

    def __init__(self, resolv: Path) -> None:
        self.firm, self.street = Namespace(f"vf{os.getpid()}"), Namespace(f"vs{os.getpid()}")
        self.firm.ip("link", "add", "up0", "type", "veth", "peer", "up1", "netns", self.street.name)
        for space, link, addresses in (
            (self.firm, "up0", [FIRM + "/24", FIRM6 + "/64"]),
            (
                self.street,
                "up1",
                [REFUSED + "/24", OTHER + "/24", REFUSED6 + "/64", OTHER6 + "/64"],
            ),
        ):
            for each in addresses:
                space.ip("address", "add", each, "dev", link, *(["nodad"] if ":" in each else []))
            space.ip("link", "set", link, "up")
            space.ip("link", "set", "lo", "up")
        self.firm.ip("route", "add", "default", "via", GATEWAY)
        _run("ip", "netns", "exec", self.firm.name, "nft", "-f", "-", given=RULES)
        resolv.write_text(f"search example\nnameserver {SERVER}\n")
        self.service = self.firm.call(lambda: _listening("::"))
        self.outside = self.street.call(lambda: _listening("::"))
        self.actuator = RefuseAddress(
            [ipaddress.ip_network(PROTECTED + "/31")],
            nft=Nft(("ip", "netns", "exec", self.firm.name, "nft")),
            net=self.firm.net,
            resolvers=[resolv],
            size=4,
        )

    def reaches(self, source: str) -> bool:
        """From the street to the firm's service."""
        target = FIRM6 if ":" in source else FIRM
        return self.street.call(lambda: _connects(source, target, self.service))

    def reached(self, target: str) -> bool:
        """From the firm to the street's service."""
        source = FIRM6 if ":" in target else FIRM
        return self.firm.call(lambda: _connects(source, target, self.outside))

    def close(self) -> None:
        self.service.close()
        self.outside.close()
        self.firm.close()
        self.street.close()


def _listening(address: str) -> socket.socket:
    return socket.create_server((address, 0), family=socket.AF_INET6, dualstack_ipv6=True)


def _connects(source: str, target: str, service: socket.socket) -> bool:
    try:
        port = service.getsockname()[1]
        # longer than the wait before a first packet that was lost is sent again
        socket.create_connection((target, port), 1.5, source_address=(source, 0)).close()
    except (TimeoutError, PermissionError):
        return False
    return True


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    for program in ("nft", "ip"):
        if not (shutil.which(program) or Path("/usr/sbin", program).exists()):
            pytest.skip(f"{program} is not installed")
    if os.geteuid():
        pytest.skip("only root may make network namespaces")
    try:
        made = World(tmp_path / "resolv.conf")
    except OSError as error:
        pytest.skip(f"no network namespaces here: {error}")
    yield made
    made.close()


def action(
    address: str, direction: str = "", *, seconds: float = 600, incident: str = "a" * 32
) -> Action:
    now = time.time()
    return Action(
        id=incident,
        kind="refuse-address",
        target=Entity("address", address),
        scope=(("direction", direction),) if direction else (),
        incident="",
        reason="",
        decided=int(now * 1e6),
        expires=int((now + seconds) * 1e6),
    )


def test_refused_and_released(world: World) -> None:
    before = world.firm.rules()
    taken = [action(REFUSED), action(REFUSED6, incident="b" * 32)]
    assert world.reaches(REFUSED) and world.reaches(REFUSED6)
    for each in taken:
        assert world.actuator.verify(each).state == "absent"
        world.actuator.apply(each)
        world.actuator.apply(each)
        assert world.actuator.verify(each).state == "applied"
    for refused in (REFUSED, REFUSED6):
        assert not world.reaches(refused)
        assert not world.reached(refused)
    for free in (OTHER, OTHER6):
        assert world.reaches(free)
        assert world.reached(free)
    assert world.actuator.standing() == ["a" * 32, "b" * 32]
    assert world.firm.rules().startswith(before)
    for each in taken:
        world.actuator.undo(each)
        world.actuator.undo(each)
        assert world.actuator.verify(each).state == "absent"
    assert world.reaches(REFUSED) and world.reaches(REFUSED6)
    assert world.actuator.standing() == []
    world.actuator.clear()
    world.actuator.clear()
    assert world.firm.rules() == before


def test_the_kernel_ends_it(world: World) -> None:
    brief = action(REFUSED, seconds=2.5)
    world.actuator.apply(brief)
    assert not world.reaches(REFUSED)
    deadline = time.monotonic() + 10
    while not world.reaches(REFUSED):
        assert time.monotonic() < deadline
    assert time.time() < brief.expires / 1e6 + 1
    assert world.actuator.verify(brief).state == "absent"
    assert world.actuator.standing() == []
    with pytest.raises(ActuatorError, match="time was over"):
        world.actuator.apply(action(REFUSED, seconds=-1))


def test_an_established_session(world: World) -> None:
    """The refused address's own ends, another's does not notice."""

    def opened(source: str) -> socket.socket:
        port = world.service.getsockname()[1]
        return socket.create_connection((FIRM, port), 2, source_address=(source, 0))

    pairs = {}
    for source in (REFUSED, OTHER):
        theirs = world.street.call(partial(opened, source))
        pairs[source] = (theirs, world.service.accept()[0])
    world.actuator.apply(action(REFUSED))
    for source, (theirs, ours) in pairs.items():
        theirs.settimeout(0.3)
        ours.settimeout(0.3)
        theirs.sendall(b"hello")
        if source == OTHER:
            assert ours.recv(5) == b"hello"
        else:
            with pytest.raises(TimeoutError):
                ours.recv(5)
        theirs.close()
        ours.close()


def test_directions(world: World) -> None:
    def datagram(way: Namespace, source: str, there: Namespace, target: str) -> bool:
        with there.call(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as ear:
            ear.bind((target, 0))
            ear.settimeout(0.3)
            with way.call(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as mouth:
                mouth.bind((source, 0))
                try:
                    mouth.sendto(b"x", ear.getsockname())
                    return ear.recv(1) == b"x"
                except (PermissionError, TimeoutError):
                    return False

    def both() -> tuple[bool, bool]:
        arriving = datagram(world.street, REFUSED, world.firm, FIRM)
        return arriving, datagram(world.firm, FIRM, world.street, REFUSED)

    assert both() == (True, True)
    world.actuator.apply(action(REFUSED, "in"))
    assert both() == (False, True)
    world.actuator.apply(action(REFUSED, "out"))
    assert both() == (True, False)
    world.actuator.apply(action(REFUSED, "both"))
    assert both() == (False, False)


def test_two_actions_on_one_address(world: World) -> None:
    long = action(REFUSED, "in", seconds=900, incident="long")
    short = action(REFUSED, "both", seconds=300, incident="short")
    for each in (short, long):
        world.actuator.apply(each)
    assert world.actuator.standing() == ["long", "short"]
    world.actuator.undo(long)
    assert not world.reaches(REFUSED)
    listed = world.firm.rules()
    assert "expires 14m" not in listed  # no longer than the short one asked for
    assert "expires 4m5" in listed
    world.actuator.undo(short)
    assert world.reaches(REFUSED)


def test_renewed(world: World) -> None:
    world.actuator.apply(action(REFUSED, seconds=60))
    world.actuator.apply(action(REFUSED, seconds=3600))
    assert world.actuator.verify(action(REFUSED)) in [
        Verified("applied", f"{seconds} s are left") for seconds in range(3590, 3601)
    ]


@pytest.mark.parametrize(
    "harm",
    [
        "flush ruleset",
        "flush chain inet vedette arriving",
        "flush set inet vedette in4",
        "add table inet vedette { flags dormant; }",
        "insert rule inet vedette arriving accept",
        "add element inet vedette in4 { 192.0.2.9 }",
        "flush table inet vedette; delete chain inet vedette leaving",
    ],
)
def test_changed_by_another(world: World, harm: str) -> None:
    first, second = action(REFUSED), action(OTHER, incident="second")
    world.actuator.apply(first)
    world.actuator.apply(second)
    _run("ip", "netns", "exec", world.firm.name, "nft", "-f", "-", given=harm)
    assert world.actuator.verify(first).state == "absent"
    for each in (first, second):
        world.actuator.apply(each)
        assert world.actuator.verify(each).state == "applied"
    assert not world.reaches(REFUSED) and not world.reaches(OTHER)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("127.0.0.1", "loopback"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "loopback"),
        ("0.0.0.0", "no single machine"),
        ("255.255.255.255", "no single machine"),
        ("224.0.0.1", "multicast"),
        ("fe80::1", "link-local"),
        (FIRM, "an address of this machine"),
        ("::ffff:" + FIRM, "an address of this machine"),
        (FIRM6, "an address of this machine"),
        (GATEWAY, "a gateway"),
        (SERVER, "a name server"),
        (PROTECTED, "protected range"),
        ("198.51.100.0/24", "no IPv4 or IPv6 address"),
        ("example.com", "no IPv4 or IPv6 address"),
        ("1.2.3.4 }; flush ruleset", "no IPv4 or IPv6 address"),
    ],
)
def test_never_refused(world: World, address: str, why: str) -> None:
    before = world.firm.rules()
    for step in (world.actuator.plan, world.actuator.apply):
        with pytest.raises(ActuatorError, match=why):
            step(action(address))
    assert world.firm.rules() == before


def test_planned(world: World) -> None:
    before = world.firm.rules()
    planned = world.actuator.plan(action(REFUSED, "out"))
    assert planned.words.startswith(f"drop every packet to {REFUSED} until 20")
    assert world.firm.rules() == before


def test_the_set_is_full(world: World) -> None:
    for number in range(4):
        world.actuator.apply(action(f"192.0.2.{number}", incident=f"n{number}"))
    with pytest.raises(ActuatorError, match="full"):
        world.actuator.apply(action(REFUSED))
    assert len(list(world.actuator.standing())) == 4
    assert world.reaches(REFUSED)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"target": Entity("host", "pc1")}, "only an address"),
        ({"scope": (("site", "shop"),)}, "unknown scope"),
        ({"scope": (("direction", "up"),)}, "unknown direction"),
        ({"id": 'x" }'}, "no id"),
    ],
)
def test_not_for_this_actuator(wrong: dict[str, object], why: str, tmp_path: Path) -> None:

    with pytest.raises(ActuatorError, match=why):
        RefuseAddress(net=tmp_path).plan(msgspec.structs.replace(action(REFUSED), **wrong))


def test_no_program() -> None:
    with pytest.raises(ActuatorError, match="install nftables"):
        list(RefuseAddress(nft=Nft(("nft-is-not-here",))).standing())


def test_a_program_that_hangs_or_raves(tmp_path: Path) -> None:
    for text, why in (("sleep 9", "no end within"), ("echo raving", "no JSON")):
        script = tmp_path / "nft"
        script.write_text(f"#!/bin/sh\nexec {text}\n")
        script.chmod(0o755)
        with pytest.raises(ActuatorError, match=why):
            list(RefuseAddress(nft=Nft((str(script),), seconds=0.3)).standing())


def test_unreadable_surroundings(tmp_path: Path) -> None:
    with pytest.raises(ActuatorError, match="mount /proc"):
        RefuseAddress(net=tmp_path).plan(action(REFUSED))


def test_many_are_released_at_once_and_no_other(world: World) -> None:
    taken = [
        action(REFUSED, "in", incident="a" * 32),
        action(REFUSED, incident="b" * 32),
        action(REFUSED6, incident="c" * 32),
        action(OTHER, "in", incident="d" * 32),
    ]
    for each in taken:
        world.actuator.apply(each)
    found = world.actuator.sweep([taken[1], taken[2], action("192.0.2.9", incident="e" * 32)])
    assert [each.state for each in found] == ["absent"] * 3
    assert world.actuator.standing() == ["a" * 32, "d" * 32]
    assert [world.actuator.verify(each).state for each in taken] == [
        "applied", "absent", "absent", "applied",
    ]  # fmt: skip
    assert not world.reaches(REFUSED)  # another action still asks for that
    assert not world.reaches(OTHER)
    assert world.reaches(REFUSED6)
    found = world.actuator.sweep(taken)
    assert [each.state for each in found] == ["absent"] * 4
    assert "vedette" not in world.firm.rules()  # nothing is left behind
    assert all(map(world.reaches, (REFUSED, OTHER, REFUSED6, OTHER6)))


def test_two_at_the_same_time_lose_nothing(world: World) -> None:
    taken = [action(each, incident=str(number) * 32)
             for number, each in enumerate([REFUSED, OTHER, REFUSED6, OTHER6])]  # fmt: skip
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(world.actuator.apply, taken))
    assert [world.actuator.verify(each).state for each in taken] == ["applied"] * 4
