"""`%{...}` in arguments, messages and values of setvar."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from vedette.seclang.ir import Target
from vedette.seclang.run.state import State
from vedette.seclang.run.variables import make_reader

Expand = Callable[[State], bytes]

_MACRO: Final = re.compile(r"%\{([^}]+)\}")
_WITH_KEYS: Final = re.compile(r"([A-Za-z_]+)[.:](.+)", re.DOTALL)


def has_macros(text: str) -> bool:
    """Whether anything in the text is to be expanded."""
    return _MACRO.search(text) is not None


def make_expander(text: str) -> Expand:
    """What the text says for a transaction; what is not there expands to nothing."""
    pieces: list[bytes | Expand] = []
    at = 0
    for found in _MACRO.finditer(text):
        if found.start() > at:
            pieces.append(_bytes(text[at : found.start()]))
        pieces.append(_variable(found[1]))
        at = found.end()
    if at < len(text):
        pieces.append(_bytes(text[at:]))
    if all(isinstance(piece, bytes) for piece in pieces):
        whole = b"".join(piece for piece in pieces if isinstance(piece, bytes))
        return lambda state: whole
    if len(pieces) == 1 and not isinstance(pieces[0], bytes):
        return pieces[0]
    return lambda state: b"".join(
        piece if isinstance(piece, bytes) else piece(state) for piece in pieces
    )


def _variable(text: str) -> Expand:
    keyed = _WITH_KEYS.fullmatch(text)
    name, key = (keyed[1].upper(), keyed[2]) if keyed else (text.upper(), None)
    if name == "TX" and key is not None:
        lower = key.lower().encode()
        return lambda state: state.tx.get(lower, b"")
    read = make_reader(Target(name, key))

    def first(state: State) -> bytes:
        found = read(state)
        return found[0][1] if found else b""

    return first


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
