"""The quick way through ordinary JSON: the standard library's decoder, made to lose nothing."""

from __future__ import annotations

import json
from typing import NoReturn

from vedette.seclang.body.parsed import Limits

Arguments = list[tuple[bytes, bytes]]

# Larger texts, and those with more commas than a permitted text is likely to have, are read step
# by step, which holds only what it gives back.
_SIZE = 1 << 20
_COMMAS_PER_ARGUMENT = 4


def names_budget(size: int) -> int:
    """Bytes that the names of a text of `size` bytes may have in all. A name is the whole path to
    a value, so that deep texts have names far longer than themselves."""
    return (1 << 20) + 8 * size


def read_quickly(text: bytes, limits: Limits) -> Arguments | None:
    """The arguments of `text`, or None where `read_stepwise` must look: what is no JSON, what
    yajl and Python read differently (lone surrogates, blanks, encodings), what is past a limit."""
    if len(text) > _SIZE or text.count(b",") > _COMMAS_PER_ARGUMENT * limits.arguments:
        return None
    found: Arguments = []
    try:
        value = _DECODER.decode(text.decode())
        if type(value) is tuple or type(value) is list:
            if _walk(value, b"json", found, limits.depth, names_budget(len(text))) < 0:
                return None
        else:
            found.append((b"json", _scalar(value)))
    except (ValueError, RecursionError):  # UnicodeError is a ValueError
        return None
    return None if len(found) > limits.arguments else found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)  # NaN and Infinity are no JSON


# Objects become tuples of pairs (a dict would lose duplicates), arrays stay lists, and numbers
# keep their text.
_DECODER = json.JSONDecoder(
    object_pairs_hook=tuple, parse_float=str, parse_int=str, parse_constant=_refuse
)


def _scalar(value: object) -> bytes:
    if type(value) is str:
        return value.encode()
    return b"" if value is None else b"true" if value else b"false"


def _walk(value: object, path: bytes, found: Arguments, depth: int, budget: int) -> int:
    """Add the scalars under `value`, and return what is left of the budget for names; less than 0
    where it or the depth did not suffice."""
    if type(value) is tuple:
        path += b"."
        named = [(path + (key.encode() or b"empty-key"), child) for key, child in value]
    else:
        assert type(value) is list
        path += b".array_"
        named = [(b"%b%d" % (path, index), child) for index, child in enumerate(value)]
    budget -= len(path) * len(named)
    if budget < 0 or depth < 1:
        return -1
    for name, child in named:
        kind = type(child)
        if kind is str:
            found.append((name, child.encode()))
        elif kind is tuple or kind is list:
            budget = _walk(child, name, found, depth - 1, budget)
            if budget < 0:
                return -1
        else:
            found.append((name, b"" if child is None else b"true" if child else b"false"))
    return budget
