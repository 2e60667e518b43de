"""The reviewed list of features: what each observation means, and what people think it weighs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final, Literal

import msgspec

from vedette.lure.sign import Sign
from vedette.model.errors import ConfigError
from vedette.model.yaml_data import load_list

Group = Literal["theme", "text", "identity", "file", "delivery", "profile", "trust"]

THEMES: Final = ("theme", "profile")
"""Groups whose features show that a message is about a job."""


class Feature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of `content/lures/features.yml`, which says what the keys mean."""

    name: str
    group: Group
    says: str
    prior: float
    contradiction: bool = False
    technique: str = ""
    about_a_job: bool = False
    """Whether it shows by itself that a message is about a job, as the groups of THEMES do."""
    all_of: tuple[str, ...] = ()
    """A combined feature holds where of each part (`a|b`: one of them) something was seen."""


def shows_a_job(feature: Feature) -> bool:
    """Whether a message that shows the feature counts as a job offer."""
    return feature.about_a_job or feature.group in THEMES


class Features:
    """All features by name, in file order."""

    def __init__(self, features: list[Feature]) -> None:
        self.by_name: Mapping[str, Feature] = {feature.name: feature for feature in features}
        self._combined = [
            (feature.name, [tuple(part.split("|")) for part in feature.all_of])
            for feature in features
            if feature.all_of
        ]
        self._order = {name: place for place, name in enumerate(self.by_name)}

    def seen(self, signs: Collection[Sign]) -> dict[str, tuple[Sign, ...]]:
        """The features that the signs show, each with its signs, in file order. Combined ones
        carry the signs they were made of. Raises KeyError for a sign that is no feature."""
        shown: dict[str, list[Sign]] = {}
        for sign in signs:
            if sign.name not in self.by_name:
                raise KeyError(sign.name)
            shown.setdefault(sign.name, []).append(sign)
        for combined, parts in self._combined:
            for names in parts:
                if shown.keys().isdisjoint(names):
                    break
            else:
                shown[combined] = [
                    sign for names in parts for name in names for sign in shown.get(name, ())
                ]
        return {name: tuple(shown[name]) for name in sorted(shown, key=self._order.__getitem__)}


def load_features(path: Path) -> Features:
    """Read the list. Raises ConfigError with every fault and its place."""
    features = load_list([path], "features", Feature)
    faults: list[str] = []
    names: set[str] = set()
    simple = {feature.name for feature in features if not feature.all_of}
    for feature in features:
        if feature.name in names:
            faults.append(f"{path}: {feature.name} stands twice; keep one")
        names.add(feature.name)
        if (feature.group == "trust") != (feature.prior < 0):
            faults.append(f"{path}: {feature.name}: only features of trust have a prior below 0")
        parts = {name for part in feature.all_of for name in part.split("|")}
        faults.extend(
            f"{path}: {feature.name}: all_of: there is no feature '{name}' to combine"
            for name in sorted(parts - simple)
        )
    if faults:
        raise ConfigError(faults)
    return Features(features)
