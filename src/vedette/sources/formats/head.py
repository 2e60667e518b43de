"""What recognition looks at."""

from __future__ import annotations


def first_lines(head: bytes, count: int) -> list[bytes]:
    """The first `count` lines of a head that are not blank. A last line without an end was cut
    where the head ends; it counts only where there is no other."""
    *lines, last = head.split(b"\n")
    found = [line for line in lines if line.strip()][:count]
    return found or ([last] if last.strip() else [])
