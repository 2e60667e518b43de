"""How entries lie on the disk: segment files of lines that a person can read.

The first line of a segment is a header; each other is `<index> <link> <entry>`, the entry in
canonical JSON. A link is the first half of SHA-256 over the link before and the entry's leaf hash,
in hex: it names the first line that was altered, moved or taken out.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

import orjson
import rfc8785

from vedette.ledger.entry import MAX_ENTRY
from vedette.ledger.errors import ProofError
from vedette.ledger.note import PublicKey, checkpoint, public_key
from vedette.ledger.tree import Range

FORMAT: Final = "vedette-ledger/1"
FIRST_LINK: Final = b"0" * 32
MISSING: Final = "is missing"
FRAME: Final = 35
"""Bytes of a line beside its number and its entry: two spaces, the link, the newline."""
MAX_LINE: Final = MAX_ENTRY + 64
_NAME: Final = re.compile(r"(\d{20})\.entries")


class Chain:
    """Where a reading has got to: the index of the next entry, the last link, the tree."""

    __slots__ = ("index", "link", "tree")

    def __init__(self, index: int = 0, link: bytes = FIRST_LINK, tree: Range | None = None) -> None:
        self.index = index
        self.link = link
        self.tree = Range() if tree is None else tree

    def copy(self) -> Chain:
        return Chain(self.index, self.link, self.tree.copy())

    def add(self, entry: bytes) -> bytes:
        """The line of the next entry."""
        leaf = sha256(b"\0" + entry).digest()
        self.link = sha256(self.link + leaf).hexdigest()[:32].encode()
        line = b"%d %b %b\n" % (self.index, self.link, entry)
        self.tree.push(leaf)
        self.index += 1
        return line

    def take(self, line: bytes) -> bytes:
        """The entry in the next line; the chain is as before where ValueError is raised, which
        says what is wrong with the line."""
        prefix = b"%d " % self.index
        start = len(prefix)
        end = start + 32
        entry = line[end + 1 : -1]
        leaf = sha256(b"\0" + entry).digest()
        link = sha256(self.link + leaf).hexdigest()[:32].encode()
        if line[:start] != prefix or line[start:end] != link or line[end : end + 1] != b" ":
            raise ValueError(self._wrong(line, prefix))
        if line[-1:] != b"\n":
            raise ValueError("its line does not end")
        self.tree.push(leaf)
        self.link = link
        self.index += 1
        return entry

    def _wrong(self, line: bytes, prefix: bytes) -> str:
        if not line:
            return MISSING
        if len(line) >= MAX_LINE and line[-1:] != b"\n":
            return f"its line is longer than {MAX_LINE} bytes"
        number = line.partition(b" ")[0]
        if number.isdigit() and number != prefix[:-1]:
            return f"entry {number.decode()[:20]} stands in its place"
        return "was altered, or an entry before it replaced (its link does not fit)"


@dataclass(frozen=True, slots=True)
class Header:
    """What was true when a segment was begun, with the checkpoint that says so: `note`, which
    `key` signed. It lies in the segment, so that both are there or neither."""

    chain: Chain
    key: PublicKey
    note: str

    def line(self) -> bytes:
        chain = self.chain
        return b"%b\n" % rfc8785.dumps(
            {
                "checkpoint": self.note,
                "first": chain.index,
                "format": FORMAT,
                "key": str(self.key),
                "link": chain.link.decode(),
                "range": [base64.b64encode(one).decode() for one in chain.tree.hashes],
            }
        )


def header(line: bytes) -> Header:
    """The header in a line. Raises ValueError for anything that is not exactly one."""
    try:
        found = orjson.loads(line)
        hashes = [base64.b64decode(one, validate=True) for one in found["range"]]
        first, link, key = found["first"], found["link"].encode(), public_key(found["key"])
        made = Header(Chain(first, link, Range(first, hashes)), key, found["checkpoint"])
        signed = checkpoint(made.note, key)
        whole = made.line() == line and (signed.size, signed.root) == (
            first,
            made.chain.tree.root(),
        )
    except (ProofError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError("the header of the segment was altered") from error
    if not whole:
        raise ValueError("the header of the segment was altered, or is of another version")
    return made


def segment_path(folder: Path, first: int) -> Path:
    """The file of the segment whose first entry has this index."""
    return folder / f"{first:020d}.entries"


def segments(folder: Path) -> list[tuple[int, Path]]:
    """The segments of a ledger, in order, with the index of their first entry."""
    if not folder.is_dir():
        return []
    named = ((_NAME.fullmatch(path.name), path) for path in folder.iterdir())
    return sorted((int(match[1]), path) for match, path in named if match)


def lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a segment, each at most MAX_LINE bytes, then empty ones for ever."""
    read = file.readline
    while True:
        yield read(MAX_LINE)
