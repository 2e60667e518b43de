r"""Rule files in logical lines: a backslash at the end of a line joins the next one to it.

As in Apache and libmodsecurity. A comment reaches over a joined line only where it hides a
directive (`#SecRule ... \`), as in libmodsecurity: in prose, a backslash at the end means nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

_HIDDEN = re.compile(r"#[ \t]*Sec(?:Rule|Action)", re.IGNORECASE)
_NAME = re.compile(r"[ \t]*(<?/?[^\s\"'>]*>?)[ \t]*")


class Line:
    """One directive: `text` is all of it, joined, `name` as written, `at` where arguments begin."""

    __slots__ = ("_joints", "at", "file", "name", "number", "text")

    def __init__(self, file: str, number: int, parts: list[str]) -> None:
        self.file = file
        self.number = number
        self.text = "".join(parts) if len(parts) > 1 else parts[0]
        self._joints = parts
        found = _NAME.match(self.text)
        assert found is not None  # it may be empty
        self.name = found[1]
        self.at = found.end()

    def place(self, at: int) -> str:
        """`file:line:column` of an offset in `text`."""
        offsets = [0]
        for part in self._joints[:-1]:
            offsets.append(offsets[-1] + len(part))
        row = bisect_right(offsets, at) - 1
        return f"{self.file}:{self.number + row}:{at - offsets[row] + 1}"


def logical(file: str, text: str) -> Iterator[Line]:
    """The directives of a file, comments and empty lines left out. Never raises."""
    parts: list[str] = []
    begun = 0
    for number, line in enumerate(text.split("\n"), 1):
        line = line[:-1] if line.endswith("\r") else line
        if not parts:
            begun = number
            bare = line.lstrip()
            if not bare or (bare[0] == "#" and not _HIDDEN.match(bare)):
                continue
        whole = line.rstrip(" \t")
        if whole.endswith("\\"):
            parts.append(whole[:-1])
            continue
        parts.append(line)
        made, parts = parts, []
        if (joined := made[0].lstrip())[:1] != "#" and (joined or "".join(made).strip()):
            yield Line(file, begun, made)
    if parts and parts[0].lstrip()[:1] != "#" and "".join(parts).strip():
        yield Line(file, begun, parts)
