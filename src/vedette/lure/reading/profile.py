"""Profile pages of professional networks, as a browser saves them or a hand copies them.

Read by the words on them, in eight languages, and by the structured data (JSON-LD, Open Graph)
that public pages carry; by no network's own markup, which changes. What a page does not say is
None or empty.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from vedette.lure.message import Message, Profile, Text
from vedette.lure.reading.bodies import Bodies
from vedette.lure.reading.labels import folded
from vedette.lure.reading.limits import DEFAULT, Limits
from vedette.lure.reading.local_dates import parse_month
from vedette.lure.reading.pasted import is_markup
from vedette.lure.reading.plain import plain
from vedette.lure.reading.profile_labels import (
    ANSWER_VERIFIED,
    CONNECTIONS,
    ENDS,
    FOLLOWERS,
    JOINED,
    NOISE,
    PRESENT,
    ROLE_AT,
    SECTIONS,
    SHOW_ALL,
    UNVERIFIED,
    VERIFIED,
    WORKPLACE,
)
from vedette.lure.reading.structured import Structured, structured_data
from vedette.lure.reading.trouble import Trouble

PART: Final = "profile"
MAX_LINES: Final = 5_000
MAX_LINE: Final = 4_000

_RANGE: Final = re.compile(
    r"(?:19|20)\d\d\D{0,20}[-–—~]|[-–—~]\s*\D{0,12}(?:19|20)\d\d|^(?:19|20)\d\d$"
)
_DATED: Final = frozenset(("experience", "education", "volunteering"))


def read_profile(page: str, place: str, limits: Limits = DEFAULT) -> Message:
    """Read a saved page (HTML) or its copied text; a Message of kind "profile". Never raises."""
    raw = page.encode("utf-8", "replace")
    page = raw.decode("utf-8")  # without halves of characters, which a shell may have put in
    trouble = Trouble(place, limits.problems)
    bodies = Bodies(limits, trouble)
    known = Structured()
    if is_markup(page):
        bodies.html(PART, raw, "utf-8")
        known = structured_data(raw[: limits.html_bytes])
    else:
        bodies.plain(PART, page.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    profile = profile_of(bodies.texts[0].text if bodies.texts else "", known)
    return Message(
        hashlib.sha256(raw).hexdigest(),
        "profile",
        place,
        texts=tuple(Text(text.part, text.text, text.html) for text in bodies.texts),
        links=tuple(bodies.links[: limits.links]),
        profile=profile,
        problems=trouble.problems(),
        raw=raw,
    )


def profile_of(text: str, known: Structured) -> Profile:
    """What the lines of a page say about the person; structured data is believed first."""
    lines = [plain(line[:MAX_LINE]) for line in text.split("\n")[:MAX_LINES]]
    lines = _without_doubles([line for line in lines if line])
    top, sections = _sectioned(lines)
    name, headline, location = _card(top, known)
    experience = sections.get("experience", [])
    employer = known.employer or _current_employer(experience) or _from_headline(headline)
    counts = tuple(
        (section, _count(section, body))
        for section, body in sections.items()
        if section not in ("about", "featured")
    )
    return Profile(
        name,
        headline,
        employer,
        location,
        known.about or " ".join(sections.get("about", [])),
        counts,
        _number(CONNECTIONS, lines),
        _number(FOLLOWERS, lines),
        _verified(lines),
        _joined(lines),
    )


def _without_doubles(lines: list[str]) -> list[str]:
    """Pages hold lines twice, once for screen readers."""
    return [line for at, line in enumerate(lines) if not at or line != lines[at - 1]]


def _sectioned(lines: list[str]) -> tuple[list[str], dict[str, list[str]]]:
    """The lines before the first section, and each section's lines."""
    top: list[str] = []
    sections: dict[str, list[str]] = {}
    body = top
    aside: list[str] = []
    for line in lines:
        label = folded(line) if len(line) < 60 else ""
        if label in ENDS:
            break
        if label in WORKPLACE or JOINED.match(line[:100]):
            body = aside  # the panel about the account itself
        section = SECTIONS.get(label)
        # the first line may be a name that is a heading elsewhere ("Info")
        if section is not None and top:
            body = sections.setdefault(section, [])
        else:
            body.append(line)
    return top, sections


def _card(top: list[str], known: Structured) -> tuple[str, str, str]:
    """Name, headline and location from the lines at the head of the page."""
    said = [line for line in top if NOISE.match(line) is None]
    at = next((i for i, line in enumerate(said) if line == known.name), -1) if known.name else 0
    name = known.name or (said[0] if said and len(said[0]) <= 100 else "")
    rest = [
        line
        for line in said[at + 1 :]
        if line != name
        and not CONNECTIONS.search(line)
        and not FOLLOWERS.search(line)
        and not JOINED.match(line)
        and not VERIFIED.search(line)
        and not UNVERIFIED.search(line)
    ]
    headline = known.headline or (rest[0] if rest else "")
    after = rest[rest.index(headline) + 1 :] if headline in rest else rest
    location = known.location or next((line for line in after if _is_place(line)), "")
    return name, headline, location


def _is_place(line: str) -> bool:
    """A place is short and has its parts divided by commas, as no job title at the head is."""
    words = line.split(",")
    return 1 < len(words) <= 4 and len(line) <= 80 and not any(c.isdigit() for c in line)


def _current_employer(experience: list[str]) -> str:
    """The company of the first entry: the line before its dates, without the kind of contract."""
    for at, line in enumerate(experience[:40]):
        if _RANGE.search(line) or any(word in line.casefold() for word in PRESENT):
            if at == 0:
                return ""
            company = re.split(r"\s[·•|]\s", experience[at - 1])[0].strip()
            return company if len(company) <= 80 else ""
    return ""


def _from_headline(headline: str) -> str:
    match = ROLE_AT.search(f" {headline}")
    return (match[1] or match[2]).strip() if match else ""


def _count(section: str, body: list[str]) -> int:
    """Entries of a section: what "show all 24" says, else dated lines, else its lines."""
    for line in body:
        if match := SHOW_ALL.search(line):
            return int(match[1] or match[2])
    if section in _DATED:
        dated = sum(1 for line in body if _RANGE.search(line))
        if dated:
            return dated
    if section == "recommendations":
        said = [int(n) for line in body for n in re.findall(r"\((\d{1,4})\)", line)]
        if said:
            return sum(said)
    return sum(
        1
        for line in body
        if not (NOISE.match(line) or FOLLOWERS.search(line[:200]) or CONNECTIONS.search(line[:200]))
    )


def _number(pattern: re.Pattern[str], lines: list[str]) -> int | None:
    for line in lines:
        if len(line) <= 200 and (match := pattern.search(line)):
            return _parsed(next(group for group in match.groups() if group))
    return None


def _parsed(text: str) -> int | None:
    """`1,234`, `1.234`, `1 234`, `12K`, `1.2K`."""
    text = text.strip().lower()
    factor = {"k": 1_000, "m": 1_000_000}.get(text[-1:], 1)
    if factor > 1:
        try:
            return int(float(text[:-1].strip().replace(",", ".").replace(" ", "")) * factor)
        except (ValueError, OverflowError):
            return None
    digits = "".join(c for c in text if c.isdigit())
    return int(digits) if digits else None


def _verified(lines: list[str]) -> bool | None:
    for at, line in enumerate(lines):
        if len(line) > 200:
            continue
        if UNVERIFIED.search(line):
            return False
        if VERIFIED.search(line):
            return True
        following = lines[at + 1] if at + 1 < len(lines) else ""
        if folded(line) in WORKPLACE and ANSWER_VERIFIED.match(following):
            return True
    return None


def _joined(lines: list[str]) -> int | None:
    for at, line in enumerate(lines):
        if len(line) <= 100 and (match := JOINED.match(line)):
            said = match[1] or (lines[at + 1] if at + 1 < len(lines) else "")
            if (month := parse_month(said)) is not None:
                return month
    return None
