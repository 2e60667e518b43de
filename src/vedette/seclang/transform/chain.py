"""Chains of transformations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from vedette.seclang.transform.named import INERT, TRANSFORMATIONS, Transformation


def compose(
    names: Sequence[str], known: Mapping[str, Transformation] = TRANSFORMATIONS
) -> Callable[[bytes], bytes]:
    """One function that applies `names` (in lower case) in order; the same object comes back where
    none of them changes it. `known` may hold others, such as `urldecodeuni` with a map. Raises
    KeyError for a name that is not known."""
    functions = tuple(known[name] for name in names if name != "none")
    if len(functions) == 1:
        return functions[0]
    untouched = inert(names)

    def chain(value: bytes) -> bytes:
        if untouched is not None and not value.translate(None, untouched):
            return value
        for function in functions:
            value = function(value)
        return value

    return chain


def steps(
    names: Sequence[str], value: bytes, known: Mapping[str, Transformation] = TRANSFORMATIONS
) -> list[bytes]:
    """What `value` becomes on its way through `names`: one entry for each transformation that
    changes it, in order, without `value` itself. The last is what `compose` gives, and multiMatch
    looks at `value` and at each."""
    seen = []
    for name in names:
        made = known[name](value)
        if made != value:
            seen.append(made)
            value = made
    return seen


def inert(names: Sequence[str]) -> bytes | None:
    """The bytes that all of `names` leave alone: a value that has no others passes unchanged, which
    `not value.translate(None, inert(names))` tells for many chains at once. None where even the
    empty value is changed (digests, length)."""
    left = bytes(range(256))
    for name in names:
        untouched = INERT.get(name, b"")
        if untouched is None:
            return None
        left = left.translate(None, bytes(range(256)).translate(None, untouched))
    return left
