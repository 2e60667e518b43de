"""Lures' senders as the transport of both sides knows them."""

from __future__ import annotations

import random

from benchmarks.recruitbench.lures.senders import Sender
from benchmarks.recruitbench.transport.origin import Client, Origin, Outcome, settled, signs

_BULK = 0.5  # lures of services that pose as news rather than as a notice

__all__ = ("Client", "origin")


def origin(sender: Sender, kind: Client, rng: random.Random) -> Origin:
    """The sender with the program that he works with.

    Who forges another's name has none of its keys. Whoever writes from a domain of his own signs as
    often as other small domains do, whatever the result says, unless it is `aligned`: hosters of
    mail sign by default, and who registers a name for a lure has them host it.
    """
    outcome: Outcome = "signed"
    if sender.result == "forged":
        outcome = "forged"
    elif sender.result != "aligned":
        outcome = signs(rng)
    return Origin(
        sender.display,
        sender.address,
        settled(kind, sender.domain, outcome, rng),
        outcome,
        sender.envelope or sender.domain,
        sender.domain if outcome == "signed" else "",
        sender.reply_to,
        kind == "service" and rng.random() < _BULK,
    )
