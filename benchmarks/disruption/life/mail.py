"""Mail that comes in: orders, meetings, newsletters, and real recruiters' and applicants'."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks.disruption.event import DAY, HOUR, START, Event
from benchmarks.disruption.firm import DOMAIN, Firm, Person
from benchmarks.recruitbench.honest import families

_ID: Final = re.compile(rb"^(Message-ID:\s*<)", re.I | re.M)
_TO: Final = re.compile(rb"^Delivered-To: *(\S+)", re.I | re.M)
PARTNERS: Final = 40
ABOUT_WORK: Final = 0.35
"""Of the messages that are judged, so many are about jobs: the hard ones."""
_SUBJECTS: Final = (
    "Order {n} confirmed",
    "Minutes of Tuesday",
    "Delivery note {n}",
    "Offer {n}",
    "Drawing rev {n}",
    "Newsletter {n}: seals and pumps",
    "Invoice {n}",
)


def week(firm: Firm, count: int) -> list[Event]:
    """About `count` messages, most of them on working days."""
    chance = random.Random(f"disruption/mail/{firm.seed}")
    about_work = _about_work(chance, round(count * ABOUT_WORK))
    made = []
    for number in range(count):
        day = chance.choice((0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5, 6))
        time = START + day * DAY + chance.randrange(7 * HOUR, 19 * HOUR)
        who = chance.choice(firm.people)
        raw = next(about_work, None) if number % 100 < 100 * ABOUT_WORK else None
        raw = _plain(chance, number, who) if raw is None else to(raw, who, number)
        made.append(Event(time, "mail", raw, (), "", who.who, ""))
    return sorted(made)


def to(raw: bytes, who: Person, number: int) -> bytes:
    """The message to somebody of the firm, under an id of its own."""
    found = _TO.search(raw)
    if found is not None:
        raw = raw.replace(found[1], who.mail.encode())
    return _ID.sub(rb"\g<1>" + f"w{number}.".encode(), raw, count=1)


def _about_work(chance: random.Random, count: int) -> Iterator[bytes]:
    """Honest messages that nothing was fitted to."""
    made: list[bytes] = []
    kept: Sequence = [one for one in families() if one.split == "test"]  # type: ignore[type-arg]  # of Family
    for family in chance.sample(kept, len(kept)):
        if len(made) >= count:
            break
        made += [sample.raw for sample in family.make()]
    chance.shuffle(made)
    return iter(made[:count])


def _plain(chance: random.Random, number: int, who: Person) -> bytes:
    partner = int(chance.triangular(0, PARTNERS, 0))
    sender = f"{chance.choice(('sales', 'info', 'office', 'p.hale'))}@partner{partner}.example"
    subject = chance.choice(_SUBJECTS).replace("{n}", str(chance.randrange(9000)))
    link = f"https://www.partner{partner}.example/doc/{number}"
    text = f"Hello,\n\nplease see {link} for the details of {subject.lower()}.\n\nRegards\n"
    domain = sender.partition("@")[2]
    return (
        f"Return-Path: <{sender}>\nDelivered-To: {who.mail}\n"
        f"Authentication-Results: mx.{DOMAIN}; spf=pass smtp.mailfrom={sender};\n"
        f"\tdkim=pass header.d={domain}; dmarc=pass header.from={domain}\n"
        f"From: <{sender}>\nTo: <{who.mail}>\nSubject: {subject}\n"
        f"Message-ID: <m{number}.{who.number}@{domain}>\nMIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}"
    ).encode()
