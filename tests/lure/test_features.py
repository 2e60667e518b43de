"""Combined features hold where all of their parts were seen."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.lure.features import Feature, Features
from vedette.lure.sign import Sign

_SIMPLE = [Feature(name, "text", "it says so", 1.0) for name in "abcd"]
_COMBINED = [
    Feature("ab", "text", "both", 1.0, all_of=("a", "b")),
    Feature("abcd", "text", "two of them", 1.0, all_of=("a|b", "c|d")),
    Feature("aa", "text", "the first", 1.0, all_of=("a",)),
]


@settings(deadline=None)
@given(st.permutations(_SIMPLE + _COMBINED), st.lists(st.sampled_from("abcd"), max_size=6))
def test_seen(listed: list[Feature], names: list[str]) -> None:
    signs = [Sign(name, detail=(("n", str(number)),)) for number, name in enumerate(names)]
    expected = {name: tuple(s for s in signs if s.name == name) for name in "abcd" if name in names}
    for feature in listed:
        parts = [part.split("|") for part in feature.all_of]
        if parts and all(any(name in names for name in part) for part in parts):
            made = [name for part in parts for name in part]
            expected[feature.name] = tuple(s for name in made for s in signs if s.name == name)
    found = Features(listed).seen(signs)
    assert found == expected
    assert list(found) == [feature.name for feature in listed if feature.name in expected]
