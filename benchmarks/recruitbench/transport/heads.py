"""All headers of a message but those of its MIME tree."""

from __future__ import annotations

import random
from datetime import UTC

from benchmarks.recruitbench.transport.clients import arranged, habits, message_id
from benchmarks.recruitbench.transport.clock import stamp
from benchmarks.recruitbench.transport.mime import address, words
from benchmarks.recruitbench.transport.origin import FIRM_DOMAIN, Item, Origin
from benchmarks.recruitbench.transport.tokens import HEX, token
from benchmarks.recruitbench.transport.way import forwarder, way
from benchmarks.recruitbench.transport.writing import Writing

_NAMED = 0.6  # recipients who stand in To with their name
_IN_UTC = 0.6  # services that date in UTC


def headers(
    origin: Origin, item: Item, written: Writing, rng: random.Random
) -> tuple[tuple[str, str], ...]:
    """Names and folded values in order, ready to stand before the headers of the MIME tree."""
    through = forwarder(rng)
    display, mailbox, reply = origin.display, origin.address, origin.reply_to
    if item.delivery == "relisted":
        display, mailbox = f"{display} via {through}", f"jobs@lists.{through}"
        reply = reply or origin.address
    charset, scheme = written.charset, written.scheme
    named = _shown(item.to_address) if rng.random() < _NAMED else ""
    sent = item.sent
    if rng.random() < _IN_UTC and origin.client == "service":
        sent = sent.astimezone(UTC)
    own = [
        ("From", address(display, mailbox, charset, scheme)),
        ("To", address(named, item.to_address, charset, scheme)),
        ("Subject", words(item.subject, charset, scheme)),
        ("Date", stamp(sent)),
        ("Message-ID", message_id(origin, rng)),
        ("MIME-Version", "1.0"),
        *habits(origin, item, written, rng),
    ]
    if reply:
        own.append(("Reply-To", reply))
    if item.threaded:
        before = f"<{token(rng, 32, HEX).upper()}@exch{rng.randrange(4)}.{FIRM_DOMAIN}>"
        own += [("In-Reply-To", before), ("References", before)]
    out = [*way(origin, item, through, rng), *arranged(origin.client, own)]
    if item.delivery == "relisted":
        out += [
            ("List-Id", f"<jobs.lists.{through}>"),
            ("List-Post", f"<mailto:jobs@lists.{through}>"),
        ]
    return tuple(out)


def _shown(mailbox: str) -> str:
    """A recipient's name as those know it who have the address alone."""
    return mailbox.partition("@")[0].replace(".", " ").title()
