"""Signs that a profile page gives about itself. A picture alone never gives one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from vedette.lure.message import Message, Profile
from vedette.lure.resemblance import SeenTexts
from vedette.lure.sign import Sign, SignEvidence

FEW_CONNECTIONS: Final = 50
"""A recruiter's trade is to know people; networks show 500 as "500+"."""
NEW_DAYS: Final = 90
THIN_SECTIONS: Final = 1
THIN_ENTRIES: Final = 2
SHORT_ABOUT: Final = 80
"""Characters of an "about" text that say next to nothing."""
COPIED: Final = 0.6
"""Share of word triples in common with somebody else's text."""

_DAY: Final = 86_400 * 1_000_000


def profile_signs(
    message: Message, *, now: int | None = None, seen: SeenTexts | None = None
) -> tuple[Sign, ...]:
    """What the message's profile says about itself; what it does not say gives no sign.

    `now` is microseconds since the epoch, UTC (the message's date where it is None). `seen` holds
    "about" texts of other profiles by the name of their person; it is only asked, not added to.
    """
    profile = message.profile
    if profile is None:
        return ()
    return tuple(_signs(profile, message.date if now is None else now, seen))


def _signs(profile: Profile, now: int | None, seen: SeenTexts | None) -> Iterator[Sign]:
    entries = dict(profile.sections)
    filled = [name for name, count in profile.sections if count > 0]
    if (
        profile.sections
        and len(filled) <= THIN_SECTIONS
        and sum(entries.values()) <= THIN_ENTRIES
        and len(profile.about) < SHORT_ABOUT
    ):
        yield _sign("profile_thin", ", ".join(filled) or profile.name, sections=str(len(filled)))
    if profile.connections is not None and profile.connections < FEW_CONNECTIONS:
        count = str(profile.connections)
        yield _sign("profile_few_connections", count, count=count)
    if profile.joined is not None and now is not None:
        days = (now - profile.joined) // _DAY
        if 0 <= days < NEW_DAYS:
            yield _sign("profile_new", profile.name, days=str(days))
    if profile.employer and profile.verified_employer is False:
        yield _sign("profile_unverified", profile.employer, employer=profile.employer)
        if entries.get("experience") == 0:
            # The page has a place for past work and it is empty: only the headline says so.
            yield _sign("profile_employer_unbacked", profile.employer, employer=profile.employer)
    if seen is not None and profile.about:
        closest = seen.closest(profile.name, profile.about)
        if closest is not None and closest[1] >= COPIED:
            yield _sign("profile_copied", profile.about[:120], share=f"{closest[1]:.2f}")


def _sign(name: str, text: str, **detail: str) -> Sign:
    return Sign(name, (SignEvidence("profile", 0, 0, text),), tuple(detail.items()))
