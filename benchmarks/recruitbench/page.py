"""The figures in the documentation: what the parts print, put into its page."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from io import StringIO, TextIOBase
from pathlib import Path
from typing import Final, TextIO

_BLOCK: Final = re.compile(r"<!-- figures: (\w+) -->\n.*?<!-- end figures -->", re.S)


class _Tee(TextIOBase):
    def __init__(self, one: TextIO, other: TextIO) -> None:
        self._both = (one, other)

    def write(self, text: str) -> int:
        for each in self._both:
            each.write(text)
        return len(text)

    def flush(self) -> None:
        for each in self._both:
            each.flush()


@contextmanager
def heard() -> Iterator[StringIO]:
    """What is printed meanwhile; it is printed all the same."""
    kept = StringIO()
    with redirect_stdout(_Tee(sys.stdout, kept)):
        yield kept


def with_figures(page: str, figures: Mapping[str, str]) -> str:
    """The page with each block `<!-- figures: PART -->` to `<!-- end figures -->` filled; blocks of
    parts that are not given stay."""

    def filled(block: re.Match[str]) -> str:
        part = block[1]
        if part not in figures:
            return block[0]
        said = "\n".join(line.rstrip() for line in figures[part].strip("\n").splitlines())
        return f"<!-- figures: {part} -->\n```text\n{said}\n```\n<!-- end figures -->"

    return _BLOCK.sub(filled, page)


def write_figures(path: Path, figures: Mapping[str, str], folder: Path) -> None:
    """Fill the page's blocks in place. `folder` is where public mail lies on this machine, which
    is nobody else's business."""
    said = {part: text.replace(str(folder), "FOLDER") for part, text in figures.items()}
    path.write_text(with_figures(path.read_text("utf-8"), said), "utf-8")
