"""Wordings with alternatives: one text, many messages."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Final

_SLOT: Final = re.compile(r"\{(\w+)\}")
_FORMS: Final = re.compile(r"\{([^{}~]*)~([^{}~]*)\}")
_SPACES: Final = re.compile(r"[ \t]{2,}")
_GAPS: Final = re.compile(r"\n{3,}")
_STRAY: Final = re.compile(r" +([.,\n])")


def draw(text: str, rng: random.Random, slots: Mapping[str, str]) -> str:
    """`text` with one choice of every `[a|b|c]` (they nest), the forms for the slot `reader` and
    every `{slot}` filled in. Raises KeyError for a slot that nobody fills, ValueError for a bracket
    without its counterpart."""
    formed = addressed(_chosen(text, rng), slots.get("reader", "woman"))
    filled = _SLOT.sub(lambda slot: slots[slot[1]], formed)
    return _GAPS.sub("\n\n", _STRAY.sub(r"\1", _SPACES.sub(" ", filled))).strip()


def addressed(text: str, reader: str) -> str:
    """`text` with the first form of every `{hers~his}` for a reader who is a "woman", the second
    for anyone else."""
    return _FORMS.sub(lambda forms: forms[1 if reader == "woman" else 2], text)


def _chosen(text: str, rng: random.Random) -> str:
    open_choices: list[list[str]] = [[""]]
    for character in text:
        if character == "[":
            open_choices.append([""])
        elif character == "|" and len(open_choices) > 1:
            open_choices[-1].append("")
        elif character == "]":
            options = open_choices.pop()
            if not open_choices:
                raise ValueError(f"a bracket closes that none opened: {text[:60]!r}")
            open_choices[-1][-1] += rng.choice(options)
        else:
            open_choices[-1][-1] += character
    if len(open_choices) != 1:
        raise ValueError(f"a bracket stays open: {text[:60]!r}")
    return open_choices[0][0]
