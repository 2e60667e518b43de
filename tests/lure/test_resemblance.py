"""Signatures of texts against the shingles themselves."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.lure.resemblance import FEWEST, SeenTexts, resemblance, shingles, signature

ABOUT = (
    "I help engineers in aerospace and energy find work that matters, with twenty years in talent"
    " acquisition for leading companies across Europe and the Middle East, and a passion for people"
)


def mixed(seed: int, share: float) -> str:
    """The text with about a share of its words replaced."""
    chance = random.Random(seed)
    return " ".join(
        f"word{chance.randrange(10**6)}" if chance.random() < share else word
        for word in ABOUT.split() * 3
    )


@given(st.integers(0, 1 << 32), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_the_estimate_is_near_the_share_of_common_shingles(seed: int, share: float) -> None:
    one, other = ABOUT, mixed(seed, share)
    mine, theirs = shingles(one), shingles(other)
    exact = len(mine & theirs) / len(mine | theirs)
    made = signature(one), signature(other)
    assert made[0] is not None and made[1] is not None
    # five standard errors of 64 draws
    assert abs(resemblance(*made) - exact) <= 5 * 0.5 / 8  # type: ignore[arg-type]  # not None, above


def test_case_marks_and_punctuation_do_not_matter() -> None:
    assert signature(ABOUT) == signature(ABOUT.upper().replace(" ", " - "))


def test_short_texts_have_no_signature() -> None:
    assert signature("word " * (FEWEST - 1)) is None
    assert signature("word " * FEWEST) is not None


def test_the_closest_text_of_somebody_else() -> None:
    seen = SeenTexts()
    seen.add("Anna", ABOUT)
    seen.add("Tom", "Fishing boats " * 20)
    assert seen.closest("Anna", ABOUT) is None
    assert seen.closest("Eva", ABOUT + " today") is not None
    key, share = seen.closest("Eva", ABOUT) or ("", 0.0)
    assert (key, share) == ("Anna", 1.0)
    assert seen.closest("Eva", "short") is None


def test_only_the_newest_are_kept() -> None:
    seen = SeenTexts(most=2)
    for number in range(5):
        seen.add(f"person {number}", f"{ABOUT} number {number}")
    seen.add("person 4", ABOUT)
    assert len(seen) == 2
    found = seen.closest("nobody", ABOUT)
    assert found is not None and found[0] == "person 4"
