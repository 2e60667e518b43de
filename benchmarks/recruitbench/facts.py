"""What is to be seen of a message without reading it: headers that are there, its build, its size.

None of this says whether an offer is honest. Where it tells the kinds apart all the same, the
collection betrays itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_FOLDED: Final = re.compile(rb"\r?\n[ \t]+")
_CHARSET: Final = re.compile(rb'charset="?([\w-]+)', re.I)
_ENCODING: Final = re.compile(rb"^content-transfer-encoding:\s*([\w-]+)", re.I | re.M)
_TYPE: Final = re.compile(rb"^content-type:\s*([\w/.+-]+)", re.I | re.M)
SIZES: Final = (2_000, 4_000, 8_000, 16_000, 64_000)


def headers_of(raw: bytes) -> frozenset[str]:
    """The names of the header fields, in lower case."""
    head = _FOLDED.sub(b" ", re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0])
    names = (line.partition(b":") for line in head.splitlines() if b":" in line)
    return frozenset(
        name.decode("latin-1").lower() for name, _, _ in names if name and b" " not in name
    )


def build_of(raw: bytes) -> frozenset[str]:
    """How the message is built, as words like `part text/html` or `over 4000 bytes`."""
    text = _FOLDED.sub(b" ", raw)
    head = re.split(rb"\r?\n\r?\n", text, maxsplit=1)[0]
    found = {f"charset {name.decode().lower()}" for name in _CHARSET.findall(text)}
    found |= {f"encoding {name.decode().lower()}" for name in _ENCODING.findall(text)}
    found |= {f"part {name.decode().lower()}" for name in _TYPE.findall(text)}
    hops = len(re.findall(rb"^received:", head, re.I | re.M))
    found |= {f"{count} or more Received" for count in range(2, 6) if hops >= count}
    found |= {f"over {size} bytes" for size in SIZES if len(raw) > size}
    return frozenset(found)


def youden(
    these: Sequence[frozenset[str]], those: Sequence[frozenset[str]]
) -> list[tuple[float, str, float, float]]:
    """(J, fact, share among these, share among those), J = the difference of the shares without
    its sign (Youden 1950), largest first. Raises ValueError where a side is empty."""
    if not these or not those:
        raise ValueError("nothing to compare")
    found = []
    for fact in sorted(frozenset().union(*these, *those)):
        here = sum(fact in each for each in these) / len(these)
        there = sum(fact in each for each in those) / len(those)
        found.append((abs(here - there), fact, here, there))
    return sorted(found, key=lambda entry: (-entry[0], entry[1]))
