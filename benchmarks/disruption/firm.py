"""The firm: 200 people, their computers, its servers, and those who visit its website."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

PEOPLE: Final = 200
DOMAIN: Final = "firm.example"
WEB, MAIL, FILES, BUILD, BACKUP, PAY = "web-1", "mail-1", "files-1", "build-1", "backup-1", "pay-1"
SERVERS: Final = {
    WEB: "10.10.0.10",
    MAIL: "10.10.0.20",
    FILES: "10.10.0.30",
    BUILD: "10.10.0.40",
    BACKUP: "10.10.0.50",
    PAY: "10.10.0.60",
}
PUBLIC_WEB: Final = "192.0.2.10"
CUSTOMERS: Final = 6_000
NATS: Final = 24
"""Addresses that several customers share: carriers, hotels, offices."""
EDGES: Final = 6
"""Addresses of the network that delivers a third of the website's visits."""
_GIVEN: Final = "ana ben carla dov eli fay gil hana ida jon kai lea max nia ole pia raf sia tom una"
_FAMILY: Final = "adler brand costa dunn eng falk gray holm ivers jung"


@dataclass(frozen=True, slots=True)
class Person:
    """An employee with a computer of their own."""

    number: int
    login: str
    role: str
    host: str
    address: str
    travels: str
    """The address from which mail is read on the way; "" where nobody travels."""

    @property
    def mail(self) -> str:
        return f"{self.login}@{DOMAIN}"

    @property
    def account(self) -> str:
        return f"FIRM\\{self.login}"

    @property
    def who(self) -> str:
        return f"employee {self.login}"


@dataclass(frozen=True, slots=True)
class Customer:
    """A visitor of the website. `through` is "cdn", "nat" or ""."""

    number: int
    address: str
    through: str
    agent: str

    @property
    def who(self) -> str:
        return f"customer {self.number}"


AGENTS: Final = tuple(
    f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 "
    "Safari/537.36"
    for system in ("Windows NT 10.0; Win64; x64", "X11; Linux x86_64", "Macintosh; Intel Mac OS X")
    for version in (138, 139, 140)
)


class Firm:
    """Everything that stays the same through the week; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(f"disruption/firm/{seed}")
        self.seed = seed
        self.nats = tuple(outside(chance) for _ in range(NATS))
        self.edges = tuple(outside(chance) for _ in range(EDGES))
        self.clouds = tuple(outside(chance) for _ in range(120))
        self.scanner = outside(chance)
        """Of the firm that is paid to scan the website every night."""
        self.relay = outside(chance)
        """Of the remote-support service that the help desk uses."""
        self.branch = outside(chance)
        """Where a branch office's 25 people come out of their network."""
        given, family = _GIVEN.split(), _FAMILY.split()
        logins = [f"{one[0]}.{other}{given.index(one)}" for one in given for other in family]
        chance.shuffle(logins)
        self.people = tuple(
            Person(
                number,
                logins[number],
                _role(number),
                f"WS-{number:03d}",
                f"10.20.{number // 100}.{number % 100 + 10}",
                self._way(chance) if chance.random() < 0.2 else "",
            )
            for number in range(PEOPLE)
        )
        self.customers = tuple(self._customer(chance, number) for number in range(CUSTOMERS))

    def of_role(self, role: str) -> list[Person]:
        return [one for one in self.people if one.role == role]

    def _way(self, chance: random.Random) -> str:
        return chance.choice(self.nats) if chance.random() < 0.3 else outside(chance)

    def _customer(self, chance: random.Random, number: int) -> Customer:
        draw, agent = chance.random(), chance.choice(AGENTS)
        if draw < 0.3:
            return Customer(number, chance.choice(self.edges), "cdn", agent)
        if draw < 0.42:
            return Customer(number, chance.choice(self.nats), "nat", agent)
        return Customer(number, outside(chance), "", agent)


def outside(chance: random.Random) -> str:
    """An address on the Internet, of the range for benchmarks (RFC 2544)."""
    return f"198.{chance.randrange(18, 20)}.{chance.randrange(256)}.{chance.randrange(1, 255)}"


def assets(firm: Firm) -> str:
    """The firm's asset list, as it would write one."""
    lines = ["assets:"]
    for name, address in SERVERS.items():
        guarded = ", protected: true" if name == PAY else ""
        critical = 5 if name == PAY else 4
        lines.append(
            f"- {{name: {name}, owner: it, criticality: {critical}, hosts: [{name}], "
            f"addresses: [{address}]{guarded}}}"
        )
    lines.append(f"- {{name: website, owner: web, criticality: 4, addresses: [{PUBLIC_WEB}]}}")
    lines.append(f"- {{name: security scan, owner: it, addresses: [{firm.scanner}]}}")
    lines.append("- {name: workstations, owner: it, addresses: [10.20.0.0/16], hosts: ['ws-*']}")
    lines.append(f"- {{name: mailboxes, owner: it, mailboxes: ['*@{DOMAIN}']}}")
    return "\n".join(lines) + "\n"


def _role(number: int) -> str:
    bounds = (("admin", 4), ("legal", 6), ("finance", 14), ("hr", 20), ("developer", 50))
    return next((role for role, end in bounds if number < end), "office")
