"""All that is wrong with a playbook, each with its place, up to a number that can be read."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from vedette.model.yaml_tree import Mark

MOST: Final = 100


class Faults:
    """Collects faults as `file:line:column: /json/pointer: what is wrong; what to do`."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.more = 0

    def add(self, mark: Mark, pointer: str, text: str) -> None:
        """One fault."""
        if len(self.found) >= MOST:
            self.more += 1
            return
        self.found.append(f"{mark}: {pointer or '/'}: {text}")

    def all(self) -> list[str]:
        """Every fault, and how many more there were."""
        return [*self.found, f"and {self.more} more; correct these first"] if self.more else [
            *self.found
        ]  # fmt: skip


def step_to(pointer: str, key: str | int) -> str:
    """The JSON pointer (RFC 6901) of a member."""
    text = str(key)[:200].replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{text}"


def meant(word: str, known: Iterable[str]) -> str:
    """`did you mean 'x'?` or the choices, for an unknown word."""
    words = sorted(known)
    near = get_close_matches(word[:100], words, 1)
    return f"did you mean {near[0]!r}?" if near else f"take one of {', '.join(words)}"
