"""Native paths: where a field lies in an event."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=16_384)
def split_path(path: str) -> tuple[str, ...]:
    """The keys of a native path: `a.[b.c].d` gives ("a", "b.c", "d")."""
    keys: list[str] = []
    rest = path
    while rest:
        if rest.startswith("["):
            key, _, rest = rest[1:].partition("]")
            rest = rest.removeprefix(".")
        else:
            key, _, rest = rest.partition(".")
        keys.append(key)
    return tuple(keys)
