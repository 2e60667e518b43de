"""What leaves the firm's network and what is looked up."""

from __future__ import annotations

import random

from benchmarks.disruption.event import Event
from benchmarks.disruption.firm import SERVERS, Firm
from benchmarks.disruption.writing import conn, looked_up


def connection(firm: Firm, chance: random.Random, time: int) -> list[Event]:
    """A computer talks to a cloud service, a server of the firm, or somewhere new."""
    person = firm.people[chance.randrange(len(firm.people))]
    draw = chance.random()
    if draw < 0.7:
        to, port = firm.clouds[int(chance.triangular(0, len(firm.clouds), 0))], 443
    elif draw < 0.95:
        to, port = chance.choice(tuple(SERVERS.values())), chance.choice((443, 445, 25))
    else:
        to, port = f"198.19.{chance.randrange(256)}.{chance.randrange(1, 255)}", 443
    sent, got = chance.randrange(300, 40_000), chance.randrange(500, 900_000)
    return [conn(time, person.address, to, port, sent, got, who=person.who)]


def lookup(firm: Firm, chance: random.Random, time: int) -> list[Event]:
    """A name is looked up."""
    person = firm.people[chance.randrange(len(firm.people))]
    at = int(chance.triangular(0, len(firm.clouds), 0))
    name = f"svc{at}.cloud{at % 12}.example"
    return [looked_up(time, person.address, name, firm.clouds[at], who=person.who)]
