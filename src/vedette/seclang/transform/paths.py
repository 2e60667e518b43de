"""`normalizePath` and `normalizePathWin`.

Behaviour: ModSecurity 3 (reference manual, "Transformation functions").
"""

from __future__ import annotations

import re

_SLASH, _DOT = b"/."
_DOTS = re.compile(rb"(?:\A|[/.])\.(?:/|\Z)")


def normalize_path(value: bytes) -> bytes:
    """Runs of slashes become one; `.` and `..` are resolved, not above the root; those of a
    relative path that lead above its beginning stay. As in ModSecurity a segment that only ends in
    two dots counts as `..` too."""
    return _normalized(value, value) if _to_normalize(value) else value


def normalize_path_win(value: bytes) -> bytes:
    """The same, with backslashes for slashes. As in ModSecurity a run of more than two that ends in
    a backslash becomes that one."""
    slashes = value.replace(b"\\", b"/")
    return _normalized(slashes, value) if _to_normalize(slashes) else slashes


def _to_normalize(value: bytes) -> bool:
    """A path is left alone that has no "//" and no segment which is, or ends in, "." or ".."."""
    if b"//" in value:
        return True
    return (b"./" in value or value[-1:] == b".") and _DOTS.search(value) is not None


def _normalized(value: bytes, written: bytes) -> bytes:
    """`value` normalized; `written` is the same with its backslashes."""
    end = len(value) - 1
    relative = value[0] != _SLASH
    made = bytearray()
    at_root = False
    at = 0
    while at <= end:
        # Only the last byte of a segment is looked at; what stands before it is copied.
        following = value.find(_SLASH, at + 1)
        last = following - 1 if following >= 0 else end
        if last > at and value[at] != _SLASH:
            made += value[at:last]
            at = last
        looked_at = at + 1
        done = at == end
        if done or value[looked_at] == _SLASH != value[at]:
            if value[at] == _DOT:
                parent = made[-1:] == b"."
                if parent and relative and (at_root or len(made) <= 2):
                    at_root = True
                elif parent:
                    root = made[:1]
                    _to_parent(made)
                    at_root = at_root or not made
                    if done:
                        if not made and not relative:
                            made += root
                        break
                    at += 1
                elif not made or made[-1] == _SLASH:
                    if done:
                        break
                    del made[-1:]
                    at += 1
            elif made:
                at_root = False
        if value[at] == _SLASH:
            while at < end and value[at + 1] == _SLASH:
                at += 1
            if relative and not made:
                at += 1
                continue
        made.append(value[at] if at <= looked_at else written[at])
        at += 1
    if value[end] != _SLASH and made and made[-1] == _SLASH:
        made.pop()
    made_of = bytes(made)
    return written if made_of == written else made_of


def _to_parent(made: bytearray) -> None:
    """Take the segment before `..` off, with its slash. The first dot of `..` is in `made`."""
    place = made.rfind(b"/", 0, max(len(made) - 2, 0))
    del made[max(place, 0) :]
