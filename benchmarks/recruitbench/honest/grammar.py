"""Templates: `{one|other}` chooses, `$slot` fills, line marks give structure.

A template file holds one section per language, opened by `@ en`. Its first line is the subject.
Lines: `* ` bullet, `## ` heading, `~ ` signature, `% ` small print, `[[label -> url]]` button;
`---reply` or `---forward` opens the older message; anything else is a paragraph. A line that a
slot filled with `SKIP` is left out: so a slot can say for which messages a line is meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal

_CHOICE = re.compile(r"\{([^{}]*)\}")
_SLOT = re.compile(r"\$([a-z_]+[0-9]?)")
_BUTTON = re.compile(r"\[\[(.+?) -> (.+?)\]\]")

SKIP = "!skip"

Kind = Literal["paragraph", "heading", "bullet", "button", "signature", "small"]


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph-like piece; `link` is a button's target."""

    kind: Kind
    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message's text: subject, blocks, and the older message it quotes, if any."""

    subject: str
    blocks: tuple[Block, ...]
    older: tuple[Block, ...] = ()
    older_kind: Literal["", "reply", "forward"] = ""


@cache
def templates(family: str) -> dict[str, str]:
    """The sections of `texts/FAMILY.txt` by language."""
    path = Path(__file__).with_name("texts") / f"{family}.txt"
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("@ "):
            lines = sections.setdefault(line[2:].strip(), [])
        else:
            lines.append(line)
    return {language: "\n".join(body).strip() for language, body in sections.items()}


def expand(text: str, rng: Random) -> str:
    """Resolve every choice, innermost first."""
    while found := _CHOICE.search(text):
        options = found[1].split("|")
        pick = options[rng.randrange(len(options))]
        text = text[: found.start()] + pick + text[found.end() :]
    return text


def fill(text: str, slots: Mapping[str, str]) -> str:
    """Put the slots' values in, which may name slots. Raises KeyError for an unknown one."""
    for _ in range(3):
        if "$" not in text:
            break
        text = _SLOT.sub(lambda found: slots[found[1]], text)
    return text


def parse(text: str) -> Letter:
    """Read an expanded, filled template."""
    if SKIP in text:
        text = "\n".join(line for line in text.splitlines() if not line.startswith(SKIP))
    subject, _, body = text.partition("\n")
    newer: list[Block] = []
    older: list[Block] = []
    into, older_kind = newer, ""
    for line in body.splitlines():
        line = line.strip()
        if line in ("---reply", "---forward"):
            into, older_kind = older, line[3:]
        elif line:
            into.append(_block(line))
    kind: Literal["", "reply", "forward"] = ""
    if older_kind:
        kind = "reply" if older_kind == "reply" else "forward"
    return Letter(" ".join(subject.split()), tuple(newer), tuple(older), kind)


def _block(line: str) -> Block:
    if found := _BUTTON.fullmatch(line):
        return Block("button", found[1], found[2])
    if line.startswith("* "):
        return Block("bullet", line[2:])
    if line.startswith("## "):
        return Block("heading", line[3:])
    if line.startswith("~ "):
        return Block("signature", line[2:])
    if line.startswith("% "):
        return Block("small", line[2:])
    return Block("paragraph", line)
