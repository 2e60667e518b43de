"""Names too short or too common to be protected by themselves, beside recruiters' words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from vedette.lure.identity.domains import domain_of
from vedette.lure.identity.lookalike.combos import is_adorned

SHORTEST: Final = 2


def worn(host: str, labels: Iterable[str]) -> str:
    """The one of the labels that the host's organisational domain is made of together with words
    of recruiting ("shell-careers", "hr-gd", "dewarecruitment"); "" where it is made of none.

    Only a hint: whoever asks knows that the message speaks of the one whose label it is.
    """
    label = domain_of(host).label
    for name in labels:
        if len(name) < SHORTEST or len(label) <= len(name):
            continue
        pieces = label.split("-")
        wanted = name.split("-")
        for at in range(len(pieces) - len(wanted) + 1):
            rest = pieces[:at] + pieces[at + len(wanted) :]
            if pieces[at : at + len(wanted)] == wanted and is_adorned("", rest):
                return name
        plain, bare = label.replace("-", ""), name.replace("-", "")
        if plain.startswith(bare) and is_adorned("", [plain[len(bare) :]]):
            return name
        if plain.endswith(bare) and is_adorned("", [plain[: -len(bare)]]):
            return name
    return ""
