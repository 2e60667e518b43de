"""Signs of a profile: what it says of itself, never what it leaves out."""

from __future__ import annotations

import pytest

from vedette.lure.message import Message, Profile
from vedette.lure.profile_signs import profile_signs
from vedette.lure.resemblance import SeenTexts
from vedette.lure.sign import Sign, SignEvidence

DAY = 86_400_000_000
NOW = 1_800_000_000_000_000
ABOUT = (
    "I connect brilliant engineers with companies that build the aircraft of tomorrow in Europe,"
    " and I have done so for twelve years in three countries, first with an agency, then on my own"
)


def names(
    profile: Profile | None, *, date: int | None = NOW, seen: SeenTexts | None = None
) -> list[str]:
    message = Message(id="0", kind="profile", place="-", profile=profile, date=date)
    return [sign.name for sign in profile_signs(message, seen=seen)]


FULL = Profile(
    name="Anna Roe",
    headline="Recruiter at Example Aviation",
    employer="Example Aviation",
    about=ABOUT,
    sections=(("experience", 4), ("education", 2), ("skills", 12), ("recommendations", 3)),
    connections=500,
    verified_employer=True,
    joined=NOW - 3_000 * DAY,
)


def test_a_full_profile_says_nothing() -> None:
    assert names(FULL) == []


def test_what_a_page_does_not_say_is_no_sign() -> None:
    assert names(None) == []
    assert names(Profile(name="Anna", employer="Example Aviation")) == []


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (Profile(sections=(("experience", 1),)), ["profile_thin"]),
        (Profile(sections=(("experience", 0), ("skills", 2))), ["profile_thin"]),
        (Profile(sections=(("experience", 1),), about=ABOUT), []),
        (Profile(sections=(("experience", 3),)), []),
        (Profile(sections=(("experience", 1), ("skills", 1))), []),
        (Profile(connections=49), ["profile_few_connections"]),
        (Profile(connections=50), []),
        (Profile(connections=0), ["profile_few_connections"]),
        (Profile(followers=1), []),
        (Profile(joined=NOW - 89 * DAY), ["profile_new"]),
        (Profile(joined=NOW - 90 * DAY), []),
        (Profile(joined=NOW + DAY), []),
        (Profile(employer="E", verified_employer=False), ["profile_unverified"]),
        (Profile(verified_employer=False), []),
        (Profile(employer="E", verified_employer=False,
                 sections=(("experience", 0), ("skills", 5), ("education", 1))),
         ["profile_unverified", "profile_employer_unbacked"]),
        (Profile(employer="E", verified_employer=True,
                 sections=(("experience", 0), ("skills", 5), ("education", 1))), []),
    ],
)  # fmt: skip
def test_what_a_profile_says(profile: Profile, expected: list[str]) -> None:
    assert names(profile) == expected


def test_without_a_time_nothing_is_new() -> None:
    message = Message(id="0", kind="profile", place="-", profile=Profile(joined=NOW))
    assert profile_signs(message) == ()
    assert [sign.name for sign in profile_signs(message, now=NOW)] == ["profile_new"]


def test_a_text_of_somebody_else_is_copied() -> None:
    seen = SeenTexts()
    seen.add("Jane Doe", ABOUT.replace("tomorrow", "today"))
    assert names(FULL, seen=seen) == ["profile_copied"]
    seen = SeenTexts()
    seen.add("Anna Roe", ABOUT)
    assert names(FULL, seen=seen) == []


def test_a_sign_shows_what_it_means() -> None:
    message = Message(id="0", kind="profile", place="-", profile=Profile(connections=7))
    assert profile_signs(message) == (
        Sign("profile_few_connections", (SignEvidence("profile", 0, 0, "7"),), (("count", "7"),)),
    )
