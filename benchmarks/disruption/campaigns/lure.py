"""A false recruiter writes to several people; one of them sends a password."""

from __future__ import annotations

import random
from functools import cache

from benchmarks.disruption.campaigns.campaign import Campaign, Step
from benchmarks.disruption.event import HOUR, MINUTE, SECOND, Event, Made
from benchmarks.disruption.firm import Firm, outside
from benchmarks.disruption.life.mail import to
from benchmarks.disruption.writing import conn, looked_up
from benchmarks.recruitbench.lures import families

RECIPIENTS = 6


@cache
def letters() -> tuple[bytes, ...]:
    """Lures that nothing was fitted to, in English, with a link or a file."""
    return tuple(
        sample.raw
        for family in families()
        if family.split == "test"
        for sample in family.make()
        if sample.language == "en" and sample.container != "none"
    )


def campaign(firm: Firm, chance: random.Random, begin: int) -> Campaign:
    """Six messages of one persona; who falls for it is not the first to be written to."""
    letter = chance.choice(letters())
    people = chance.sample([one for one in firm.people if one.role != "admin"], RECIPIENTS)
    falls = chance.randrange(1, RECIPIENTS)
    home, name = outside(chance), f"apply{chance.randrange(1000)}-portal.example"

    def message(number: int) -> Made:
        def made(time: int) -> list[Event]:
            raw = to(letter, people[number], 900_000 + number)
            return [Event(time, "mail", raw)]

        return made

    def talk(sent: int) -> Made:
        def made(time: int) -> list[Event]:
            own = people[falls].address
            return [
                looked_up(time, own, name, home),
                conn(time + SECOND, own, home, 443, sent, 40_000),
            ]

        return made

    steps = [
        Step(f"message {number + 1}", 4 * MINUTE if number else 0, message(number), waits=False)
        for number in range(RECIPIENTS)
    ]
    fallen = f"message {falls + 1}"
    return Campaign(
        "lure",
        "a password is sent",
        begin,
        (
            *steps,
            Step("page opened", HOUR, talk(900), telling=False, needs=(fallen,)),
            Step("password sent", 3 * MINUTE, talk(4_000), telling=False, needs=("page opened",)),
        ),
    )
