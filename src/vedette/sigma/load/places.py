"""Errors with their places, collected so that a file is reported whole in one run."""

from __future__ import annotations

from typing import Final

from vedette.sigma.load.nodes import Node, Scalar

MOST: Final = 50
"""Errors told of one document; more than these are only counted."""

LONGEST: Final = 400
"""Characters of what is wrong; the rest of a longer one is cut off."""


class Faults:
    """The errors of one document, each `file:line:column: what is wrong; what to do`."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._told: list[str] = []
        self._more = 0

    def __bool__(self) -> bool:
        return bool(self._told)

    def at(self, line: int, column: int, what: str, fix: str) -> None:
        if len(what) > LONGEST:
            what = what[:LONGEST] + "..."
        if len(self._told) < MOST:
            self._told.append(f"{self.path}:{line}:{column}: {what}; {fix}")
        else:
            self._more += 1

    def add(self, node: Node, what: str, fix: str) -> None:
        self.at(node.line, node.column, what, fix)

    def inside(self, node: Scalar, offset: int, what: str, fix: str) -> None:
        """An error at the character `offset` of a scalar's text."""
        line, column = inside(node, offset)
        self.at(line, column, what, fix)

    def told(self, lines: list[str]) -> None:
        """Take lines that already have their places."""
        self._told.extend(lines)

    def lines(self) -> list[str]:
        return [*self._told, f"{self.path}: {self._more} more errors"] if self._more else self._told

    def __str__(self) -> str:
        return "\n".join(self.lines())


def inside(node: Scalar, offset: int) -> tuple[int, int]:
    """Line and column of the character `offset` of a scalar's text; the scalar's own place where
    folding or escapes hide the exact one."""
    before = node.text[:offset]
    if node.style == "|":
        return node.line + 1 + before.count("\n"), node.column
    if node.lines or (node.style == '"' and "\\" in before):
        return node.line, node.column
    quotes = before.count("'") if node.style == "'" else 0
    return node.line, node.column + offset + quotes + (1 if node.style else 0)
