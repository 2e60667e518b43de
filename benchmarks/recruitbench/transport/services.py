"""What programs that send for somebody leave: tracking systems, boards, mailing services."""

from __future__ import annotations

import random

from benchmarks.recruitbench.transport.origin import Origin
from benchmarks.recruitbench.transport.tokens import MIXED, digits, token

_OFFERED = 0.3  # notices of one event that offer to unsubscribe all the same


def habits(origin: Origin, rng: random.Random) -> list[tuple[str, str]]:
    """Marks of one of four ways to send, drawn for each message, and the way out."""
    draw = rng.random()
    out: list[tuple[str, str]] = []
    if draw < 0.35:
        out += [("X-SG-EID", token(rng, 60, MIXED)), ("X-Entity-ID", token(rng, 22, MIXED))]
    elif draw < 0.65:
        campaign = f"{digits(rng, 6)}:{digits(rng, 4)}:{origin.envelope.partition('.')[0]}"
        out.append(("Feedback-ID", campaign))
    elif draw < 0.85:
        out.append(("X-Auto-Response-Suppress", "DR, OOF, AutoReply"))
    if origin.bulk or rng.random() < _OFFERED:
        page = f"https://{origin.domain}/u/{token(rng, 24)}"
        out += [
            ("List-Unsubscribe", f"<{page}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ]
        if rng.random() < 0.5:
            out.append(("Precedence", "bulk"))
    return out
