"""Six attacks, one for each bundled playbook."""

from __future__ import annotations

import random
from typing import Final

from benchmarks.disruption.campaigns import host, lure, mail_theft, payment, tool, website
from benchmarks.disruption.campaigns.campaign import Campaign
from benchmarks.disruption.event import DAY, HOUR, START
from benchmarks.disruption.firm import Firm

_PARTS: Final = {
    "lure": lure, "website": website, "host": host, "mail theft": mail_theft,
    "payment": payment, "tool": tool,
}  # fmt: skip
FIRST_DAY: Final = 2
"""Before Wednesday nothing happens, so that there is a history to look at."""


def campaigns(firm: Firm) -> list[Campaign]:
    """The six, on working days from Wednesday on, but for those on the website at any hour."""
    made = []
    for name, part in _PARTS.items():
        chance = random.Random(f"disruption/campaign/{name}/{firm.seed}")
        night = name in ("website", "mail theft")
        day = chance.randrange(FIRST_DAY, 7 if night else 5)
        hours = (0, 22) if night else (8, 15)
        begin = START + day * DAY + chance.randrange(hours[0] * HOUR, hours[1] * HOUR)
        made.append(part.campaign(firm, chance, begin))
    return made
