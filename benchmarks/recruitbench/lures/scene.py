"""Who writes to whom about what: the made-up circumstances of one message."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from benchmarks.recruitbench.lures.drawing import addressed, draw
from benchmarks.recruitbench.lures.employers import EMPLOYERS, Employer
from benchmarks.recruitbench.lures.wording import half, phrases

_RECIPIENTS: Final = (("Ann", "Lee"), ("Dana", "Roth"), ("Clara", "Brandt"), ("Mira", "Nowak"))
_MEN: Final = {"Ann": "Alan", "Dana": "David", "Clara": "Conrad", "Mira": "Marek"}
_PHONES: Final = {
    "de": "+49 30 23125 {:03}",
    "fr": "+33 1 99 00 {:02} 41",
    "en": "+1 202 555 01{:02}",
}
_PHONE: Final = "+44 7700 900{:03}"
_MONTHS: Final = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(slots=True)
class Scene:
    """One message's circumstances. `slots` fills the wording; senders and deliveries add to it."""

    rng: random.Random
    split: str
    language: str
    employer: Employer
    name: str
    latin: str
    to: tuple[str, str]
    to_address: str
    when: datetime
    slots: dict[str, str] = field(default_factory=dict)
    short: bool = False

    def pick(self, key: str) -> str:
        """A phrase of the language that this split may use."""
        phrase = self.rng.choice(half(phrases(self.language)[key], self.split))
        return addressed(phrase, self.slots.get("reader", "woman"))


def scene(rng: random.Random, split: str, language: str, number: int) -> Scene:
    """The `number`-th message's circumstances in a family and language."""
    employers = EMPLOYERS[language]
    employer = employers[(rng.randrange(2) + 2 * number) % len(employers)]
    words = phrases(language)
    order = (lambda g, f: f + g) if language == "ko" else (lambda g, f: f"{g} {f}")
    name = order(rng.choice(half(words["given"], split)), rng.choice(half(words["family"], split)))
    if language in ("he", "ar", "ko"):
        english = phrases("en")
        latin = f"{rng.choice(english['given'])} {rng.choice(english['family'])}"
    else:
        latin = name
    # pairs, so that neither every text of a family nor every employer has one kind of reader
    reader = "man" if number // 2 % 2 else "woman"
    given, family = rng.choice(_RECIPIENTS)
    to = (_MEN[given] if reader == "man" else given, family)
    when = datetime(2024, 1, 8, 7) + timedelta(  # noqa: DTZ001 -- a made-up UTC time without zone
        days=rng.randrange(880),
        hours=rng.randrange(11),
        minutes=rng.randrange(60),
        seconds=rng.randrange(60),
    )
    made = Scene(
        rng,
        split,
        language,
        employer,
        name,
        latin,
        to,
        f"{to[0]}.{to[1]}@firm.example".lower(),
        when,
    )
    made.slots["reader"] = reader
    number_shown = rng.randrange(100)
    made.slots.update(
        employer=employer.name,
        domain=employer.domain,
        name=name,
        given=name.split(" ")[0],
        title=made.pick("titles"),
        role=made.pick("roles"),
        city=made.pick("cities"),
        to_given=to[0],
        to_family=to[1],
        ref=f"{rng.choice(('R', 'JR', 'REQ-', ''))}{rng.randrange(20000, 99999)}",
        phone=_PHONES.get(language, _PHONE).format(number_shown),
        salary=f"{rng.randrange(84, 190)}.000"
        if language in ("de", "es")
        else f"{rng.randrange(84, 190)},000",
        hour=str(rng.randrange(9, 17)),
        weeks=str(rng.randrange(2, 5)),
        days=str(rng.randrange(2, 6)),
        out=f"https://www.{employer.domain}/privacy",
    )
    made.slots["closing"] = made.pick("closings")
    made.slots["brief"] = draw(made.pick("about"), rng, made.slots)
    made.slots["description"] = description(made)
    made.slots["extra"] = rng.choice(
        (
            "",
            made.slots["brief"],
            made.slots["description"],
            made.slots["brief"] + "\n\n" + made.slots["description"],
            made.slots["brief"] + "\n\n" + made.slots["description"],
        )
    )
    made.slots["signature"] = _signature(made)
    return made


def description(made: Scene) -> str:
    """Tasks and requirements as lists."""
    words, rng = phrases(made.language), made.rng
    first, second = words["headings"][:2] if made.split == "fit" else words["headings"][2:]
    duties = rng.sample(words["duties"], rng.randrange(3, min(6, len(words["duties"])) + 1))
    needs = rng.sample(words["needs"], rng.randrange(3, min(6, len(words["needs"])) + 1))
    parts = [first, "\n".join(f"- {d}" for d in duties), second, "\n".join(f"- {n}" for n in needs)]
    return "\n\n".join(parts)


def notices(made: Scene) -> str:
    """Small print of employers, or none of it: about the firm, about data."""
    entries = half(phrases(made.language)["notices"], made.split)
    count = made.rng.choice((0, 0, 0, 0, 1, 1, 2))
    chosen = made.rng.sample(entries, min(count, len(entries)))
    return "\n\n".join(draw(entry, made.rng, made.slots) for entry in chosen)


def _signature(made: Scene) -> str:
    slots = made.slots
    lines = [slots["closing"], slots["name"], slots["title"]]
    lines.append(slots["employer"] + made.rng.choice(("", f", {slots['city']}", " | HR")))
    if made.rng.random() < 0.6:
        lines.append(made.rng.choice(("T ", "Tel. ", "")) + slots["phone"])
    if made.rng.random() < 0.5:
        lines.append(f"https://www.{slots['domain']}/")
    return "\n".join(lines)


def spoken_date(when: datetime, language: str) -> str:
    """A date as mail programs write it above a quote."""
    if language == "en":
        day = f"{_DAYS[when.weekday()]}, {_MONTHS[when.month - 1]} {when.day}, {when.year}"
        return f"{day} at {when:%H:%M}"
    if language == "ko":
        return f"{when.year}년 {when.month}월 {when.day}일"
    return f"{when.day:02}.{when.month:02}.{when.year} {when:%H:%M}"


def slug(name: str) -> str:
    """A name as part of an address: ASCII letters and dots."""
    flat = unicodedata.normalize("NFKD", name.lower().replace("ł", "l").replace("ß", "ss"))
    return ".".join(
        "".join(c for c in word if c.isascii() and c.isalnum()) for word in flat.split()
    )
