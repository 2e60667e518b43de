"""How much came for each path, and from about how many clients."""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
from typing import Any, Final

from vedette.model.instant import rfc3339
from vedette.shield.replay.template import path_template

MOST_PATHS: Final = 1_000
OTHERS: Final = "(other paths)"
BITS: Final = 2_048
_REMEMBERED: Final = 4_096
_LONGEST: Final = 256


class Traffic:
    """Counts requests by site and path template. Used from one thread at a time."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], list[int]] = {}
        self._templates: dict[bytes, str] = {}
        self._marks: dict[str, int] = {}
        self._since = 0

    def count(self, site: str, target: bytes, client: str, judged: bool, at: int) -> None:
        """One request; `client` is the key of who sent it, `at` when, in microseconds."""
        path = target.partition(b"?")[0]
        template = self._templates.get(path)
        if template is None:
            template = self._template(path)
        row = self._counts.get((site, template))
        if row is None:
            if len(self._counts) >= MOST_PATHS:
                template = OTHERS
            row = self._counts.setdefault((site, template), [0, 0, 0])
        row[0] += 1
        row[1] += judged
        mark = self._marks.get(client)
        if mark is None:
            mark = self._mark(client)
        row[2] |= mark
        if not self._since:
            self._since = at

    def _template(self, path: bytes) -> str:
        template = path_template(path)
        if len(path) <= _LONGEST:
            if len(self._templates) >= _REMEMBERED:
                self._templates.clear()
            self._templates[path] = template
        return template

    def _mark(self, client: str) -> int:
        if len(self._marks) >= _REMEMBERED:
            self._marks.clear()
        mark = self._marks[client] = 1 << _place(client)
        return mark

    def take(self, now: int) -> list[dict[str, Any]]:
        """The counts since the last call as records, and begin anew."""
        counts, since = self._counts, self._since
        self._counts, self._since = {}, 0
        return [
            {
                "kind": "traffic",
                "time": rfc3339(now),
                "since": rfc3339(since),
                "site": site,
                "template": template,
                "requests": requests,
                "judged": judged,
                "clients": sketch_text(marks),
            }
            for (site, template), (requests, judged, marks) in counts.items()
        ]


def _place(client: str) -> int:
    digest = hashlib.blake2b(client.encode("utf-8", "replace"), digest_size=4).digest()
    return int.from_bytes(digest) % BITS


def sketch_text(marks: int) -> str:
    """A sketch of distinct clients for a record. Sketches are put together by `|`."""
    size = (marks.bit_length() + 7) // 8
    return base64.b64encode(marks.to_bytes(size, "little")).decode()


def sketch_of(text: str) -> int:
    """The sketch from a record; 0 where it is none."""
    try:
        return int.from_bytes(base64.b64decode(text, validate=True)[: BITS // 8], "little")
    except (binascii.Error, ValueError):
        return 0


def clients_in(marks: int) -> int:
    """About how many clients a sketch has seen (linear counting: Whang, Vander-Zanden, Taylor
    1990); beyond some 10,000 it says no more."""
    free = BITS - marks.bit_count()
    return round(BITS * math.log(BITS / max(free, 1)))
