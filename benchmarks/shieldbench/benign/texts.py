"""The texts of the traffic, read from the folder beside."""

from __future__ import annotations

import functools
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent / "texts"


@functools.cache
def _sections(name: str) -> dict[str, tuple[str, ...]]:
    """`# title` opens a section; each line is an item, its line breaks written as \\n."""
    found: dict[str, list[str]] = {}
    items: list[str] = []
    for line in (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            items = found.setdefault(line[2:].strip(), [])
        elif line:
            items.append(line.replace("\\n", "\n"))
    return {title: tuple(lines) for title, lines in found.items()}


def pool(name: str, section: str) -> tuple[str, ...]:
    """The items of a section of a file. Raises KeyError where there is none."""
    return _sections(name)[section]


def has(name: str, section: str) -> bool:
    """Whether a file has such a section."""
    return section in _sections(name)


@functools.cache
def blocks(name: str) -> dict[str, tuple[str, ...]]:
    """A file of longer pieces: a line `@@ kind` opens one; by kind, without outer blank lines."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    kind = ""
    text = (_FOLDER / "snippets" / f"{name}.txt").read_text(encoding="utf-8")
    for line in [*text.splitlines(), "@@ "]:
        if line.startswith("@@ "):
            if kind:
                found.setdefault(kind, []).append("\n".join(lines).strip("\n"))
            kind, lines = line[3:].strip(), []
        else:
            lines.append(line)
    return {title: tuple(pieces) for title, pieces in found.items()}
