"""Mailboxes drawn through the mail interface with stolen passwords, from a shared address."""

from __future__ import annotations

import random

from benchmarks.disruption.campaigns.campaign import Campaign, Step
from benchmarks.disruption.event import MINUTE, SECOND, Event, Made
from benchmarks.disruption.firm import Firm
from benchmarks.disruption.writing import asked

EACH = 4
"""Mailboxes of one step."""
AGENT = "python-requests/2.32.3"


def campaign(firm: Firm, chance: random.Random, begin: int) -> Campaign:
    """Passwords tried, one mailbox, then four at a time; the goal is the sixteenth."""
    shared = [one.travels for one in firm.people if one.travels in firm.nats]
    client = chance.choice(shared or list(firm.nats))
    victims = chance.sample(firm.people, 40)

    def tried(time: int) -> list[Event]:
        return [
            asked(time + n * 8 * SECOND, client, "POST", "/ews/exchange.asmx", 401, 0, AGENT,
                  login=one.account)
            for n, one in enumerate(victims)
        ]  # fmt: skip

    def drawn(first: int, count: int) -> Made:
        def made(time: int) -> list[Event]:
            found = []
            for at in range(first, first + count):
                for part in range(6):
                    time += 5 * SECOND
                    found.append(
                        asked(time, client, "POST", "/ews/exchange.asmx", 200,
                              900_000 + part, AGENT, login=victims[at].account)
                    )  # fmt: skip
            return found

        return made

    return Campaign(
        "mail theft",
        "sixteen mailboxes are drawn",
        begin,
        (
            Step("passwords", 0, tried, waits=False),
            Step("first mailbox", 7 * MINUTE, drawn(0, 1)),
            Step("four more", 6 * MINUTE, drawn(1, EACH), needs=("first mailbox",)),
            Step("eight", 8 * MINUTE, drawn(5, EACH), needs=("four more",)),
            Step("twelve", 8 * MINUTE, drawn(9, EACH), needs=("eight",)),
            Step("sixteen", 8 * MINUTE, drawn(13, EACH - 1), needs=("twelve",)),
        ),
    )
