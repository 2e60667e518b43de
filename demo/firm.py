"""Halden Optronics: 40 people, their computers, its servers and its customers. All invented; names
of machines on the Internet end in .example or .test, addresses are those for documentation and
benchmarks (RFC 5737, RFC 2544)."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

NAME: Final = "Halden Optronics"
DOMAIN: Final = "halden-optronics.example"
WEBSITE: Final = f"www.{DOMAIN}"
GATEWAY: Final = f"mx.{DOMAIN}"
WINDOWS_DOMAIN: Final = "HALDEN"
PARTNER: Final = "Meridian Aerostructures"
PARTNER_DOMAIN: Final = "meridian-aero.example"
WEB_SERVER: Final = "web-01"
REPORTS: Final = f"report@{DOMAIN}"

_PEOPLE: Final = """\
Ingrid Solberg    | optics         | Head of Optical Design
Jonas Weidmann    | optics         | Thin-Film Coating Engineer
Amara Okonkwo     | optics         | Optical Systems Engineer
Luca Ferrante     | optics         | Lens Designer
Priya Raman       | optics         | Metrology Engineer
Tomasz Zielinski  | optics         | Infrared Systems Engineer
Hanna Lindqvist   | optics         | Stray-Light Analyst
Mateo Cabrera     | optics         | Optical Test Engineer
Yuki Tanabe       | electronics    | Sensor Electronics Lead
Oskar Nyberg      | electronics    | FPGA Engineer
Leila Haddad      | electronics    | Embedded Software Engineer
Daniel Moreau     | electronics    | Power Electronics Engineer
Sofia Petrov      | electronics    | Embedded Software Engineer
Callum Reid       | electronics    | Test Software Engineer
Nadia Benali      | mechanics      | Opto-Mechanical Engineer
Erik Haugland     | mechanics      | Structural Analyst
Beatriz Souza     | mechanics      | Mechanical Designer
Wei Chen          | mechanics      | Thermal Engineer
Greta Hoffmann    | production     | Head of Production
Samuel Osei       | production     | Clean-Room Supervisor
Ines Marchetti    | production     | Assembly Planner
Rasmus Holm       | production     | Coating Operator
Fatima Zahra      | production     | Quality Inspector
Marek Novak       | production     | Calibration Technician
Julie Dubois      | quality        | Quality Manager
Henrik Aas        | quality        | Supplier Quality Engineer
Olivia Grant      | sales          | Head of Sales
Peter Vogel       | sales          | Key Account Manager, Airborne
Maria Castellano  | sales          | Key Account Manager, Space
Kofi Mensah       | sales          | Sales Engineer
Anna Kowalska     | purchasing     | Purchasing Manager
Simon Becker      | purchasing     | Buyer, Optical Materials
Eva Sandberg      | finance        | Head of Finance
Liam Doyle        | finance        | Accountant
Chloe Martin      | finance        | Accounts Payable
Astrid Berg       | people         | Head of People
David Kim         | people         | Recruiter
Katarina Horvat   | management     | Managing Director
Nils Eriksen      | it             | System Administrator
Ruth Abrams       | it             | Security Officer
"""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works there, and the computer on the desk."""

    name: str
    team: str
    work: str
    host: str
    address: str

    @property
    def first(self) -> str:
        return self.name.partition(" ")[0]

    @property
    def login(self) -> str:
        return self.name.lower().replace(" ", ".")

    @property
    def mail(self) -> str:
        return f"{self.login}@{DOMAIN}"

    @property
    def account(self) -> str:
        return f"{WINDOWS_DOMAIN}\\{self.login}"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody's browser somewhere."""

    address: str
    agent: str


def _person(number: int, line: str) -> Person:
    name, team, work = (part.strip() for part in line.split("|"))
    host = f"HO-{team[:3].upper()}-{number + 1:02d}"
    return Person(name, team, work, host, f"10.40.{2 + number // 20}.{number % 20 + 21}")


PEOPLE: Final = tuple(_person(at, line) for at, line in enumerate(_PEOPLE.splitlines()))
_BY_NAME: Final = {person.name: person for person in PEOPLE}

AGENTS: Final = tuple(
    f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 "
    "Safari/537.36"
    for system in ("Windows NT 10.0; Win64; x64", "X11; Linux x86_64", "Macintosh; Intel Mac OS X")
    for version in (140, 141, 142)
)


def person(name: str) -> Person:
    """By full name. Raises KeyError."""
    return _BY_NAME[name]


def visitors(seed: int, count: int = 60) -> tuple[Visitor, ...]:
    """Customers and others who look at the website."""
    chance = random.Random(f"visitors/{seed}")
    return tuple(
        Visitor(
            f"198.{chance.randrange(18, 20)}.{chance.randrange(256)}.{chance.randrange(1, 255)}",
            chance.choice(AGENTS),
        )
        for _ in range(count)
    )


def assets() -> str:
    """The firm's asset list, as it would write one."""
    return f"""\
assets:
- {{name: website, owner: Nils Eriksen, criticality: 4, hosts: [{WEB_SERVER}, {WEBSITE}],
   addresses: [10.40.1.10]}}
- {{name: mail gateway, owner: Nils Eriksen, criticality: 4, hosts: [{GATEWAY}]}}
- {{name: optical design, owner: Ingrid Solberg, criticality: 4, hosts: [ho-opt-*, "ho-opt-*.*"]}}
- {{name: workstations, owner: Nils Eriksen, criticality: 2, hosts: [ho-*, "ho-*.*"],
   addresses: [10.40.0.0/16]}}
- {{name: people, owner: Astrid Berg, criticality: 2, accounts: ["{WINDOWS_DOMAIN.lower()}\\\\*"],
   mailboxes: ["*@{DOMAIN}"]}}
"""


def employers() -> str:
    """What Vedette is told of the firm itself and of whom it works with."""
    return f"""\
employers:
- {{key: halden, name: {NAME}, country: "NO", sector: aerospace, domains: [{DOMAIN}], own: true}}
- {{key: meridian, name: {PARTNER}, country: GB, sector: aerospace,
   domains: [{PARTNER_DOMAIN}], partner: true}}
"""
